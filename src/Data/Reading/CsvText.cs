using Assay.Data.Datasets;

namespace Assay.Data.Reading;

/// <summary>What <see cref="CsvText.Rewrite"/> found.</summary>
/// <param name="Columns">Names from the header.</param>
/// <param name="Delimiter">What parts the values.</param>
/// <param name="Rows">Records after the header.</param>
internal sealed record CsvShape(IReadOnlyList<string> Columns, byte Delimiter, long Rows);

/// <summary>
/// Checks a CSV file record by record and writes the same values in one exact dialect: no header, LF, quotes only where
/// they are needed and then around the whole value. So DuckDB has nothing to guess, and every problem has its line.
/// </summary>
internal static class CsvText
{
    private const byte Quote = (byte)'"';

    /// <exception cref="InvalidTableException">The file is empty, has no rows, is ragged or is no CSV text.</exception>
    public static CsvShape Rewrite(Stream input, Stream output, CancellationToken cancel)
    {
        var records = new CsvRecords(input);
        var (columns, delimiter) = Begin(records);
        long rows = 0;
        while (records.Next())
        {
            cancel.ThrowIfCancellationRequested();
            var values = Write(records.Record, delimiter, records.Line, output);
            if (values != columns.Count)
                throw Ragged(records.Line, values, columns.Count);
            rows++;
        }

        return rows > 0
            ? new(columns, delimiter, rows)
            : throw new InvalidTableException("The file has a header but no rows.");
    }

    /// <summary>The first rows as text, for a preview; missing values are empty.</summary>
    public static List<string?[]> Head(Stream input, int rows)
    {
        var head = new List<string?[]>();
        Each(input, rows, head.Add);
        return head;
    }

    /// <summary>Hands over the first rows as text, one by one; missing values are empty.</summary>
    public static void Each(Stream input, int rows, Action<string?[]> row)
    {
        var records = new CsvRecords(input);
        var (columns, delimiter) = Begin(records);
        for (var read = 0; read < rows && records.Next(); read++)
        {
            var cells = new string?[columns.Count];
            var values = new CsvValues(records.Record, delimiter, records.Line);
            while (values.Next())
                cells[values.Number - 1] = values.Text();
            row(cells);
        }
    }

    private static (IReadOnlyList<string> Columns, byte Delimiter) Begin(CsvRecords records)
    {
        if (!records.Next())
            throw new InvalidTableException("The file is empty.");
        var delimiter = CsvDialect.FindDelimiter(records.Record);
        records.Delimiters = [delimiter];
        return (CsvDialect.ReadHeader(records.Record, delimiter, records.Line), delimiter);
    }

    private static int Write(ReadOnlySpan<byte> record, byte delimiter, long line, Stream output)
    {
        if (!record.Contains(Quote))
        {
            output.Write(record);
            output.WriteByte((byte)'\n');
            return record.Count(delimiter) + 1;
        }

        var values = new CsvValues(record, delimiter, line);
        while (values.Next())
        {
            if (values.Number > 1)
                output.WriteByte(delimiter);
            WriteValue(values, output);
        }

        output.WriteByte((byte)'\n');
        return values.Number;
    }

    private static void WriteValue(CsvValues value, Stream output)
    {
        if (!value.IsQuoted && !value.Value.Contains(Quote))
        {
            output.Write(value.Value);
            return;
        }

        output.WriteByte(Quote);
        foreach (var current in value.Value)
        {
            output.WriteByte(current);
            if (current == Quote && !value.IsQuoted)
                output.WriteByte(Quote);
        }

        output.WriteByte(Quote);
    }

    private static InvalidTableException Ragged(long line, int values, int columns) => new(
        $"Line {line} has {values:N0} {(values == 1 ? "value" : "values")}, and the header names {columns:N0} {(columns == 1 ? "column" : "columns")}.");
}
