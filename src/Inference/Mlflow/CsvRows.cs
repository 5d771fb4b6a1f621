using System.Buffers.Text;
using System.Text.Json;
using Assay.Inference.Models;
using Assay.Inference.Requests;

namespace Assay.Inference.Mlflow;

/// <summary>
/// Rows as CSV (RFC 4180): a line of column names in any order, and then a line per row. An empty cell is a missing value,
/// and so is NaN in a column of numbers.
/// </summary>
internal ref struct CsvRows
{
    private readonly InputColumns _columns;
    private readonly PredictionRows _rows;
    private CsvFields _fields;

    private CsvRows(ReadOnlySpan<byte> body, InputColumns columns, PredictionRows rows)
    {
        _fields = new(body);
        _columns = columns;
        _rows = rows;
    }

    /// <exception cref="InvalidInputException">It isn't what the schema asks for; the message names row and column.</exception>
    public static PredictionRows Read(ReadOnlySpan<byte> body, InputColumns columns)
    {
        var rows = new PredictionRows(columns.Inputs.Length);
        try
        {
            var csv = new CsvRows(body, columns, rows);
            csv.ReadAll();
            return rows;
        }
        catch (InvalidInputException)   // not ours to handle, but the memory is ours to give back
        {
            rows.Dispose();
            throw;
        }
    }

    private void ReadAll()
    {
        var order = ReadHeader();
        while (!_fields.AtEnd)
            ReadRow(order);
        if (_rows.Count == 0)
            throw InputErrors.NoRows();
    }

    private int[] ReadHeader()
    {
        if (_fields.AtEnd)
            throw InputErrors.EmptyCsv();
        var order = new List<int>(_columns.Inputs.Length);
        do
        {
            var name = _fields.Next();
            var column = _columns.Find(name);
            if (column < 0)
                throw InputErrors.UnknownColumn(name, _columns.Inputs, null);
            if (order.Contains(column))
                throw InputErrors.RepeatedColumn(_columns.Inputs[column].Name, null);
            order.Add(column);
        }
        while (!_fields.LineEnded);

        if (order.Count < _columns.Inputs.Length)
            throw InputErrors.MissingColumn(_columns.Inputs[Enumerable.Range(0, _columns.Inputs.Length).Except(order).First()], null);
        return [.. order];
    }

    private void ReadRow(int[] order)
    {
        if (_rows.Count == InputLimits.RowsMax)
            throw InputErrors.TooManyRows();
        var (row, place) = (_rows.Count + 1, 0);
        var target = _rows.AddRow();
        do
        {
            var field = _fields.Next();
            if (place < order.Length)
                target[order[place]] = Cell(field, order[place], row);
            place++;
        }
        while (!_fields.LineEnded);

        if (place != order.Length)
            throw InputErrors.WidthOfCsv(place, order.Length, row);
    }

    private readonly float Cell(ReadOnlySpan<byte> field, int column, int row)
    {
        var input = _columns.Inputs[column];
        if (input.Type == InputType.Category)
            return field.IsEmpty && !input.Nullable && _columns.FindCategory(column, field) < 0
                ? throw InputErrors.Null(input, row)
                : CellReader.Category(field, _columns, column, row);
        field = field.Trim(" "u8);
        if (field.IsEmpty || Ascii(field, "nan"u8))
            return input.Nullable ? float.NaN : throw InputErrors.Null(input, row);
        if (Ascii(field, "true"u8) || Ascii(field, "false"u8))
            return Ascii(field, "true"u8) ? 1 : 0;
        if (!Utf8Parser.TryParse(field, out double number, out var read) || read != field.Length || double.IsNaN(number))
            throw InputErrors.WrongType(input, JsonTokenType.String, field, row);
        var value = (float)number;
        return float.IsFinite(value) ? value : throw InputErrors.TooLarge(input, field, row);
    }

    private static bool Ascii(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lower) => System.Text.Ascii.EqualsIgnoreCase(text, lower);
}
