using System.Globalization;
using System.Text;
using System.Text.Json;
using Assay.Inference.Models;
using Assay.Inference.Requests;
using Assay.Inference.Tensors;

namespace Assay.Inference.OpenInference;

/// <summary>
/// Puts the tensors of a request straight into the cells of rows: one tensor per column, or all columns in one when all
/// are numbers. What is wrong is said in the words of the other protocols.
/// </summary>
/// <param name="columns">The model's columns.</param>
/// <param name="rows">Empty; filled here.</param>
/// <param name="bodyBytes">Length of the body: a shape that claims more than it can hold is refused before memory is taken.</param>
/// <param name="seen">A bit per column, all clear.</param>
internal ref struct TableFill(InputColumns columns, PredictionRows rows, long bodyBytes, Span<ulong> seen)
{
    public const int BitsPerWord = 64;

    /// <summary>Words of <c>seen</c> that a caller may take from the stack.</summary>
    public const int WordsOnStack = 16;

    /// <summary>Columns for which those are enough.</summary>
    public const int WidthOnStack = WordsOnStack * BitsPerWord;

    private readonly Span<ulong> _seen = seen;
    private Span<float> _cells;
    private int _rows = -1;
    private int _filled;
    private Place _place;
    private int _value = -1;   // that is read now, of the place; -1 outside of data

    /// <summary>Where a tensor goes.</summary>
    /// <param name="Column">Its column, or the first one of all.</param>
    /// <param name="Step">1, or how many columns its rows have.</param>
    /// <param name="Values">How many values it must have.</param>
    /// <param name="Type">What they are.</param>
    /// <param name="Rank">Dimensions of its shape.</param>
    public readonly record struct Place(int Column, int Step, int Values, TensorType Type, int Rank);

    /// <summary>Finds the column that a tensor is for, and checks its type and shape.</summary>
    public Place Begin(scoped ReadOnlySpan<byte> name, TensorType type, scoped in OpenShape shape)
    {
        var inputs = columns.Inputs;
        var column = columns.Find(name);
        if (column >= 0)
        {
            if (shape.Rank is not (1 or 2) || (shape.Rank == 2 && shape.Second != 1))
                throw ColumnErrors.Shape(inputs[column].Name, shape, inputs.Length);
            if ((type == TensorType.Bytes) != (inputs[column].Type == InputType.Category))
                throw ColumnErrors.Type(inputs[column], type);
            Take(column);
            Size(shape.First, inputs[column].Name);
            return new(column, 1, _rows, type, shape.Rank);
        }

        if (shape.Rank != 2 || shape.Second != inputs.Length || _filled > 0)
            throw InputErrors.UnknownColumn(name, inputs, null);
        if (Array.Find(inputs, input => input.Type == InputType.Category) is { } text)
            throw ColumnErrors.NotAllNumbers(InputErrors.Cut(name), text);
        if (type == TensorType.Bytes)
            throw ColumnErrors.Type(inputs[0] with { Name = InputErrors.Cut(name) }, type);
        for (column = 0; column < inputs.Length; column++)
            Take(column);
        Size(shape.First, InputErrors.Cut(name));
        return new(0, inputs.Length, _rows * inputs.Length, type, shape.Rank);
    }

    /// <summary>Little-endian values; texts each with their length before them.</summary>
    public readonly void Fill(Place place, ReadOnlySpan<byte> raw)
    {
        if (place.Type == TensorType.Bytes)
        {
            ColumnCells.ReadTexts(raw, _cells, columns, place.Column, _rows);
            return;
        }

        if (raw.Length != (long)place.Values * TensorTypes.SizeOf(place.Type))
            throw ColumnErrors.Bytes(columns.Inputs[place.Column].Name, raw.Length, place.Type, place.Values);
        ColumnCells.ReadNumbers(raw, place.Type, _cells, columns.Inputs, place.Column, place.Step);
    }

    /// <summary>One value after the other, for forms that are no little-endian block.</summary>
    public readonly void Put(Place place, int value, double number)
    {
        var (row, column) = Cell(place, value);
        _cells[row * columns.Inputs.Length + column] = ColumnCells.Number(number, columns.Inputs[column], row + 1);
    }

    /// <summary>The same for a whole number, which must be one of the tensor's type; of a signed one, its bits.</summary>
    public readonly void PutWhole(Place place, int value, ulong number)
    {
        var signed = (long)number;
        var fits = place.Type switch
        {
            TensorType.Bool => number <= 1,
            TensorType.UInt8 => number <= byte.MaxValue,
            TensorType.UInt16 => number <= ushort.MaxValue,
            TensorType.UInt32 => number <= uint.MaxValue,
            TensorType.Int8 => signed is >= sbyte.MinValue and <= sbyte.MaxValue,
            TensorType.Int16 => signed is >= short.MinValue and <= short.MaxValue,
            TensorType.Int32 => signed is >= int.MinValue and <= int.MaxValue,
            _ => true,
        };
        var isSigned = place.Type is TensorType.Int8 or TensorType.Int16 or TensorType.Int32 or TensorType.Int64;
        if (fits)
        {
            Put(place, value, isSigned ? signed : (double)number);
            return;
        }

        var (row, column) = Cell(place, value);
        var sent = string.Create(CultureInfo.InvariantCulture, $"{(isSigned ? signed : (Int128)number)}");
        throw ColumnErrors.NotOfType(columns.Inputs[column], place.Type, Encoding.ASCII.GetBytes(sent), row + 1);
    }

    /// <summary>The same for a text.</summary>
    public readonly void Put(Place place, int value, ReadOnlySpan<byte> text)
    {
        var (row, column) = Cell(place, value);
        _cells[row * columns.Inputs.Length + column] = CellReader.Category(text, columns, column, row + 1);
    }

    /// <summary>JSON values, flat or nested as the shape is; the reader stands at the array's start and ends at its end.</summary>
    public void Fill(Place place, ref Utf8JsonReader json)
    {
        var name = columns.Inputs[place.Column].Name;
        if (json.TokenType != JsonTokenType.StartArray)
            throw ColumnErrors.Lacks(name, "array of data");
        var nested = false;
        for ((_place, _value) = (place, 0); json.Read() && json.TokenType != JsonTokenType.EndArray;)
        {
            if (json.TokenType == JsonTokenType.StartArray && place.Rank == 2 && (nested || _value == 0))
                nested = FillInner(place, ref json);
            else if (json.TokenType == JsonTokenType.StartArray || nested)
                throw ColumnErrors.Uneven(name);
            else
                PutJson(place, _value++, ref json);
        }

        if (_value != place.Values)
            throw ColumnErrors.Count(name, _value, place.Values);
        _value = -1;
    }

    /// <summary>The row and column whose value is read now; null outside of data.</summary>
    public readonly (int? Row, ModelInput? Input) At =>
        _value < 0 ? (null, null) : (_value / _place.Step + 1, columns.Inputs[_place.Column + _value % _place.Step]);

    /// <summary>Every column came.</summary>
    public readonly void End()
    {
        if (_filled == columns.Inputs.Length)
            return;
        if (_filled == 0)
            throw ColumnErrors.Body("The body has no inputs.");
        for (var column = 0; ; column++)
        {
            if ((_seen[column / BitsPerWord] & (1UL << (column % BitsPerWord))) == 0)
                throw InputErrors.MissingColumn(columns.Inputs[column], null);
        }
    }

    private bool FillInner(Place place, ref Utf8JsonReader json)
    {
        var until = _value + place.Step;
        for (; json.Read() && json.TokenType != JsonTokenType.EndArray; _value++)
        {
            if (json.TokenType == JsonTokenType.StartArray || _value == until)
                throw ColumnErrors.Uneven(columns.Inputs[place.Column].Name);
            PutJson(place, _value, ref json);
        }

        return _value == until ? true : throw ColumnErrors.Uneven(columns.Inputs[place.Column].Name);
    }

    private readonly (int Row, int Column) Cell(Place place, int value) =>
        value >= place.Values ? throw ColumnErrors.Count(columns.Inputs[place.Column].Name, value + 1L, place.Values)
        : place.Step == 1 ? (value, place.Column)
        : (value / place.Step, value % place.Step);

    private readonly void PutJson(Place place, int value, ref Utf8JsonReader json)
    {
        var (row, column) = Cell(place, value);
        if (place.Type is not (TensorType.Fp32 or TensorType.Fp64 or TensorType.Bytes))
            CheckType(place, columns.Inputs[column], row, ref json);
        _cells[row * columns.Inputs.Length + column] = CellReader.Read(ref json, columns, column, row + 1);
    }

    // What calls itself a number of some width must be one: a client that is wrong about its own data is better told.
    private static void CheckType(Place place, ModelInput input, int row, ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.Number)
            return;
        if (!(place.Type is TensorType.Fp16 or TensorType.Bf16 ? FitsHalf(place.Type, ref json) : FitsWhole(place.Type, ref json)))
            throw ColumnErrors.NotOfType(input, place.Type, json.ValueSpan, row + 1);
    }

    private static bool FitsHalf(TensorType type, ref Utf8JsonReader json) =>
        json.TryGetDouble(out var number) && (type == TensorType.Fp16 ? Half.IsFinite((Half)number) : TensorTypes.IsFinite(TensorTypes.ToBFloat((float)number)));

    private static bool FitsWhole(TensorType type, ref Utf8JsonReader json)
    {
        var (least, most) = type switch
        {
            TensorType.Bool => (0, 1),
            TensorType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
            TensorType.Int16 => (short.MinValue, short.MaxValue),
            TensorType.Int32 => (int.MinValue, int.MaxValue),
            TensorType.UInt8 => (byte.MinValue, byte.MaxValue),
            TensorType.UInt16 => (ushort.MinValue, ushort.MaxValue),
            TensorType.UInt32 => (uint.MinValue, uint.MaxValue),
            _ => (long.MinValue, long.MaxValue),
        };
        return type == TensorType.UInt64
            ? json.TryGetUInt64(out _)
            : json.TryGetInt64(out var whole) && whole >= least && whole <= most;
    }

    private void Take(int column)
    {
        ref var word = ref _seen[column / BitsPerWord];
        var bit = 1UL << (column % BitsPerWord);
        if ((word & bit) != 0)
            throw InputErrors.RepeatedColumn(columns.Inputs[column].Name, null);
        word |= bit;
        _filled++;
    }

    private void Size(long count, string column)
    {
        if (count < 0)
            throw new InvalidInputException($"Column '{column}': the shape has a negative dimension. Send how many rows there are.", column: column);
        if (count == 0)
            throw InputErrors.NoRows();
        if (count > InputLimits.RowsMax)
            throw InputErrors.TooManyRows();
        if (_rows < 0)
        {
            if (count * columns.Inputs.Length > bodyBytes)   // each value takes a byte at least
                throw ColumnErrors.TooShort(column, count);
            _rows = (int)count;
            _cells = rows.AddRows(_rows);
        }
        else if (count != _rows)
        {
            throw ColumnErrors.Rows(column, (int)count, _rows);
        }
    }
}
