using System.ComponentModel.DataAnnotations;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Registry.Attestations;
using Assay.Registry.Policies;
using Assay.Registry.Versions;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Approvals;

/// <summary>What a person can say to a request.</summary>
public enum Decision
{
    /// <summary>The version may enter the stage.</summary>
    Approved,

    /// <summary>It may not, whoever else approves, until this is withdrawn.</summary>
    Rejected,

    /// <summary>What this person said before counts no more.</summary>
    Withdrawn,
}

/// <summary>A decision.</summary>
/// <param name="Decision">What is decided.</param>
/// <param name="Comment">In the person's own words; it is signed with the decision, and required to reject.</param>
/// <param name="PolicyDigest">The policy that the person has seen; another one in force is a conflict. Left out: whichever is in force.</param>
/// <param name="EvidenceDigest">The evidence that the person has seen; another is a conflict. Left out: whichever there is.</param>
/// <param name="ActingFor">Id of the person in whose place it is decided; left out: in one's own.</param>
public sealed record DecideRequestRequest(
    Decision Decision,
    [StringLength(ApprovalRequest.ReasonLengthMax)] string? Comment = null,
    [StringLength(80)] string? PolicyDigest = null,
    [StringLength(80)] string? EvidenceDigest = null,
    [StringLength(40)] string? ActingFor = null);

/// <summary>Signs a decision on a request: over the model's digest, the policy's, and those of the evidence.</summary>
internal static class DecideRequest
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapPost("/{id}/decisions", Handle).WithName("DecideRequest").RequiresBehind(RegistryPermissions.Approve, "id", OpenRequests.ModelOf);

    private static async Task<ApprovalRequestDetail> Handle(
        string id, DecideRequestRequest request, AssayDb db, DecisionDesk desk, RequestView view, CancellationToken cancel)
    {
        var row = await db.ApprovalRequests.SingleOrDefaultAsync(each => each.Id == id, cancel) ?? throw Refusal.NotFound("approval request", id);
        await desk.Decide(row, request, cancel);
        return await view.Describe(row, cancel);
    }
}

/// <summary>Takes decisions, and turns away who may not decide.</summary>
internal sealed class DecisionDesk(
    AssayDb db, ILedger ledger, VersionBook book, PolicyBook policies, HumanRules people, Ballots ballots, IAttestations attestations, TimeProvider clock)
{
    public async Task Decide(ApprovalRequest row, DecideRequestRequest request, CancellationToken cancel)
    {
        if (row.State != RequestState.Open && request.Decision != Decision.Withdrawn)
            throw Refusal.Conflict("The request is closed; make another one.");
        if (request.Decision == Decision.Rejected && string.IsNullOrWhiteSpace(request.Comment))
            throw Refusal.Invalid("comment", "Say why: a rejection needs a comment.");

        var version = await book.Get(row.Model, $"{row.Version}", cancel);
        var policy = await policies.Decisive(row.Stage, cancel);
        var ballot = await ballots.Of(version, row.Stage, policy, request.ActingFor, cancel);
        var standing = await people.Standing(version, row.Stage, policy, cancel);
        var isOwn = standing.Decisions.Any(decision => decision.Person == ballot.Person?.Id);
        if (request.Decision == Decision.Withdrawn ? !isOwn : ballot.WhyNot is not null)
            throw await Refuse(row, request.Decision == Decision.Withdrawn ? "there is no decision of this person to withdraw" : ballot.WhyNot!, cancel);
        CheckSeen(request, policy, standing.Evidence);

        var decision = request.Decision.ToString().ToLowerInvariant();
        var now = clock.GetUtcNow();
        var predicate = new ApprovalPredicate(
            new Approver(ballot.Person!.Id, "local", null, request.ActingFor),
            ballot.Lists.Count == 0 ? "none" : ballot.Lists[0].Places,
            decision,
            string.IsNullOrWhiteSpace(request.Comment) ? null : request.Comment,
            row.Stage,
            new ResourceDescriptor(null, AssayNames.Of(db.CurrentProject!, "policies", row.Stage, "versions", policy.Text.Digest), Predicates.Sha256(policy.Text.Digest)),
            [.. standing.Evidence.Statements.Select(Evidence.Of)],
            now,
            request.Decision == Decision.Withdrawn ? null : ballot.Expires(now));
        var signed = await attestations.Add(row.Model, row.Version, Predicates.Approval, predicate.ToJson(), cancel);
        ledger.Append(new ApprovalDecided(
            row.Model, row.Version, version.Digest, row.Stage, decision, ballot.Person.Id, request.ActingFor, policy.Text.Digest, standing.Evidence.Digest, signed.Digest));
        await db.SaveChangesAsync(cancel);
    }

    private async Task<Refusal> Refuse(ApprovalRequest row, string reason, CancellationToken cancel)
    {
        ledger.Append(new ApprovalRefused(row.Model, row.Version, row.Stage, reason));
        await db.SaveChangesAsync(cancel);
        return Refusal.Denied($"You can't decide on {row.Model} version {row.Version} for {row.Stage}: {reason}.");
    }

    private static void CheckSeen(DecideRequestRequest request, DecisivePolicy policy, EvidenceSet evidence)
    {
        if (request.PolicyDigest is { } seen && seen != policy.Text.Digest)
            throw Refusal.Conflict("Another policy is in force than the one you have seen. Look again, and decide then.");
        if (request.EvidenceDigest is { } known && known != evidence.Digest)
            throw Refusal.Conflict("There is other evidence than what you have seen. Look again, and decide then.");
    }
}
