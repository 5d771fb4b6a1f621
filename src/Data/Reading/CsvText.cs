using Assay.Data.Datasets;

namespace Assay.Data.Reading;

/// <summary>What <see cref="CsvText.Rewrite"/> found.</summary>
/// <param name="Columns">Names from the header.</param>
/// <param name="Delimiter">What parts the values.</param>
/// <param name="Rows">Records after the header.</param>
/// <param name="Parts">The places of the columns of each part.</param>
internal sealed record CsvShape(IReadOnlyList<string> Columns, byte Delimiter, long Rows, IReadOnlyList<int[]> Parts);

/// <summary>
/// Checks a CSV file record by record and writes the same values in one exact dialect: no header, LF, quotes only where
/// they are needed and then around the whole value. So DuckDB has nothing to guess, and every problem has its line. Of a file
/// with many columns each part of some gets an output of its own, so that no value is read more often than once.
/// </summary>
internal static class CsvText
{
    private const byte Quote = (byte)'"';
    private const byte LineFeed = (byte)'\n';

    /// <param name="input">The file.</param>
    /// <param name="open">Opens the output of the next part; it is closed here.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="InvalidTableException">The file is empty, has no rows, is ragged or is no CSV text.</exception>
    public static CsvShape Rewrite(Stream input, Func<Stream> open, CancellationToken cancel)
    {
        var records = new CsvRecords(input);
        var (columns, delimiter) = Begin(records);
        var parts = Parts(columns.Count);
        var outputs = new List<Stream>();
        try
        {
            foreach (var _ in parts)
                outputs.Add(open());
            long rows = 0;
            while (records.Next())
            {
                cancel.ThrowIfCancellationRequested();
                var values = records.Record.Contains(Quote)
                    ? Write(new CsvValues(records.Record, delimiter, records.Line), delimiter, parts, outputs)
                    : Write(records.Record, delimiter, parts, outputs);
                if (values != columns.Count)
                    throw Ragged(records.Line, values, columns.Count);
                rows++;
            }

            return rows > 0
                ? new(columns, delimiter, rows, parts)
                : throw new InvalidTableException("The file has a header but no rows.");
        }
        finally
        {
            outputs.ForEach(output => output.Dispose());
        }
    }

    // Of nearly the same size, so that none has a single column: a line without its value would be blank.
    private static List<int[]> Parts(int columns)
    {
        var parts = (columns + DuckTable.ColumnsPerPart - 1) / DuckTable.ColumnsPerPart;
        return [.. Enumerable.Range(0, columns).GroupBy(column => column * parts / columns, (_, places) => places.ToArray())];
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

    private static int Write(ReadOnlySpan<byte> record, byte delimiter, List<int[]> parts, List<Stream> outputs)
    {
        var values = record.Count(delimiter) + 1;
        for (var part = 0; part < parts.Count; part++)
        {
            var length = part == parts.Count - 1 ? record.Length : LengthOf(parts[part].Length, record, delimiter);
            outputs[part].Write(record[..length]);
            outputs[part].WriteByte(LineFeed);
            record = record[Math.Min(length + 1, record.Length)..];
        }

        return values;
    }

    private static int LengthOf(int values, ReadOnlySpan<byte> record, byte delimiter)
    {
        var length = -1;
        while (values-- > 0 && length < record.Length)
        {
            var next = record[(length + 1)..].IndexOf(delimiter);
            length = next < 0 ? record.Length : length + 1 + next;
        }

        return length;
    }

    private static int Write(CsvValues values, byte delimiter, List<int[]> parts, List<Stream> outputs)
    {
        for (var part = 0; part < parts.Count; part++)
        {
            for (var value = 0; value < parts[part].Length && values.Next(); value++)
            {
                if (value > 0)
                    outputs[part].WriteByte(delimiter);
                WriteValue(values, outputs[part]);
            }

            outputs[part].WriteByte(LineFeed);
        }

        while (values.Next())
        {
            // The row has too many, which is said with their number.
        }

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
