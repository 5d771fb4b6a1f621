using Assay.Data.Reading;

namespace Assay.Data.Datasets;

/// <summary>Reads a whole file into a <see cref="Table"/>; for a training or check in a process of its own.</summary>
public static class TableFile
{
    private const int MemoryMegabytes = 2048;

    /// <summary>Reads every row, in file order, with types decided over all of them.</summary>
    /// <param name="path">A CSV file with a header, in UTF-8, or a Parquet file.</param>
    /// <param name="format"><c>csv</c> or <c>parquet</c>.</param>
    /// <param name="keepInfinite">
    /// Whether a column of numbers may have infinities, for a reader that counts them; else such a table is refused, as nothing can
    /// be fitted on them.
    /// </param>
    /// <param name="cancel">Stops reading.</param>
    /// <exception cref="InvalidTableException">The file is no usable table; the message says what and where.</exception>
    public static Table Read(string path, string format, bool keepInfinite = false, CancellationToken cancel = default)
    {
        TableFormats.Check(format);
        var work = Directory.CreateTempSubdirectory("assay-table-");
        try
        {
            using var source = DuckTable.Open(path, format, work.FullName, new(MemoryMegabytes, Environment.ProcessorCount, KeepInfinite: keepInfinite), cancel);
            return Read(source);
        }
        finally
        {
            work.Delete(recursive: true);
        }
    }

    private static Table Read(DuckTable source)
    {
        var rows = checked((int)source.RowCount);
        var columns = source.Columns.Select(column => column.Kind is ColumnKind.Number or ColumnKind.Boolean
            ? (Column)new NumberColumn(column.Name, column.Kind, new double[rows])
            : new TextColumn(column.Name, column.Kind, new string?[rows])).ToArray();
        var texts = columns.Select(_ => new Dictionary<string, string>()).ToArray();
        source.ReadValues((reader, field, row, column) =>
        {
            if (columns[column] is NumberColumn number)
                number.Values[row] = reader.IsDBNull(field) ? double.NaN : reader.GetDouble(field);
            else if (columns[column] is TextColumn text)
                text.Values[row] = reader.IsDBNull(field) ? null : Shared(texts[column], reader.GetString(field));
        });
        return new(columns, rows);
    }

    // A category's few values fill many rows: one string each is enough.
    private static string Shared(Dictionary<string, string> known, string value)
    {
        const int KnownMax = 10_000;
        if (known.TryGetValue(value, out var same))
            return same;
        if (known.Count < KnownMax)
            known.Add(value, value);
        return value;
    }
}
