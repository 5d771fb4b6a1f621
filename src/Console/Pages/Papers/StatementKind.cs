using Assay.Console.Marks;
using Assay.Registry;

namespace Assay.Console.Pages.Papers;

/// <summary>What a reader calls a kind of statement.</summary>
internal static class StatementKind
{
    /// <summary>Its name, such as <c>Gate verdict</c>; the predicate type itself for one that Assay does not make.</summary>
    public static string Of(string predicateType) => predicateType switch
    {
        Predicates.Provenance => "Training provenance",
        Predicates.TestResult => "Data checks",
        Predicates.Evaluation => "Evaluation",
        Predicates.Scan => "Scan",
        Predicates.VerificationSummary => "Gate verdict",
        Predicates.Approval => "Human approval",
        Predicates.Waiver => "Waiver of findings",
        Predicates.Registration => "Registration",
        Predicates.BreakGlass => "Emergency",
        Predicates.BillOfMaterials => "Model card and bill of materials",
        _ => predicateType,
    };

    /// <summary>The mark that such a statement stands behind; null when it is none.</summary>
    public static string? MarkOf(string predicateType) => predicateType switch
    {
        Predicates.TestResult => "Data",
        Predicates.Scan => "Scanned",
        Predicates.VerificationSummary => "Tested",
        Predicates.Approval => "Approved",
        _ => null,
    };

    /// <summary>Marks that lead to the newest statement behind each, where there is one.</summary>
    public static IReadOnlyList<Mark> Linked(IReadOnlyList<Mark> marks, IReadOnlyList<AttestationSummary> newestFirst) =>
    [
        .. marks.Select(mark => newestFirst.FirstOrDefault(statement => MarkOf(statement.PredicateType) == mark.Name) is { } statement && mark.State != MarkState.Missing
            ? mark with { Link = $"/papers/{statement.Id}" }
            : mark),
    ];
}
