using Assay.Data.Datasets;
using Assay.Statistics.Drift;
using Assay.Statistics.Intervals;
using Assay.Statistics.Profiles;

namespace Assay.Monitoring.Reports;

/// <summary>
/// Compares the number columns of two Parquet files of any length: bins are cut at quantiles of rows from all over the
/// reference, and then every row of both files is counted over them, as live traffic is. What needs the values themselves,
/// such as Kolmogorov-Smirnov, is left out.
/// </summary>
public static class StreamColumns
{
    private const int SampledPerColumn = 20_000;
    private const int SampledGroups = 16;

    /// <summary>Compares the columns that both files have.</summary>
    /// <param name="reference">Path of what is taken as normal.</param>
    /// <param name="current">Path of what is judged.</param>
    /// <param name="settings">How; tests that are named are ignored.</param>
    /// <param name="cancel">Stops reading.</param>
    /// <exception cref="InvalidTableException">A file is no Parquet file, or a column that was named isn't a number in both.</exception>
    public static async Task<TableComparison> Run(string reference, string current, ComparisonSettings settings, CancellationToken cancel)
    {
        var (before, now) = (await ParquetNumbers.Open(reference, cancel), await ParquetNumbers.Open(current, cancel));
        if (settings.Columns?.FirstOrDefault(name => !before.Names.Contains(name) || !now.Names.Contains(name)) is { } lacking)
            throw new InvalidTableException($"'{lacking}' is no column of numbers in both files.");
        var shared = now.Names.ToHashSet(StringComparer.Ordinal);
        string[] names = [.. before.Names.Where(name => shared.Contains(name) && (settings.Columns?.Contains(name) ?? true))];
        var baselines = await Baselines(before, names, cancel);
        var (first, second) = (await Count(before, baselines, cancel), await Count(now, baselines, cancel));
        var (infinite, nowInfinite) = (await Infinite(before, first, names, cancel), await Infinite(now, second, names, cancel));
        var columns = new ColumnComparison[names.Length];
        Parallel.For(0, names.Length, column => columns[column] = Compare(baselines[column], first[column], second[column], settings));
        for (var column = 0; column < names.Length; column++)
        {
            columns[column] = columns[column] with
            {
                Reference = columns[column].Reference with { Infinite = infinite[column] },
                Current = columns[column].Current with { Infinite = nowInfinite[column] },
            };
        }

        var judged = CompareColumns.Judge(columns, settings);
        string[] drifted = [.. judged.Where(column => column.Verdict == ComparisonVerdict.Drift)
            .OrderByDescending(column => column.Tests[0].Statistic).Select(column => column.Name)];
        var verdict = drifted.Length > 0 ? ComparisonVerdict.Drift
            : judged.Any(column => column.Verdict == ComparisonVerdict.Calm) ? ComparisonVerdict.Calm
            : ComparisonVerdict.Unknown;
        return new(
            Path.GetFileName(reference), before.GroupRows.Sum(), Path.GetFileName(current), now.GroupRows.Sum(), verdict, drifted, settings, judged,
            [
                .. Schema(before, now),
                .. names.Select((name, column) => QualityChecks.Infinite(name, infinite[column], nowInfinite[column], second[column].Rows, settings)).OfType<QualityFinding>(),
            ], [], []);
    }

    private static async Task<Baseline[]> Baselines(ParquetNumbers file, string[] names, CancellationToken cancel)
    {
        var filled = Enumerable.Range(0, file.GroupRows.Length).Where(group => file.GroupRows[group] > 0).ToArray();
        var groups = filled.Where((_, i) => filled.Length <= SampledGroups || i * (long)SampledGroups / filled.Length != (i - 1L) * SampledGroups / filled.Length).ToArray();
        var stride = Math.Max(1, groups.Sum(group => file.GroupRows[group]) / SampledPerColumn);
        var sampled = Array.ConvertAll(names, _ => new List<double>());
        await file.Read(names, groups, (column, values) =>
        {
            var span = values.Span;
            lock (sampled[column])
            {
                for (var row = 0L; row < span.Length; row += stride)
                    sampled[column].Add(span[(int)row]);
            }
        }, cancel);
        return [.. names.Select((name, column) => BaselineBuilder.Numbers(name, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(sampled[column])))];
    }

    private static async Task<CountedWindow[]> Count(ParquetNumbers file, Baseline[] baselines, CancellationToken cancel)
    {
        var counts = Array.ConvertAll(baselines, baseline => new LiveCounts(baseline));
        string[] names = [.. baselines.Select(baseline => baseline.Name)];
        await file.Read(names, [.. Enumerable.Range(0, file.GroupRows.Length)], (column, values) => counts[column].Add(values.Span), cancel);
        return Array.ConvertAll(counts, count => count.Take());
    }

    // Infinities are counted in the outermost bins, as they are live; only a column whose extremes say that it has some is read again.
    private static async Task<long[]> Infinite(ParquetNumbers file, CountedWindow[] counts, string[] names, CancellationToken cancel)
    {
        var found = new long[names.Length];
        int[] places = [.. Enumerable.Range(0, names.Length).Where(column => counts[column].Min <= float.MinValue || counts[column].Max >= float.MaxValue)];
        await file.Read([.. places.Select(place => names[place])], [.. Enumerable.Range(0, file.GroupRows.Length)], (column, values) =>
        {
            var infinite = 0L;
            foreach (var value in values.Span)
                infinite += float.IsInfinity(value) ? 1 : 0;
            Interlocked.Add(ref found[places[column]], infinite);
        }, cancel);
        return found;
    }

    private static ColumnComparison Compare(Baseline baseline, CountedWindow before, CountedWindow now, ComparisonSettings settings)
    {
        TestFigure Distance(string name, Func<long[], long[], double> distance) => before.Counts.Sum() == 0 || now.Counts.Sum() == 0
            ? new(name, null, null, Note: "A sample has no values.")
            : new(name, distance(before.Counts, now.Counts), null,
                Interval: Bootstrap.Counts(before.Counts, now.Counts, distance, settings.Confidence, seed: settings.Seed));

        var edges = baseline.Edges ?? [];
        string[] labels = [.. Enumerable.Range(0, before.Counts.Length).Select(bin => edges.Count == 0 ? "all"
            : bin < edges.Count ? $"≤ {CompareColumns.Short(edges[bin])}" : $"> {CompareColumns.Short(edges[^1])}")];
        return new(
            baseline.Name, "number", Side(before, settings), Side(now, settings), ComparisonVerdict.Unknown, "", null,
            [
                Distance("psi", (a, b) => Divergence.Psi(a, b)),
                before.Counts.Sum() == 0 || now.Counts.Sum() == 0
                    ? new("chi-square-pooled", null, null, Note: "A sample has no values.")
                    : new("chi-square-pooled", null, ChiSquare.Homogeneity(before.Counts, now.Counts)),
                Distance("jensen-shannon", (a, b) => Divergence.JensenShannon(a, b)),
                Distance("hellinger", (a, b) => Divergence.Hellinger(a, b)),
                Distance("total-variation", (a, b) => Divergence.TotalVariation(a, b)),
                Distance("l-infinity", (a, b) => Divergence.LInfinity(a, b)),
            ],
            new(labels, before.Counts, now.Counts));
    }

    private static ColumnSide Side(CountedWindow window, ComparisonSettings settings) => new(
        "number", window.Rows, window.Missing, ShareInterval.Wilson(window.Missing, window.Rows, settings.Confidence), 0, null, null, null, null);

    private static IReadOnlyList<QualityFinding> Schema(ParquetNumbers before, ParquetNumbers now)
    {
        string[] first = [.. before.Names, .. before.Others];
        string[] second = [.. now.Names, .. now.Others];
        return
        [
            .. first.Except(second).Select(name => new QualityFinding("schema", name, "critical", "The column is in the reference and not in the current table.", 0, 0, null)),
            .. before.Names.Intersect(now.Others).Select(name => new QualityFinding("type", name, "critical", "The column holds no numbers where the reference does.", now.GroupRows.Sum(), 1, null)),
            .. second.Except(first).Select(name => new QualityFinding("schema", name, "warning", "The column is new: the reference doesn't have it.", 0, 0, null)),
        ];
    }
}
