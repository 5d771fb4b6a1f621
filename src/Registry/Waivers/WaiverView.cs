using Assay.Governance;
using Assay.Kernel;
using Assay.Registry.Approvals;
using Assay.Registry.Versions;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Waivers;

/// <summary>A waiver of findings.</summary>
/// <param name="Id">Its id; later ones sort after earlier ones.</param>
/// <param name="Model">Name of the model.</param>
/// <param name="Version">Number of the version.</param>
/// <param name="Digest">Root of the files that were scanned.</param>
/// <param name="Scan">Digest of the signed statement with the scan.</param>
/// <param name="Findings">Ids of the findings.</param>
/// <param name="Reason">Why.</param>
/// <param name="RequestedBy">Id of who asked.</param>
/// <param name="RequesterName">Name of the person behind it, when the directory knows it.</param>
/// <param name="At">When it was asked for.</param>
/// <param name="ExpiresAt">From when on it counts no more.</param>
/// <param name="State">What became of it.</param>
/// <param name="DecidedBy">Id of the person who decided last.</param>
/// <param name="DeciderName">Their name, when the directory knows it.</param>
/// <param name="DecidedAt">When.</param>
/// <param name="Comment">In their words.</param>
/// <param name="Attestation">Digest of the signed decision.</param>
/// <param name="Problem">Why a granted waiver does not count now; null when it does, or in lists of the whole project.</param>
/// <param name="WhyNot">Why the caller may not decide on a waiver that waits; null when they may, or in lists of the whole project.</param>
public sealed record WaiverSummary(
    string Id,
    string Model,
    int Version,
    string Digest,
    string Scan,
    IReadOnlyList<string> Findings,
    string Reason,
    string RequestedBy,
    string? RequesterName,
    DateTimeOffset At,
    DateTimeOffset ExpiresAt,
    WaiverState State,
    string? DecidedBy,
    string? DeciderName,
    DateTimeOffset? DecidedAt,
    string? Comment,
    string? Attestation,
    string? Problem = null,
    string? WhyNot = null);

/// <summary>Shows waivers.</summary>
internal sealed class WaiverView(AssayDb db, Quarantine quarantine, WaiverBallot ballot, Deciders deciders, VersionBook book)
{
    private const int ShownMax = 100;

    /// <summary>The newest waivers of a version, newest first.</summary>
    public async Task<IReadOnlyList<WaiverSummary>> Of(ModelVersion version, CancellationToken cancel)
    {
        var rows = await db.Waivers.AsNoTracking()
            .Where(row => row.Model == version.Model && row.Version == version.Version)
            .OrderByDescending(row => row.Id).Take(ShownMax).ToListAsync(cancel);
        if (rows.Count == 0)
            return [];
        var standing = await quarantine.Standing(version, atGate: true, cancel);
        var shown = new List<WaiverSummary>();
        foreach (var row in rows)
            shown.Add(await Show(row, standing, cancel));
        return shown;
    }

    public async Task<WaiverSummary> Show(Waiver row, QuarantineStanding standing, CancellationToken cancel)
    {
        var summary = await Summarize(row, cancel);
        return row.State switch
        {
            WaiverState.Open => summary with { WhyNot = await ballot.WhyNot(row, await book.Get(row.Model, $"{row.Version}", cancel), cancel) },
            WaiverState.Granted => summary with
            {
                Problem = standing.Waivers.FirstOrDefault(held => held.Waiver.Predicate.Id == row.Id) is { } held ? held.Problem : "no signed statement grants it",
            },
            _ => summary,
        };
    }

    public async Task<WaiverSummary> Summarize(Waiver row, CancellationToken cancel) => new(
        row.Id, row.Model, row.Version, row.Digest, row.Scan, row.FindingIds, row.Reason, row.RequestedBy, await deciders.NameOf(row.RequestedBy, cancel),
        row.At, row.ExpiresAt, row.State, row.DecidedBy, row.DecidedBy is { } person ? await deciders.NameOf(person, cancel) : null, row.DecidedAt,
        row.Comment, row.Attestation);
}

/// <summary>Who may decide on waivers: people with the permission to, who neither made the version nor asked.</summary>
internal sealed class WaiverBallot(Exclusions exclusions, Deciders deciders, IDirectory directory, IAccess access)
{
    /// <summary>Why the caller may not decide on a waiver that waits; null when they may.</summary>
    public async Task<string?> WhyNot(Waiver row, ModelVersion version, CancellationToken cancel)
    {
        if (await deciders.Caller(cancel) is not { Kind: PrincipalKind.Person, Active: true } person)
            return "only people decide: a service account, whoever owns it, does not";
        var makers = await exclusions.Makers(version, cancel);
        if (makers.Problem is { } unknown)
            return unknown;
        if (makers.ReasonFor(person.Human) is { } reason)
            return $"whoever decides must have no hand in it, and this person {reason}";
        if ((await directory.Find(row.RequestedBy, cancel))?.Human == person.Human)
            return "whoever decides must have no hand in it, and this person asked for the waiver";
        return access.May(RegistryPermissions.Waive, version.Model) ? null : $"this needs the permission '{RegistryPermissions.Waive.Name}'";
    }
}
