using System.Globalization;
using Assay.Data.Datasets;
using Assay.Data.Screening;

namespace Assay.Learning.Reading;

/// <summary>Puts the rows of several datasets under one another.</summary>
internal static class DatasetUnion
{
    /// <summary>
    /// The columns that all tables have, in the first one's order. Where kinds differ, a Boolean and a number are a
    /// number, and any other pair is text.
    /// </summary>
    public static (Table Table, IReadOnlyList<ExcludedColumn> LeftOut) Of(IReadOnlyList<(string Name, Table Table)> datasets)
    {
        if (datasets.Count == 1)
            return (datasets[0].Table, []);

        var tables = datasets.Select(dataset => dataset.Table).ToArray();
        List<ExcludedColumn> leftOut = [];
        foreach (var name in tables.SelectMany(table => table.Columns).Select(column => column.Name).Distinct())
        {
            var lacking = datasets.Where(dataset => dataset.Table.Find(name) is null).Select(dataset => $"'{dataset.Name}'").ToArray();
            if (lacking.Length > 0)
                leftOut.Add(new(name, $"is not in dataset {string.Join(" and ", lacking)}"));
        }

        var missing = leftOut.Select(column => column.Column).ToHashSet(StringComparer.Ordinal);
        var columns = tables[0].Columns
            .Where(column => !missing.Contains(column.Name))
            .Select(column => Under([.. tables.Select(table => table.Find(column.Name)!)]))
            .ToArray();
        return (new Table(columns, tables.Sum(table => table.Rows)), leftOut);
    }

    private static Column Under(Column[] parts)
    {
        var name = parts[0].Name;
        var kinds = parts.Select(part => part.Kind).Distinct().ToArray();
        if (parts.All(part => part is NumberColumn))
        {
            var kind = kinds.Length == 1 ? kinds[0] : ColumnKind.Number;
            return new NumberColumn(name, kind, [.. parts.SelectMany(part => ((NumberColumn)part).Values)]);
        }

        return new TextColumn(name, kinds.Length == 1 ? kinds[0] : ColumnKind.Text, [.. parts.SelectMany(Texts)]);
    }

    private static IEnumerable<string?> Texts(Column column) => column is TextColumn text
        ? text.Values
        : ((NumberColumn)column).Values.Select(value => TextOf(value));

    private static string? TextOf(double value) =>
        double.IsNaN(value) ? null : (value + 0.0).ToString("R", CultureInfo.InvariantCulture);
}
