using Assay.Data.Datasets;
using Assay.Data.Reading;

namespace Assay.Data.Profiles;

/// <summary>Profiles every column of a table by queries, so that memory does not grow with the number of rows.</summary>
internal static class TableProfile
{
    public static List<ColumnProfile> Of(DuckTable table) => [.. table.Columns.Select(column => Of(table, column))];

    private static ColumnProfile Of(DuckTable table, DuckColumn column)
    {
        var value = column.Sql;
        var present = table.Query($"SELECT count({value}) FROM {column.Rows}", reader => reader.GetInt64(0))[0];

        // A grouping goes to disk when it grows, unlike count(DISTINCT …).
        var distinct = table.Query(
            $"SELECT count(*) FROM (SELECT DISTINCT {value} FROM {column.Rows} WHERE {value} IS NOT NULL)", reader => reader.GetInt64(0))[0];
        var plain = new ColumnProfile(
            column.Name, column.Kind, present, table.RowCount - present, distinct, null, null, null, null, null, []);
        if (present == 0)
            return plain;

        return column.Kind switch
        {
            ColumnKind.Number or ColumnKind.Boolean => NumberProfile.Fill(plain, table, column),
            ColumnKind.Time => plain with { Histogram = TextHistogram.OfTimes(table, column) },
            _ => plain with { Histogram = TextHistogram.OfValues(table, column, present, distinct) },
        };
    }
}
