using Assay.Kernel;
using Assay.Registry.Policies;
using Assay.Registry.Versions;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Approvals;

/// <summary>A request, as lists show it.</summary>
/// <param name="Id">Its id; later ones sort after earlier ones.</param>
/// <param name="Model">Name of the model.</param>
/// <param name="Version">Number of the version.</param>
/// <param name="Digest">Root of its files.</param>
/// <param name="Stage">Where it is to go.</param>
/// <param name="Reason">Why.</param>
/// <param name="RequestedBy">Id of who asked.</param>
/// <param name="RequesterName">Name of the person behind it, when the directory knows it.</param>
/// <param name="Mentions">Ids of people whose attention is asked for.</param>
/// <param name="At">When it was made.</param>
/// <param name="State">What became of it.</param>
/// <param name="ClosedAt">When it ended.</param>
public sealed record ApprovalRequestSummary(
    string Id,
    string Model,
    int Version,
    string Digest,
    string Stage,
    string Reason,
    string RequestedBy,
    string? RequesterName,
    IReadOnlyList<string> Mentions,
    DateTimeOffset At,
    RequestState State,
    DateTimeOffset? ClosedAt);

/// <summary>A remark on a request.</summary>
public sealed record RequestRemark(string Author, string? AuthorName, string Text, IReadOnlyList<string> Mentions, DateTimeOffset At);

/// <summary>A request with its talk, its decisions, and whether the caller may decide.</summary>
/// <param name="Request">The request.</param>
/// <param name="Remarks">The talk, oldest first.</param>
/// <param name="Lists">Every list of approvers and how far it is.</param>
/// <param name="Decisions">Every decision for the stage, oldest first.</param>
/// <param name="Policy">Number of the policy in force.</param>
/// <param name="PolicyDigest">Its digest, which a decision signs.</param>
/// <param name="EvidenceDigest">SHA-256 over the digests of <paramref name="Evidence"/>; sent back with a decision so that nobody signs what they did not see.</param>
/// <param name="Evidence">The statements that a decision signs.</param>
/// <param name="MayDecide">Whether the caller may decide, in their own place or another's.</param>
/// <param name="WhyNot">Why the caller may not, when it is so.</param>
/// <param name="ActingFor">Ids of people in whose places the caller may decide.</param>
/// <param name="ExpiresAt">From when on an approval given now would count no more.</param>
public sealed record ApprovalRequestDetail(
    ApprovalRequestSummary Request,
    IReadOnlyList<RequestRemark> Remarks,
    IReadOnlyList<ApproverList> Lists,
    IReadOnlyList<SignedDecision> Decisions,
    int Policy,
    string PolicyDigest,
    string EvidenceDigest,
    IReadOnlyList<AttestationSummary> Evidence,
    bool MayDecide,
    string? WhyNot,
    IReadOnlyList<string> ActingFor,
    DateTimeOffset? ExpiresAt);

/// <summary>Shows requests to whoever asks.</summary>
internal sealed class RequestView(
    AssayDb db, VersionBook book, PolicyBook policies, HumanRules people, Ballots ballots, Deciders deciders, TimeProvider clock)
{
    public static async Task<ApprovalRequestSummary> Summarize(ApprovalRequest row, Deciders deciders, CancellationToken cancel) => new(
        row.Id, row.Model, row.Version, row.Digest, row.Stage, row.Reason, row.RequestedBy, await deciders.NameOf(row.RequestedBy, cancel),
        Ids(row.Mentions), row.At, row.State, row.ClosedAt);

    public async Task<ApprovalRequestDetail> Describe(ApprovalRequest row, CancellationToken cancel)
    {
        var version = await book.Get(row.Model, $"{row.Version}", cancel);
        var policy = await policies.Decisive(row.Stage, cancel);
        var standing = await people.Standing(version, row.Stage, policy, cancel);
        var ballot = await ballots.Of(version, row.Stage, policy, actingFor: null, cancel);
        var comments = await db.RequestComments.AsNoTracking().Where(comment => comment.RequestId == row.Id).OrderBy(comment => comment.Id).ToListAsync(cancel);
        var remarks = new List<RequestRemark>();
        foreach (var comment in comments)
            remarks.Add(new(comment.Author, await deciders.NameOf(comment.Author, cancel), comment.Text, Ids(comment.Mentions), comment.At));

        return new(
            await Summarize(row, deciders, cancel), remarks, standing.Lists, standing.Decisions, policy.Text.Number, policy.Text.Digest,
            standing.Evidence.Digest, standing.Evidence.Statements,
            row.State == RequestState.Open && (ballot.WhyNot is null || ballot.OtherPlaces.Count > 0),
            row.State == RequestState.Open ? ballot.WhyNot : "the request is closed",
            ballot.OtherPlaces,
            ballot.Expires(clock.GetUtcNow()));
    }

    internal static IReadOnlyList<string> Ids(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
