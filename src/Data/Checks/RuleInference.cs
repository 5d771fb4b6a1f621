using Assay.Data.Datasets;
using Assay.Data.Reading;
using Assay.Data.Screening;

namespace Assay.Data.Checks;

/// <summary>Rules for all later versions, from the first one and its profile.</summary>
internal static class RuleInference
{
    /// <summary>A later version may have half to ten times the rows.</summary>
    private const double RowsShrink = 0.5;
    private const double RowsGrow = 10;

    /// <summary>Missing values may grow by half, or by two rows in a hundred.</summary>
    private const double MissingGrowth = 1.5;
    private const double MissingSlack = 0.02;

    /// <summary>Numbers may leave the range by a tenth of its width, but not turn negative.</summary>
    private const double RangeSlack = 0.1;

    /// <summary>Of a category with at most so many values, 99 in a hundred rows must have a known one.</summary>
    private const int CategoriesMax = 100;
    private const double CategoriesMostly = 0.99;

    public static List<Rule> Infer(DuckTable table, IReadOnlyList<ColumnProfile> profile)
    {
        var rules = new List<Rule>
        {
            new(RuleKinds.RowCount, null, RuleKinds.RowCount, Math.Ceiling(table.RowCount * RowsShrink), table.RowCount * RowsGrow, null),
            new(RuleKinds.Columns, null, RuleKinds.Columns, null, null, [.. profile.Select(column => column.Name)]),
        };
        for (var i = 0; i < profile.Count; i++)
            rules.AddRange(Infer(table, table.Columns[i], profile[i]));
        return rules;
    }

    private static IEnumerable<Rule> Infer(DuckTable table, DuckColumn source, ColumnProfile column)
    {
        if (column.Count == 0)
            yield break;   // nothing is known about it

        yield return Of(RuleKinds.Type, values: [column.Kind.ToString().ToLowerInvariant()]);

        var share = (double)column.Missing / table.RowCount;
        yield return Of(RuleKinds.MissingShare, max: Math.Min(1, Math.Max(share * MissingGrowth, share + MissingSlack)));

        if (IsIdentifier(table, source, column))
            yield return Of(RuleKinds.Unique);
        else if (column is { Kind: ColumnKind.Number, Min: { } min, Max: { } max })
        {
            var slack = (max - min) * RangeSlack;
            yield return Of(RuleKinds.Range, min >= 0 ? Math.Max(0, min - slack) : min - slack, max + slack);
        }
        else if (column is { Kind: ColumnKind.Text, Distinct: <= CategoriesMax } && column.Distinct <= column.Count / 2)
            yield return Of(RuleKinds.Categories, CategoriesMostly, values: Values(table, source));

        Rule Of(string kind, double? min = null, double? max = null, IReadOnlyList<string>? values = null) =>
            new($"{kind}:{column.Name}", column.Name, kind, min, max, values);
    }

    private static bool IsIdentifier(DuckTable table, DuckColumn source, ColumnProfile column)
    {
        if (column.Distinct != table.RowCount)
            return false;
        if (column is not { Kind: ColumnKind.Number, Min: { } min, Max: { } max })
            return column.Kind == ColumnKind.Text && column.Count >= Identifier.RowsMin;
        return Identifier.IsRunning(column.Count, min, max)
            && table.Query($"SELECT bool_and({source.Sql} = floor({source.Sql})) FROM {source.Rows}", reader => reader.GetBoolean(0))[0];
    }

    private static List<string> Values(DuckTable table, DuckColumn source) => table.Query(
        $"SELECT DISTINCT {source.Sql} AS value FROM {source.Rows} WHERE {source.Sql} IS NOT NULL ORDER BY value", reader => reader.GetString(0));
}
