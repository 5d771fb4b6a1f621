using System.Text;
using Assay.Kernel;

namespace Assay.Registry.Approvals;

/// <summary>
/// What there is to know of a version at a moment: every signed statement about it but decisions. Its evaluation, the checks
/// of its data, its provenance, scan and card are statements, so whatever is added or taken away makes another set.
/// </summary>
internal sealed record EvidenceSet(IReadOnlyList<AttestationSummary> Statements)
{
    /// <summary>SHA-256 over the statements' digests in ascending order.</summary>
    public string Digest { get; } = Kernel.Digest.Of(
        Encoding.ASCII.GetBytes(string.Join('\n', Statements.Select(statement => statement.Digest).Order(StringComparer.Ordinal)))).ToString();

    public static EvidenceSet Of(IEnumerable<AttestationSummary> statements) =>
        new([.. statements.Where(statement => !IsDecision(statement.PredicateType))]);

    /// <summary>The evidence as it was for whoever saw only these digests, decisions among them.</summary>
    public static EvidenceSet Of(IEnumerable<AttestationSummary> statements, IReadOnlySet<string> known) =>
        Of(statements.Where(statement => known.Contains(statement.Digest)));

    // What somebody or a gate decided about a stage is not evidence: else each decision would make the one before it stale. A
    // waiver is: who approves must know what was waived.
    private static bool IsDecision(string predicateType) =>
        predicateType is Predicates.Approval or Predicates.VerificationSummary or Predicates.BreakGlass;

    /// <summary>How other evidence differs from this, in words; null when it does not.</summary>
    public string? Difference(IReadOnlyCollection<string> digests)
    {
        var now = Statements.Select(statement => statement.Digest).ToHashSet(StringComparer.Ordinal);
        var added = now.Count(digest => !digests.Contains(digest));
        var gone = digests.Count(digest => !now.Contains(digest));
        return (added, gone) switch
        {
            (0, 0) => null,
            (_, 0) => $"{added} statements were added since",
            (0, _) => $"{gone} statements that it rests upon are gone",
            _ => $"{added} statements were added and {gone} are gone since",
        };
    }
}
