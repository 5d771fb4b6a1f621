using System.Globalization;
using Assay.Data.Datasets;
using Assay.Data.Reading;

namespace Assay.Data.Checks;

/// <summary>Holds a version against the rules of its dataset.</summary>
internal static class RuleCheck
{
    private const int NewValuesShown = 3;

    public static List<RuleResult> Run(IReadOnlyList<Rule> rules, DuckTable table, IReadOnlyList<ColumnProfile> profile)
    {
        var columns = profile.Zip(table.Columns).ToDictionary(pair => pair.First.Name, StringComparer.Ordinal);
        return [.. rules.Select(rule => rule.Column is null ? OfTable(rule, table, profile)
            : columns.TryGetValue(rule.Column, out var pair) ? OfColumn(rule, table, pair.First, pair.Second)
            : Result(rule, false, "there is no such column", Bound(rule)))];
    }

    private static RuleResult OfTable(Rule rule, DuckTable table, IReadOnlyList<ColumnProfile> profile)
    {
        if (rule.Kind == RuleKinds.RowCount)
            return Result(rule, table.RowCount >= rule.Min && table.RowCount <= rule.Max, $"{Number(table.RowCount)} rows", Bound(rule));

        var names = profile.Select(column => column.Name).ToList();
        var missing = rule.Values!.Except(names).ToList();
        var added = names.Except(rule.Values!).ToList();
        var observed = missing.Count + added.Count == 0 ? "the same columns" : string.Join("; ", new[]
        {
            missing.Count > 0 ? $"without {string.Join(", ", missing)}" : "",
            added.Count > 0 ? $"also {string.Join(", ", added)}" : "",
        }.Where(part => part.Length > 0));
        return Result(rule, missing.Count + added.Count == 0, observed, Bound(rule));
    }

    private static RuleResult OfColumn(Rule rule, DuckTable table, ColumnProfile column, DuckColumn source)
    {
        var share = (double)column.Missing / table.RowCount;
        var kind = column.Kind.ToString().ToLowerInvariant();
        return rule.Kind switch
        {
            RuleKinds.Type when column.Count == 0 => Result(rule, true, "no values", Bound(rule)),
            RuleKinds.Type => Result(rule, kind == rule.Values![0], kind, Bound(rule)),
            RuleKinds.MissingShare => Result(rule, share <= rule.Max, Percent(share), Bound(rule)),
            RuleKinds.Range when column is { Min: { } min, Max: { } max } =>
                Result(rule, min >= rule.Min && max <= rule.Max, $"{Number(min)} to {Number(max)}", Bound(rule)),
            RuleKinds.Unique => Result(rule, column.Distinct == column.Count, Repeats(column.Count - column.Distinct), Bound(rule)),
            RuleKinds.Categories when column is { Kind: ColumnKind.Text, Count: > 0 } => Categories(rule, table, source),
            _ => Result(rule, column.Count == 0, column.Count == 0 ? "no values" : $"the column holds {kind}", Bound(rule)),
        };
    }

    private static RuleResult Categories(Rule rule, DuckTable table, DuckColumn source)
    {
        var value = source.Sql;
        var known = string.Join(", ", rule.Values!.Select(DuckTable.Literal));
        var share = table.Query(
            $"SELECT avg(CAST({value} IN ({known}) AS DOUBLE)) FROM {source.Rows} WHERE {value} IS NOT NULL", reader => reader.GetDouble(0))[0];
        var added = table.Query(
            $"SELECT {value}, count(*) AS n FROM {source.Rows} WHERE {value} NOT IN ({known}) GROUP BY 1 ORDER BY n DESC, 1 LIMIT {NewValuesShown}",
            reader => reader.GetString(0));
        var observed = added.Count == 0 ? "all known" : $"{Percent(share)} known; new: {string.Join(", ", added.Select(Quoted))}";
        return Result(rule, share >= rule.Min, observed, Bound(rule));
    }

    private static string Bound(Rule rule) => rule.Kind switch
    {
        RuleKinds.RowCount => $"{Number(rule.Min!.Value)} to {Number(rule.Max!.Value)} rows",
        RuleKinds.Columns => $"{rule.Values!.Count} columns, no other",
        RuleKinds.Type => rule.Values![0],
        RuleKinds.MissingShare => $"at most {Percent(rule.Max!.Value)}",
        RuleKinds.Range => $"{Number(rule.Min!.Value)} to {Number(rule.Max!.Value)}",
        RuleKinds.Categories => $"at least {Percent(rule.Min!.Value)} of {rule.Values!.Count} known values",
        _ => "no value twice",
    };

    private static RuleResult Result(Rule rule, bool passed, string observed, string bound) =>
        new(rule.Name, rule.Column, passed, observed, bound);

    private static string Repeats(long rows) => rows == 0 ? "no value twice" : $"{Number(rows)} rows repeat a value";

    private static string Quoted(string text) => text.Length <= 40 ? $"'{text}'" : $"'{text[..39]}…'";

    private static string Number(double number) => number.ToString(
        number == Math.Floor(number) && Math.Abs(number) < 1e15 ? "N0" : "G7", CultureInfo.InvariantCulture);

    private static string Percent(double share) => (share * 100).ToString("0.##", CultureInfo.InvariantCulture) + " %";
}
