using Assay.Data.Datasets;
using Assay.Kernel;
using Assay.Statistics.Drift;
using Assay.Statistics.Intervals;

namespace Assay.Monitoring.Reports;

/// <summary>What is wrong with the current table itself, measured by the reference: not how its values are spread, but whether they can be used.</summary>
internal static class QualityChecks
{
    private const int NamesShown = 5;

    public static IReadOnlyList<QualityFinding> Run(Table reference, Table current, IReadOnlyList<ColumnPair> pairs, ComparisonSettings settings)
    {
        var wanted = settings.Columns;
        List<QualityFinding> findings = [];
        foreach (var column in reference.Columns.Where(column => current.Find(column.Name) is null && (wanted?.Contains(column.Name) ?? true)))
            findings.Add(new("schema", column.Name, "critical", "The column is in the reference and not in the current table.", 0, 0, null));
        foreach (var column in current.Columns.Where(column => reference.Find(column.Name) is null && (wanted?.Contains(column.Name) ?? true)))
            findings.Add(new("schema", column.Name, "warning", "The column is new: the reference doesn't have it.", 0, 0, null));
        foreach (var pair in pairs)
        {
            if (pair.Reference.Kind != pair.Current.Kind && !ColumnPair.IsEmpty(pair.Reference) && !ColumnPair.IsEmpty(pair.Current))
            {
                findings.Add(new(
                    "type", pair.Name, "critical",
                    $"The column holds {Kind(pair.Current)} where the reference holds {Kind(pair.Reference)}.", current.Rows, 1, null));
            }

            findings.AddRange(pair is NumberPair number ? Numbers(number, settings) : Categories((CategoryPair)pair, settings));
        }

        return [.. findings.OrderBy(finding => finding.Severity == "critical" ? 0 : 1).ThenByDescending(finding => finding.Share)];
    }

    private static string Kind(Column column) => column.Kind switch
    {
        ColumnKind.Number => "numbers",
        ColumnKind.Boolean => "Booleans",
        ColumnKind.Time => "times",
        _ => "text",
    };

    private static IEnumerable<QualityFinding> Numbers(NumberPair pair, ComparisonSettings settings)
    {
        var rows = pair.Now.Values.Length;
        if (Missing(pair.Name, (pair.First.Missing + pair.First.Infinite, pair.Before.Values.Length), (pair.Second.Missing + pair.Second.Infinite, rows), settings) is { } missing)
            yield return missing;
        if (Infinite(pair.Name, pair.First.Infinite, pair.Second.Infinite, rows, settings) is { } infinite)
            yield return infinite;
        if (pair.First.Count == 0 || pair.Second.Count == 0)
            yield break;
        var (least, most) = (pair.First.Values[0], pair.First.Values[^1]);
        var outside = pair.Second.Values.LongCount(value => value < least || value > most);
        if (outside > 0)
        {
            yield return Of(
                "range", pair.Name, "warning",
                $"{(outside == 1 ? "One value lies" : $"{outside:N0} values lie")} outside of the reference's range, {CompareColumns.Short(least)} to {CompareColumns.Short(most)}.", outside, rows, settings);
        }

        if (pair.Second.Values[0] == pair.Second.Values[^1] && least != most && pair.Second.Count > 1)
            yield return Of("constant", pair.Name, "critical", $"Every value is {CompareColumns.Short(pair.Second.Values[0])}.", pair.Second.Count, rows, settings);
    }

    private static IEnumerable<QualityFinding> Categories(CategoryPair pair, ComparisonSettings settings)
    {
        var (before, now) = (pair.FirstCounts.Values.Sum() + pair.FirstMissing, pair.SecondCounts.Values.Sum() + pair.SecondMissing);
        if (Missing(pair.Name, (pair.FirstMissing, before), (pair.SecondMissing, now), settings) is { } missing)
            yield return missing;
        if (pair.FirstCounts.Count == 0 || pair.SecondCounts.Count == 0)
            yield break;
        if (pair.SecondCounts.Count == 1 && pair.FirstCounts.Count > 1 && now - pair.SecondMissing > 1)
            yield return Of("constant", pair.Name, "critical", $"Every value is '{pair.SecondCounts.Keys.First()}'.", now - pair.SecondMissing, now, settings);

        // Names of people and numbers of orders are new in every table; that is no finding.
        if (pair.FirstCounts.Count > before / 2 || pair.Reference.Kind == ColumnKind.Time)
            yield break;
        var fresh = pair.SecondCounts.Where(entry => !pair.FirstCounts.ContainsKey(entry.Key)).OrderByDescending(entry => entry.Value).ToList();
        if (fresh.Count == 0)
            yield break;
        var names = string.Join(", ", fresh.Take(NamesShown).Select(entry => $"'{entry.Key.Shortened(40)}'"));
        yield return Of(
            "categories", pair.Name, "warning",
            $"{(fresh.Count == 1 ? "A value" : $"{fresh.Count:N0} values")} that the reference never has: {names}{(fresh.Count > NamesShown ? ", …" : "")}.", fresh.Sum(entry => entry.Value), now, settings);
    }

    private static QualityFinding? Missing(string column, (long Missing, long Rows) before, (long Missing, long Rows) now, ComparisonSettings settings)
    {
        const double Noticeable = 0.01;
        if (now.Rows == 0 || now.Missing == 0 || before.Rows == 0)
            return null;
        var (was, share) = ((double)before.Missing / before.Rows, (double)now.Missing / now.Rows);
        var p = FisherExact.Test(before.Missing, before.Rows - before.Missing, now.Missing, now.Rows - now.Missing).PValue ?? 1;
        if (share < was + Noticeable || p >= settings.Significance)
            return null;
        return Of(
            "missing", column, share >= 0.5 ? "critical" : "warning",
            $"{share * 100:0.#} % of the values are missing, where the reference misses {was * 100:0.#} %.", now.Missing, now.Rows, settings);
    }

    /// <summary>Infinities of a column of numbers, which no test can compute with; null where neither side has any.</summary>
    public static QualityFinding? Infinite(string column, long before, long now, long rows, ComparisonSettings settings)
    {
        if (now > 0)
        {
            return Of(
                "infinite", column, 2 * now >= rows ? "critical" : "warning",
                $"{(now == 1 ? "One value is" : $"{now:N0} values are")} infinite{(before > 0 ? $", and {before:N0} of the reference" : "")}: what they should be is unknown.", now, rows, settings);
        }

        return before == 0 ? null : new(
            "infinite", column, "warning", $"{(before == 1 ? "One value" : $"{before:N0} values")} of the reference {(before == 1 ? "is" : "are")} infinite: what {(before == 1 ? "it" : "they")} should be is unknown.", 0, 0, null);
    }

    private static QualityFinding Of(string check, string column, string severity, string summary, long count, long rows, ComparisonSettings settings) =>
        new(check, column, severity, summary, count, (double)count / rows, ShareInterval.Wilson(count, rows, settings.Confidence));
}
