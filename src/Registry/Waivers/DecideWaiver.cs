using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Registry.Approvals;
using Assay.Registry.Attestations;
using Assay.Registry.Versions;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Waivers;

/// <summary>What a person can say about a waiver.</summary>
public enum WaiverDecision
{
    /// <summary>The findings may pass.</summary>
    Granted,

    /// <summary>They may not.</summary>
    Refused,

    /// <summary>What was granted counts no more.</summary>
    Revoked,
}

/// <summary>A decision on a waiver.</summary>
/// <param name="Decision">What is decided.</param>
/// <param name="Comment">In the person's own words; signed with the decision, and required to refuse or revoke.</param>
public sealed record DecideWaiverRequest(WaiverDecision Decision, [StringLength(Waiver.ReasonLengthMax)] string? Comment = null);

/// <summary>Signs a decision on a waiver: over the model's digest, the scan, its rules, and the findings.</summary>
internal static class DecideWaiver
{
    public static void Map(RouteGroupBuilder models) =>
        models.MapPost("/{name}/versions/{version}/waivers/{id}/decisions", Handle).WithName("DecideWaiver").Requires(RegistryPermissions.Waive, resource: "name");

    private static async Task<WaiverSummary> Handle(
        string name, string version, string id, DecideWaiverRequest request, VersionBook book, WaiverDecider decider, CancellationToken cancel) =>
        await decider.Decide(await book.Get(name, version, cancel), id, request, cancel);
}

/// <summary>Takes decisions on waivers, and turns away who may not decide.</summary>
internal sealed class WaiverDecider(
    AssayDb db, ILedger ledger, AskedWaivers asked, Quarantine quarantine, WaiverBallot ballot, WaiverView view, Deciders deciders, IAttestations attestations, TimeProvider clock)
{
    public async Task<WaiverSummary> Decide(ModelVersion version, string id, DecideWaiverRequest request, CancellationToken cancel)
    {
        var row = await asked.Get(version, id, cancel);
        if (row.State != (request.Decision == WaiverDecision.Revoked ? WaiverState.Granted : WaiverState.Open))
            throw Refusal.Conflict($"The waiver is {row.State.ToString().ToLowerInvariant()}: only one that waits is granted or refused, and only one that was granted is revoked.");
        if (request.Decision != WaiverDecision.Granted && string.IsNullOrWhiteSpace(request.Comment))
            throw Refusal.Invalid("comment", "Say why: to refuse or to revoke needs a comment.");
        if (await WhyNot(row, version, request.Decision, cancel) is { } reason)
            throw await Refuse(row, reason, cancel);

        var (findings, scan) = await asked.About(row, cancel);
        if (request.Decision == WaiverDecision.Granted)
            await CheckNow(version, scan, cancel);
        await Sign(row, version, findings, scan, request, cancel);
        return await view.Show(row, await quarantine.Standing(version, atGate: true, cancel), cancel);
    }

    /// <summary>Saves; a change by somebody else at the same time is a conflict.</summary>
    public static async Task Save(AssayDb db, CancellationToken cancel)
    {
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateConcurrencyException)
        {
            throw Refusal.Conflict("The waiver or its model was changed at the same time. Look at it again.");
        }
    }

    // To take a waiver back does no harm, so whoever may grant others may do it, also a maker.
    private async Task<string?> WhyNot(Waiver row, ModelVersion version, WaiverDecision decision, CancellationToken cancel) =>
        decision != WaiverDecision.Revoked ? await ballot.WhyNot(row, version, cancel)
        : await deciders.Caller(cancel) is { Kind: PrincipalKind.Person } ? null
        : "only people decide: a service account, whoever owns it, does not";

    private async Task CheckNow(ModelVersion version, WaivedScan scan, CancellationToken cancel)
    {
        var standing = await quarantine.Standing(version, atGate: true, cancel);
        if (standing.Problem is { } problem || standing.Scan is not { } now)
            throw Refusal.Conflict($"Nothing of this version can be waived: {standing.Problem}. Scan it again.");
        if (Quarantine.Stale(scan, now) is { } stale)
            throw Refusal.Conflict($"The request is {stale}. Refuse it, and have another one made.");
    }

    private async Task Sign(
        Waiver row, ModelVersion version, IReadOnlyList<WaivedFinding> findings, WaivedScan scan, DecideWaiverRequest request, CancellationToken cancel)
    {
        var person = (await deciders.Caller(cancel))!;
        var (decision, now) = (request.Decision.ToString().ToLowerInvariant(), clock.GetUtcNow());
        var comment = string.IsNullOrWhiteSpace(request.Comment) ? null : request.Comment;
        var predicate = new WaiverPredicate(
            row.Id, decision, findings, scan, row.Reason, row.RequestedBy, new Approver(person.Id, "local", null), comment, now, row.ExpiresAt);
        var signed = await attestations.Add(row.Model, row.Version, Predicates.Waiver, predicate.ToJson(), cancel);
        row.State = request.Decision switch
        {
            WaiverDecision.Granted => WaiverState.Granted,
            WaiverDecision.Refused => WaiverState.Refused,
            _ => WaiverState.Revoked,
        };
        (row.DecidedBy, row.DecidedAt, row.Comment, row.Attestation) = (person.Id, now, comment, signed.Digest);
        ledger.Append(new WaiverDecided(row.Model, row.Version, version.Digest, row.Id, decision, row.FindingIds, person.Id, signed.Digest));
        await Save(db, cancel);
    }

    private async Task<Refusal> Refuse(Waiver row, string reason, CancellationToken cancel)
    {
        ledger.Append(new WaiverRefused(row.Model, row.Version, row.Id, reason));
        await db.SaveChangesAsync(cancel);
        return Refusal.Denied($"You can't decide on this waiver: {reason}.");
    }
}

/// <summary>Finds what was asked for, as the ledger and the signed scan have it.</summary>
internal sealed class AskedWaivers(AssayDb db, IAttestations attestations, ILedgerMemory memory)
{
    private static readonly string[] Said = ["digest", "waiver", "scan", "findings", "requestedBy", "reasonDigest", "expiresAt"];

    /// <summary>The row; one that waits must be what the ledger says was asked for, or somebody has changed who asks, what for, or why.</summary>
    public async Task<Waiver> Get(ModelVersion version, string id, CancellationToken cancel)
    {
        var row = await db.Waivers.SingleOrDefaultAsync(each => each.Id == id && each.Model == version.Model && each.Version == version.Version, cancel)
            ?? throw Refusal.NotFound("waiver", id);
        if (row.State != WaiverState.Open)
            return row;
        var stated = await memory.Newest(WaiverAsked.EventType, WaiverAsked.SubjectOf(row.Model, row.Version), cancel);
        var expected = JsonSerializer.SerializeToElement(WaiverDesk.EventOf(row), AssayJson.Options);
        return stated is { } data && JsonElement.DeepEquals(Fields(data), Fields(expected))
            ? row
            : throw Refusal.Conflict($"Waiver {id} is not what the ledger says was asked for. Nobody can decide on it; 'assay ledger verify' tells more.");
    }

    /// <summary>The findings and the scan that a waiver is about.</summary>
    public async Task<(IReadOnlyList<WaivedFinding> Findings, WaivedScan Scan)> About(Waiver row, CancellationToken cancel)
    {
        ScanPredicate scan;
        try
        {
            scan = (await attestations.Open(row.Model, row.Version, row.Scan, cancel)).Predicate.Deserialize<ScanPredicate>(AssayJson.Options)!;
        }
        catch (TamperedAttestationException problem)
        {
            throw Refusal.Conflict($"The scan that the waiver is about does not hold: {problem.Message}");
        }

        var blocking = scan.Findings.Where(finding => finding.Blocks).OrderBy(finding => finding.Id, StringComparer.Ordinal).ToList();
        var findings = blocking.Where(finding => row.FindingIds.Contains(finding.Id)).Select(finding => new WaivedFinding(finding.Id, finding.Rule, finding.Path)).ToList();
        return findings.Count == row.FindingIds.Count
            ? (findings, new(Predicates.Sha256(row.Scan), scan.Scanner, scan.Rules, blocking.ConvertAll(finding => finding.Id)))
            : throw Refusal.Conflict("The waiver names findings that its scan does not have.");
    }

    private static JsonElement Fields(JsonElement data) => JsonSerializer.SerializeToElement(
        Said.Select(name => data.TryGetProperty(name, out var value) ? value : default(JsonElement?)));
}
