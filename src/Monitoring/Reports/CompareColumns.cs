using System.Globalization;
using Assay.Data.Datasets;
using Assay.Statistics.Drift;
using Assay.Statistics.Intervals;

namespace Assay.Monitoring.Reports;

/// <summary>Compares the columns that two tables share, corrects the p-values for their number, and judges each.</summary>
internal static class CompareColumns
{
    private const int CategoriesDrawn = 12;

    public static IReadOnlyList<ColumnComparison> Run(IReadOnlyList<ColumnPair> pairs, ComparisonSettings settings)
    {
        var found = new ColumnComparison[pairs.Count];
        Parallel.For(0, pairs.Count, place => found[place] = pairs[place] is NumberPair number
            ? Numbers(number, settings)
            : Categories((CategoryPair)pairs[place], settings));
        return Judge(found, settings);
    }

    /// <summary>Corrects the p-values of columns for their number, and judges each.</summary>
    public static IReadOnlyList<ColumnComparison> Judge(ColumnComparison[] columns, ComparisonSettings settings) =>
        [.. Corrected(columns, settings).Select(column => Judged(column, settings))];

    private static ColumnComparison Numbers(NumberPair pair, ComparisonSettings settings)
    {
        var bins = QuantileBins.Of(pair.First, pair.Second);
        var labels = new string[bins.Reference.Length];
        for (var bin = 0; bin < labels.Length; bin++)
        {
            labels[bin] = bins.Edges.Length == 0 ? "all"
                : bin == 0 ? $"≤ {Short(bins.Edges[0])}"
                : bin == bins.Edges.Length ? $"> {Short(bins.Edges[^1])}"
                : $"{Short(bins.Edges[bin - 1])} – {Short(bins.Edges[bin])}";
        }

        var shift = SampleSize.LeastShift(pair.First.Count, pair.Second.Count, settings.Significance);
        return new(
            pair.Name, "number", Side(pair.Before, pair.First, settings), Side(pair.Now, pair.Second, settings), ComparisonVerdict.Unknown, "",
            double.IsFinite(shift) ? shift : null, NumberTests.Run(pair, bins, settings), new(labels, bins.Reference, bins.Current));
    }

    private static ColumnSide Side(NumberColumn column, NumberSample sample, ComparisonSettings settings)
    {
        var missing = sample.Missing + sample.Infinite;
        var (mean, deviation) = sample.Moments();
        var distinct = 0L;
        for (var i = 0; i < sample.Count; i++)
            distinct += i == 0 || sample.Values[i] != sample.Values[i - 1] ? 1 : 0;
        return new(
            "number", column.Values.Length, missing, ShareInterval.Wilson(missing, column.Values.Length, settings.Confidence), distinct,
            Finite(mean), Finite(deviation), sample.Count == 0 ? null : sample.Values[0], sample.Count == 0 ? null : sample.Values[^1])
        {
            Infinite = sample.Infinite,
        };
    }

    private static ColumnComparison Categories(CategoryPair pair, ComparisonSettings settings)
    {
        var drawn = pair.Values.Count <= CategoriesDrawn ? pair.Values.Count : CategoriesDrawn - 1;
        string[] labels = [.. pair.Values.Take(drawn), .. drawn < pair.Values.Count ? new[] { "others" } : []];
        return new(
            pair.Name, "category",
            Side(pair.Reference, pair.FirstCounts, pair.FirstMissing, settings), Side(pair.Current, pair.SecondCounts, pair.SecondMissing, settings),
            ComparisonVerdict.Unknown, NearlyAllDifferent(pair) ?? "", null, CategoryTests.Run(pair, settings), new(labels, Drawn(pair.First, drawn), Drawn(pair.Second, drawn)));
    }

    // Names of people and numbers of orders: other ones are no drift, and the same ones no calm. Why they can't be judged, or null.
    private static string? NearlyAllDifferent(CategoryPair pair)
    {
        var (before, now) = (pair.FirstCounts.Values.Sum(), pair.SecondCounts.Values.Sum());
        if (before == 0 || now == 0 || pair.FirstCounts.Count <= before / 2)
            return null;
        var shared = pair.SecondCounts.Where(entry => pair.FirstCounts.ContainsKey(entry.Key)).Sum(entry => entry.Value);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Nearly every value is different ({pair.FirstCounts.Count:N0} in {before:N0} rows of the reference), so that how often each comes tells nothing; {100.0 * shared / now:0.#} % of the current values are in the reference, too.");
    }

    private static long[] Drawn(long[] counts, int drawn) =>
        drawn == counts.Length ? counts : [.. counts.Take(drawn), counts.Skip(drawn).Sum()];

    private static ColumnSide Side(Column column, Dictionary<string, long> counts, long missing, ComparisonSettings settings)
    {
        var rows = counts.Values.Sum() + missing;
        return new(
            column.Kind.ToString().ToLowerInvariant(), rows, missing, ShareInterval.Wilson(missing, rows, settings.Confidence), counts.Count,
            null, null, null, null);
    }

    // The family of a test is all columns that it gave a p-value for.
    private static ColumnComparison[] Corrected(ColumnComparison[] columns, ComparisonSettings settings)
    {
        if (settings.Correction == ComparisonCorrection.None)
            return Array.ConvertAll(columns, column => column with { Tests = [.. column.Tests.Select(test => test with { CorrectedPValue = test.PValue })] });
        var tests = Array.ConvertAll(columns, column => column.Tests.ToArray());
        var places = tests.SelectMany((list, column) => list.Select((test, at) => (test.Test, test.PValue, Column: column, At: at)))
            .Where(place => place.PValue is not null);
        foreach (var family in places.GroupBy(place => place.Test))
        {
            var members = family.ToList();
            var pValues = members.ConvertAll(place => place.PValue!.Value);
            var corrected = settings.Correction == ComparisonCorrection.Bonferroni
                ? MultipleTesting.Bonferroni(pValues)
                : MultipleTesting.BenjaminiHochberg(pValues);
            for (var i = 0; i < members.Count; i++)
                tests[members[i].Column][members[i].At] = tests[members[i].Column][members[i].At] with { CorrectedPValue = corrected[i] };
        }

        return [.. columns.Select((column, at) => column with { Tests = tests[at] })];
    }

    private static ColumnComparison Judged(ColumnComparison column, ComparisonSettings settings)
    {
        var (before, now) = (column.Reference.Rows - column.Reference.Missing, column.Current.Rows - column.Current.Missing);
        if (Math.Min(before, now) < settings.MinimumRows)
        {
            return column with
            {
                Because = $"Too few values: {Math.Min(before, now):N0} of at least {settings.MinimumRows:N0}{(now <= before ? "" : " in the reference")}.",
            };
        }

        if (column.Because.Length > 0)
            return column;
        var index = column.Tests.FirstOrDefault(test => test.Test == "psi")?.Statistic;
        var pooled = column.Tests.FirstOrDefault(test => test.Test == "chi-square-pooled")?.CorrectedPValue;
        if (index is { } psi && pooled is { } p)
        {
            var drift = psi >= settings.Threshold && p < settings.Significance;
            var reason = drift ? $"The index is {Short(psi)}, at least {Short(settings.Threshold)}, and chance is ruled out (p {Short(p)})."
                : p < settings.Significance ? $"There is a difference, but a small one: the index is {Short(psi)}, below {Short(settings.Threshold)}."
                : $"No difference beyond chance (p {Short(p)}, index {Short(psi)}).";
            return column with { Verdict = drift ? ComparisonVerdict.Drift : ComparisonVerdict.Calm, Because = reason };
        }

        // Some tests were named: the surest of them decides, by chance alone.
        if (column.Tests.Where(test => test.CorrectedPValue is not null).MinBy(test => test.CorrectedPValue) is not { CorrectedPValue: { } least } surest)
            return column with { Because = "None of the tests gives a p-value for this column." };
        return column with
        {
            Verdict = least < settings.Significance ? ComparisonVerdict.Drift : ComparisonVerdict.Calm,
            Because = $"The corrected p-value of {surest.Test} is {Short(least)}.",
        };
    }

    internal static string Short(double value) => value.ToString("0.####", CultureInfo.InvariantCulture) is var text and not ("0" or "-0")
        ? Math.Abs(value) >= 1e6 ? value.ToString("G4", CultureInfo.InvariantCulture) : text
        : value == 0 ? "0" : value.ToString("0.#e+0", CultureInfo.InvariantCulture);

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
