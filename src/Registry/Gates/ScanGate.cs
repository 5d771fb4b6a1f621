using System.Globalization;
using Assay.Registry.Versions;
using Assay.Registry.Waivers;

namespace Assay.Registry.Gates;

/// <summary>
/// <c>scan: passed</c>: the newest scan was of these very files, as the signed statement says too, and whatever it found that
/// blocks is waived. A policy that leaves the rule out gets it all the same where a version is in quarantine.
/// </summary>
internal sealed class ScanGate(VersionBook book, Quarantine quarantine) : IGate
{
    private const string Passed = "passed";

    private const string Name = "scan";

    public string Kind => Name;

    public IReadOnlyList<string> Settings { get; } = [];

    public void Check(GateRule rule)
    {
        if (rule.Subject != Passed)
            throw rule.Invalid($"'{Kind}' must be '{Passed}', not '{rule.Subject}'.");
    }

    public async Task<GateRuleResult> Judge(GateRule rule, GateCandidate candidate, CancellationToken cancel)
    {
        var summary = candidate.Version.Version;
        var version = await book.Get(summary.Model, summary.Version.ToString(CultureInfo.InvariantCulture), cancel);
        return Judge(await quarantine.Standing(version, atGate: true, cancel));
    }

    /// <summary>The rule for a version whose scan stands so.</summary>
    public static GateRuleResult Judge(QuarantineStanding standing) => standing.Reason is { } reason
        ? new(Name, false, reason, Passed)
        : new(Name, true, standing.Scan!.Blocking.Count == 0 ? Passed : string.Join("; ", standing.InForce.Select(Tell)), Passed);

    private static string Tell(WaiverPredicate waiver)
    {
        var findings = waiver.Findings.Count == 1 ? $"finding {waiver.Findings[0].Id}" : $"{waiver.Findings.Count} findings";
        var until = waiver.Expires.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        return $"{findings} waived by {waiver.DecidedBy.Id} until {until} UTC because: {waiver.Reason}";
    }
}
