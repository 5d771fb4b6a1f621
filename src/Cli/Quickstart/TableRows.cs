using System.Globalization;
using System.Text;
using System.Text.Json;
using Assay.Data.Datasets;
using Assay.Inference.Models;
using Assay.Kernel;
using Assay.Learning;

namespace Assay.Cli.Quickstart;

/// <summary>Rows of a table, as an endpoint takes them and as a file.</summary>
internal static class TableRows
{
    /// <summary>
    /// Rows that the model may be asked about: a value that the model never saw in training is refused by the endpoint,
    /// rightly, and is no part of this demonstration.
    /// </summary>
    public static List<int> Usable(Table table, ModelSchema schema)
    {
        var checks = schema.Inputs.Select(input => Check(table.Find(input.Name)!, input)).ToArray();
        return [.. Enumerable.Range(0, table.Rows).Where(row => Array.TrueForAll(checks, check => check(row)))];
    }

    /// <summary>Rows on which the model was evaluated and that it was not fitted on.</summary>
    public static List<int> HeldOut(Table table, ModelSchema schema, IReadOnlyList<int> usable, int seed)
    {
        var holdout = Split.Holdout(table, schema.Inputs.Select(input => input.Name).Append(schema.Label), seed);
        return [.. usable.Where(row => holdout[row])];
    }

    /// <summary>A request body: rows in schema order.</summary>
    public static byte[] Body(Table table, ModelSchema schema, IEnumerable<int> rows)
    {
        var columns = schema.Inputs.Select(input => (input.Type, Column: table.Find(input.Name)!)).ToArray();
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var row in rows)
            {
                json.WriteStartArray();
                foreach (var (type, column) in columns)
                    WriteValue(json, type, column, row);
                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        return buffer.ToArray();
    }

    /// <summary>CSV with every column of the table, so that it reads back with the same types and values.</summary>
    public static void WriteCsv(Table table, IEnumerable<int> rows, Stream destination)
    {
        using var writer = new StreamWriter(destination, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine(CsvLine.Of(table.Columns.Select(column => column.Name)));
        foreach (var row in rows)
            writer.WriteLine(CsvLine.Of(table.Columns.Select(column => Text(column, row))));
    }

    private static Func<int, bool> Check(Column column, ModelInput input)
    {
        if (input.Categories is not { } categories)
            return row => input.Nullable || Text(column, row) is not null;
        var known = categories.ToHashSet(StringComparer.Ordinal);
        return row => Text(column, row) is { } text ? known.Contains(text) : input.Nullable;
    }

    private static void WriteValue(Utf8JsonWriter json, InputType type, Column column, int row)
    {
        if (Text(column, row) is not { } text)
            json.WriteNullValue();
        else if (type == InputType.Number && column is NumberColumn { Values: var values })
            json.WriteNumberValue(values[row]);
        else
            json.WriteStringValue(text);
    }

    private static string? Text(Column column, int row) => column switch
    {
        NumberColumn { Values: var values } when double.IsNaN(values[row]) => null,
        NumberColumn { Kind: ColumnKind.Boolean, Values: var values } => values[row] == 0 ? "false" : "true",
        NumberColumn { Values: var values } => values[row].ToString("R", CultureInfo.InvariantCulture),
        TextColumn { Values: var values } => values[row],
        _ => null,
    };
}
