using Assay.Data.Datasets;

namespace Assay.Monitoring.Reports;

/// <summary>A table with the name that reports give it.</summary>
public sealed record NamedTable(string Name, Table Table);

/// <summary>Compares a table with a reference: the same numbers for files as monitors have for live traffic, and more of them.</summary>
public static class CompareTables
{
    /// <summary>Names of all tests of single columns.</summary>
    public static IReadOnlyList<string> TestNames { get; } = [.. NumberTests.Names.Union(CategoryTests.Names)];

    /// <summary>Compares column by column only.</summary>
    /// <exception cref="InvalidTableException">A column that was named isn't in both tables.</exception>
    public static TableComparison Columns(NamedTable reference, NamedTable current, ComparisonSettings settings) =>
        Run(reference, current, settings, (_, _) => [], []);

    /// <summary>Compares columns, their relations, the quality of the current table and, where both columns are named, how well predictions fit labels.</summary>
    /// <param name="reference">What is taken as normal.</param>
    /// <param name="current">What is judged.</param>
    /// <param name="settings">How.</param>
    /// <param name="label">Column of the label; it takes no part in the relations.</param>
    /// <param name="prediction">Column of the prediction.</param>
    /// <exception cref="InvalidTableException">A column that was named isn't in both tables.</exception>
    public static TableComparison Whole(
        NamedTable reference, NamedTable current, ComparisonSettings settings, string? label = null, string? prediction = null) => Run(
        reference, current, settings,
        (pairs, all) => RelationTests.Run(
            FeatureRows.Of([.. pairs.Where(pair => pair.Name != label && pair.Name != prediction)], all.Reference, all.Current, settings.Seed), settings),
        label is not null && prediction is not null
            ? PerformanceTests.Run(reference.Table, current.Table, label, prediction, settings)
            : []);

    private static TableComparison Run(
        NamedTable reference,
        NamedTable current,
        ComparisonSettings settings,
        Func<IReadOnlyList<ColumnPair>, (int Reference, int Current), IReadOnlyList<MultivariateFigure>> multivariate,
        IReadOnlyList<PerformanceFigure> performance)
    {
        foreach (var name in settings.Columns ?? [])
        {
            if (reference.Table.Find(name) is null || current.Table.Find(name) is null)
                throw new InvalidTableException($"There is no column '{name}' in {(reference.Table.Find(name) is null ? reference.Name : current.Name)}.");
        }

        var pairs = reference.Table.Columns
            .Where(column => settings.Columns?.Contains(column.Name) ?? true)
            .Select(column => (Reference: column, Current: current.Table.Find(column.Name)))
            .Where(pair => pair.Current is not null)
            .Select(pair => ColumnPair.Of(pair.Reference, pair.Current!))
            .ToList();
        var columns = CompareColumns.Run(pairs, settings);
        var together = multivariate(pairs, (reference.Table.Rows, current.Table.Rows));
        var drifted = columns.Where(column => column.Verdict == ComparisonVerdict.Drift)
            .OrderByDescending(column => column.Tests.FirstOrDefault(test => test.Test == "psi")?.Statistic ?? 0)
            .Select(column => column.Name)
            .ToList();
        var verdict = drifted.Count > 0 || together.Any(test => test.Verdict == ComparisonVerdict.Drift) ? ComparisonVerdict.Drift
            : columns.Any(column => column.Verdict == ComparisonVerdict.Calm) ? ComparisonVerdict.Calm
            : ComparisonVerdict.Unknown;
        return new(
            reference.Name, reference.Table.Rows, current.Name, current.Table.Rows, verdict, drifted, settings, columns,
            QualityChecks.Run(reference.Table, current.Table, pairs, settings), together, performance);
    }
}
