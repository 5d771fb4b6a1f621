using Assay.Registry.Scans;

namespace Assay.Registry.Gates;

/// <summary><c>scan: passed</c>: the newest scan was of these very files, and found nothing that blocks, as the signed statement says too.</summary>
internal sealed class ScanGate(ScanBook scans) : IGate
{
    private const string Passed = "passed";

    public string Kind => "scan";

    public IReadOnlyList<string> Settings { get; } = [];

    public void Check(GateRule rule)
    {
        if (rule.Subject != Passed)
            throw rule.Invalid($"'{Kind}' must be '{Passed}', not '{rule.Subject}'.");
    }

    public async Task<GateRuleResult> Judge(GateRule rule, GateCandidate candidate, CancellationToken cancel)
    {
        var version = candidate.Version.Version;
        if (await scans.Newest(version.Model, version.Version, cancel) is not { } scan || scan.Digest != version.Digest)
            return new(Kind, false, "the version was never scanned", Passed);
        if (!await scans.IsStated(scan, cancel))
            return new(Kind, false, "the kept scan is not the one that was signed", Passed);
        if (scan.Passed)
            return new(Kind, true, Passed, Passed);

        var blocking = scan.ToDetail().Report.Findings.Where(finding => finding.Blocks).ToList();
        return new(Kind, false, $"{blocking.Count} findings block, first {blocking[0].Id}: in {blocking[0].Path} {blocking[0].What}", Passed);
    }
}
