using Assay.Data.Datasets;

namespace Assay.Learning.Reading;

internal static class TableRows
{
    /// <summary>The table of these rows only.</summary>
    public static Table Keep(this Table table, int[] rows)
    {
        if (rows.Length == table.Rows)
            return table;
        var columns = table.Columns.Select(Column (column) => column switch
        {
            NumberColumn number => number with { Values = Array.ConvertAll(rows, row => number.Values[row]) },
            TextColumn text => text with { Values = Array.ConvertAll(rows, row => text.Values[row]) },
            _ => throw new ArgumentException($"'{column.Name}' is a column of an unknown kind.", nameof(table)),
        });
        return new([.. columns], rows.Length);
    }
}
