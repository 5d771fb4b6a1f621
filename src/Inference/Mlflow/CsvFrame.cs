using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Assay.Inference.Models;
using Assay.Inference.Requests;
using Assay.Inference.Tensors;

namespace Assay.Inference.Mlflow;

/// <summary>
/// A table in CSV as <c>dataframe_split</c>, for models of tensors: a column whose input takes texts has texts, any other
/// has numbers, of which an empty cell or NaN is a missing one.
/// </summary>
internal static class CsvFrame
{
    /// <exception cref="InvalidInputException">It is no table; the message names row and column.</exception>
    public static ReadOnlySpan<byte> Write(ReadOnlySpan<byte> csv, ServedModel model)
    {
        var fields = new CsvFields(csv);
        if (fields.AtEnd)
            throw InputErrors.EmptyCsv();
        var frame = new ArrayBufferWriter<byte>(csv.Length + 256);
        using var json = new Utf8JsonWriter(frame);
        json.WriteStartObject();
        json.WriteStartObject("dataframe_split"u8);
        var columns = WriteColumns(json, ref fields);
        json.WriteStartArray("data"u8);
        var places = columns.ConvertAll(column => PlaceOf(model, column));
        for (var row = 1; !fields.AtEnd; row++)
            WriteRow(json, ref fields, places, row);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return frame.WrittenSpan;
    }

    private static List<string> WriteColumns(Utf8JsonWriter json, ref CsvFields fields)
    {
        var columns = new List<string>();
        json.WriteStartArray("columns"u8);
        do
        {
            if (columns.Count == TensorLimits.TensorsMax)
                throw new InvalidInputException($"The table has more than {TensorLimits.TensorsMax} columns.");
            columns.Add(Encoding.UTF8.GetString(fields.Next()));
            json.WriteStringValue(columns[^1]);
        }
        while (!fields.LineEnded);
        json.WriteEndArray();
        return columns;
    }

    private static void WriteRow(Utf8JsonWriter json, ref CsvFields fields, List<ElementPlace> columns, int row)
    {
        if (row > InputLimits.RowsMax)
            throw InputErrors.TooManyRows();
        var place = 0;
        json.WriteStartArray();
        do
        {
            var field = fields.Next();
            if (place < columns.Count)
                WriteCell(json, field, columns[place], row);
            place++;
        }
        while (!fields.LineEnded);
        if (place != columns.Count)
            throw InputErrors.WidthOfCsv(place, columns.Count, row);
        json.WriteEndArray();
    }

    private static void WriteCell(Utf8JsonWriter json, ReadOnlySpan<byte> field, ElementPlace column, int row)
    {
        if (column.Type == TensorType.Bytes)
        {
            if (!System.Text.Unicode.Utf8.IsValid(field))
                throw InputErrors.NotText(row, column.Name);
            json.WriteStringValue(field);
            return;
        }

        field = field.Trim(" "u8);
        if ((field.IsEmpty || Ascii.EqualsIgnoreCase(field, "nan"u8)) && column.IsReal)
            json.WriteNullValue();
        else if (Ascii.EqualsIgnoreCase(field, "true"u8) || Ascii.EqualsIgnoreCase(field, "false"u8))
            json.WriteBooleanValue(field.Length == "true"u8.Length);
        else if (Utf8Parser.TryParse(field, out long whole, out var read) && read == field.Length)
            json.WriteNumberValue(whole);
        else if (Utf8Parser.TryParse(field, out double number, out read) && read == field.Length && double.IsFinite(number))
            json.WriteNumberValue(number);
        else if (IsTooLarge(field))
            json.WriteRawValue(field);   // refused where all numbers are read
        else
            throw (column with { Row = row }).Expected(field);
    }

    private static bool IsTooLarge(ReadOnlySpan<byte> field)
    {
        var at = 0;
        return JsonNumber.TryRead(field, ref at, out var number) && at == field.Length && double.IsInfinity(number);
    }

    // A column is an input of its own, or one of the only input's.
    private static ElementPlace PlaceOf(ServedModel model, string column)
    {
        var inputs = model.Signature.Inputs;
        var input = inputs.Count == 1 ? inputs[0] : inputs.FirstOrDefault(input => input.Name == column);
        return new(column, input is null ? TensorType.Fp64 : TensorTypes.Find(input.Datatype)!.Value, input is not null && input.Name != column, null);
    }
}
