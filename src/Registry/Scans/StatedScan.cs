using Assay.Registry.Attestations;

namespace Assay.Registry.Scans;

/// <summary>A version's newest scan as it was signed.</summary>
/// <param name="Statement">The statement.</param>
/// <param name="Predicate">What it says.</param>
/// <param name="IsWhole">Whether it lists everything that blocks; a statement has at most 200 findings.</param>
internal sealed record StatedScan(AttestationSummary Statement, ScanPredicate Predicate, bool IsWhole)
{
    /// <summary>Findings that block.</summary>
    public IReadOnlyList<FindingEntry> Blocking { get; } = [.. Predicate.Findings.Where(finding => finding.Blocks)];

    /// <summary>Their ids in ascending order.</summary>
    public IReadOnlyList<string> BlockingIds => [.. Blocking.Select(finding => finding.Id).Order(StringComparer.Ordinal)];
}
