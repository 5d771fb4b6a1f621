using Assay.Kernel;
using Assay.Monitoring.LoggedRows;

namespace Assay.Monitoring.Attribution;

/// <summary>A comparison of attributions.</summary>
internal sealed class ComparedReasons : KeptComparison<AttributionResult>
{
    /// <summary>Which rows were compared with: while it is the same, the reference needs not be explained again.</summary>
    public required string ReferenceKey { get; init; }
}

internal sealed class ComparedReasonsTable() : KeptComparisonTable<ComparedReasons, AttributionResult>("monitoring_attributions");

internal static class ComparedReasonsReading
{
    private const int InputsShown = 10;

    /// <summary>The newest comparisons, newest first; all inputs with the first of them alone.</summary>
    public static async Task<List<AttributionResult>> ReasonsOf(this AssayDb db, string endpoint, int count, CancellationToken cancel)
    {
        var rows = await db.NewestComparisons<ComparedReasons>(endpoint, count, cancel);
        return [.. rows.Select(row => row.Result).Select((result, place) => place == 0 ? result : result with { Inputs = [.. result.Inputs.Take(InputsShown)] })];
    }
}
