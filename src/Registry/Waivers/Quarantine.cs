using Assay.Governance;
using Assay.Kernel.Projects;
using Assay.Registry.Approvals;
using Assay.Registry.Attestations;
using Assay.Registry.Scans;
using Assay.Registry.Versions;

namespace Assay.Registry.Waivers;

/// <summary>A granted waiver, and whether it counts.</summary>
/// <param name="Waiver">The statement.</param>
/// <param name="Problem">Why it does not count; null when it does.</param>
internal sealed record HeldWaiver(GrantedWaiver Waiver, string? Problem);

/// <summary>How the newest scan of a version stands.</summary>
/// <param name="Scan">The scan as it was signed; null when there is none that holds.</param>
/// <param name="Waivers">Every waiver that was granted.</param>
/// <param name="Problem">Why nobody can say what was found; null when that is known.</param>
internal sealed record QuarantineStanding(StatedScan? Scan, IReadOnlyList<HeldWaiver> Waivers, string? Problem)
{
    /// <summary>Waivers that count.</summary>
    public IEnumerable<WaiverPredicate> InForce => Waivers.Where(held => held.Problem is null).Select(held => held.Waiver.Predicate);

    /// <summary>Findings that block and are not waived.</summary>
    public IReadOnlyList<FindingEntry> Unwaived =>
        [.. (Scan?.Blocking ?? []).Where(finding => !InForce.Any(waiver => waiver.Findings.Any(waived => waived.Id == finding.Id)))];

    /// <summary>Why the version is kept apart; null when it is not.</summary>
    public string? Reason => Problem ?? (Unwaived is [var first, ..]
        ? $"{Unwaived.Count} {(Unwaived.Count == 1 ? "finding blocks" : "findings block")}, first {first.Id}: in {first.Path} {first.Message}"
        : null);
}

/// <summary>
/// Keeps versions apart whose scan found what blocks: such a version is registered, so that people can look at it, and goes
/// nowhere until each of those findings is waived. It trusts no row: scan and waivers are read from signed statements, and
/// the ledger says how many there are.
/// </summary>
internal sealed class Quarantine(
    ScanBook scans, WaiverReader waivers, Exclusions exclusions, IDirectory directory, ProjectScope project, QuarantineMeter meter, TimeProvider clock)
{
    /// <summary>Why a version may not be loaded or handed out now; null when it may.</summary>
    /// <param name="version">The version.</param>
    /// <param name="what">What is asked for, such as <c>load</c>, for the meter.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<string?> WhyNot(ModelVersion version, string what, CancellationToken cancel)
    {
        if ((await Standing(version, atGate: false, cancel)).Reason is not { } reason)
            return null;
        meter.Refused(what);
        return $"{version.Model} version {version.Version} is in quarantine: {reason}";
    }

    /// <summary>How the newest scan stands.</summary>
    /// <param name="version">The version.</param>
    /// <param name="atGate">
    /// Whether who granted a waiver must still hold the right to. At a gate so; but somebody who has left since does not take a model out of production.
    /// </param>
    /// <param name="cancel">Stops it.</param>
    public async Task<QuarantineStanding> Standing(ModelVersion version, bool atGate, CancellationToken cancel)
    {
        var (scan, problem) = await scans.Stated(version, cancel);
        if (scan is null)
            return new(null, [], problem);
        if (scan.Blocking.Count == 0)
            return new(scan, [], null);

        var (granted, missing) = await waivers.Read(version, cancel);
        var makers = granted.Count == 0 ? new ExcludedPeople(new Dictionary<string, string>(), null) : await exclusions.Makers(version, cancel);
        var held = new List<HeldWaiver>();
        foreach (var waiver in granted)
            held.Add(new(waiver, makers.Problem ?? await ProblemOf(waiver, version, scan, makers, atGate, cancel)));
        return new(scan, held, missing ?? (scan.IsWhole ? null : "more was found than a statement lists, so that it can't be waived"));
    }

    private async Task<string?> ProblemOf(
        GrantedWaiver waiver, ModelVersion version, StatedScan scan, ExcludedPeople makers, bool atGate, CancellationToken cancel)
    {
        var predicate = waiver.Predicate;
        if (waiver.Revoked)
            return "revoked";
        if (predicate.Expires <= clock.GetUtcNow())
            return "expired";
        if (Stale(predicate.Scan, scan) is { } stale)
            return stale;
        if (makers.ReasonFor(predicate.DecidedBy.Id) is { } reason)
            return $"who granted it {reason}";
        if ((await directory.Find(predicate.RequestedBy, cancel))?.Human == predicate.DecidedBy.Id)
            return "who granted it asked for it";
        return atGate && !await MayWaive(predicate.DecidedBy.Id, version, cancel) ? "who granted it may not do so any more" : null;
    }

    private async Task<bool> MayWaive(string person, ModelVersion version, CancellationToken cancel) =>
        await directory.Find(person, cancel) is { Kind: PrincipalKind.Person, Active: true }
        && directory.Holds(person, RegistryPermissions.Waive, project.Name!, version.Model);

    /// <summary>Why something said of one scan is not about another; null when it is.</summary>
    public static string? Stale(WaivedScan then, StatedScan now) =>
        then.Scanner != now.Predicate.Scanner || then.Rules.Digest?.GetValueOrDefault("sha256") != now.Predicate.Rules.Digest?.GetValueOrDefault("sha256")
            ? "stale: the scanner goes by other rules now"
            : !then.Blocking.SequenceEqual(now.BlockingIds) ? "stale: other findings block now"
            : null;
}
