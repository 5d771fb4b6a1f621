using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using Assay.Inference.Requests;

namespace Assay.Inference.Tensors;

/// <summary>Makes a tensor of nested JSON arrays, or of one value per row, and learns its shape from them.</summary>
/// <param name="name">Of the input, or of the column where several are side by side in it.</param>
/// <param name="type">What its elements are.</param>
/// <param name="isColumn">Whether it is such a column.</param>
internal sealed class TensorBuilder(string name, TensorType type, bool isColumn = false)
{
    private const int Unknown = -1;
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly long[] _sizes = [.. Enumerable.Repeat((long)Unknown, TensorLimits.RankMax)];
    private int _rank = Unknown;
    private int _deepest;
    private int _elements;
    private long[]? _shape;

    public string Name => name;

    /// <summary>Rows that were read whole.</summary>
    public int Rows { get; private set; }

    /// <summary>Where the value stands that is read now.</summary>
    public ElementPlace Place => new(name, type, isColumn, _shape is null ? (_rank == 0 ? null : Rows + 1) : RowOf(_elements, _shape));

    /// <summary>Reads the whole tensor; the reader stands at its first token and ends at its last.</summary>
    public void Read(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartArray)
        {
            ReadValue(ref json, 0);
            return;
        }

        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            AddRow(ref json);
        Close(0, Rows);
    }

    /// <summary>The same in a shape that was said beside the elements, which may be nested or not.</summary>
    public NamedTensor ReadAs(long[] shape, int count, ref Utf8JsonReader json)
    {
        _shape = shape;
        Read(ref json);
        if (_elements != count)
            throw new InvalidInputException($"Input '{name}': the data has {_elements} elements, and the shape {TensorShape.Show(shape)} has {count}.", column: name);
        return new(name, type, shape, _bytes.WrittenMemory);
    }

    /// <summary>Reads one more row.</summary>
    public void AddRow(ref Utf8JsonReader json)
    {
        ReadValue(ref json, 1);
        Rows++;
    }

    /// <summary>The row of an element in a shape; null where that has none.</summary>
    public static int? RowOf(int element, IReadOnlyList<long> shape)
    {
        var size = shape.Skip(1).Aggregate(1.0, (size, next) => size * next);
        return shape.Count > 0 && size >= 1 ? (int)(element / size) + 1 : null;
    }

    /// <summary>The tensor, with a last dimension of 1 where the model wants one and the caller left it out.</summary>
    public NamedTensor Finish(IReadOnlyList<long>? wanted)
    {
        if (Rows > 0)
            Close(0, Rows);
        var rank = _rank >= 0 ? _rank : _deepest;
        List<long> shape = [.. _sizes.Take(rank)];
        if (wanted is [.., 1] && wanted.Count == rank + 1)
            shape.Add(1);
        return new(name, type, [.. shape], _bytes.WrittenMemory);
    }

    private void ReadValue(ref Utf8JsonReader json, int depth)
    {
        if (json.TokenType != JsonTokenType.StartArray)
        {
            if (_rank == Unknown)
                _rank = depth;
            else if (_rank != depth)
                throw Uneven(depth);
            Add(ref json);
            _elements++;
            return;
        }

        if (_rank != Unknown && depth >= _rank)
            throw Uneven(depth);
        if (depth == TensorLimits.RankMax)
            throw new InvalidInputException($"Input '{name}' has more than {TensorLimits.RankMax} dimensions.", column: name);
        var size = 0L;
        for (; json.Read() && json.TokenType != JsonTokenType.EndArray; size++)
            ReadValue(ref json, depth + 1);
        Close(depth, size);
    }

    private void Close(int depth, long size)
    {
        if (_sizes[depth] != Unknown && _sizes[depth] != size)
            throw Uneven(depth);
        _sizes[depth] = size;
        _deepest = Math.Max(_deepest, depth + 1);
    }

    private InvalidInputException Uneven(int depth) => new(
        $"Input '{name}': the arrays are of different lengths or depths at dimension {depth + 1}. Send a tensor, where each has the same.", column: name);

    private void Add(ref Utf8JsonReader json)
    {
        if (type == TensorType.Bytes)
            AddText(ref json);
        else if (type is TensorType.Fp16 or TensorType.Bf16 or TensorType.Fp32 or TensorType.Fp64)
            AddReal(ref json);
        else
            AddWhole(ref json);
    }

    private void AddText(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.StartObject)
        {
            AddBase64(ref json);
            return;
        }

        if (json.TokenType != JsonTokenType.String)
            throw Place.Expected(json.TokenType, json.ValueSpan);
        using var text = new TextBuffer(in json, null, name);
        Append(text.Text);
    }

    // As TensorFlow Serving and its clients write binary: {"b64": "…"}.
    private void AddBase64(ref Utf8JsonReader json)
    {
        if (!json.Read() || json.TokenType != JsonTokenType.PropertyName || !json.ValueSpan.SequenceEqual("b64"u8) || !json.Read() || json.TokenType != JsonTokenType.String
            || !json.TryGetBytesFromBase64(out var bytes) || !json.Read() || json.TokenType != JsonTokenType.EndObject)
            throw new InvalidInputException($"Input '{name}': an object stands where a text is expected. Write binary as {{\"b64\":\"…\"}}.", column: name);
        Append(bytes);
    }

    private void Append(ReadOnlySpan<byte> text)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.GetSpan(sizeof(uint)), (uint)text.Length);
        _bytes.Advance(sizeof(uint));
        _bytes.Write(text);
    }

    // By way of double, as for tables. A missing number is NaN, which JSON has no word for.
    private double Real(ref Utf8JsonReader json) => json.TokenType switch
    {
        JsonTokenType.Number when json.TryGetDouble(out var number) => double.IsFinite(number) ? number : throw Place.TooLarge(json.ValueSpan),
        JsonTokenType.Null => double.NaN,
        JsonTokenType.True => 1,
        JsonTokenType.False => 0,
        _ => throw Place.Expected(json.TokenType, json.ValueSpan),
    };

    private void AddReal(ref Utf8JsonReader json)
    {
        var value = Real(ref json);
        var bytes = _bytes.GetSpan(sizeof(double));
        if (type == TensorType.Fp64)
            BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
        else if (type == TensorType.Fp32)
            BinaryPrimitives.WriteSingleLittleEndian(bytes, Fitting((float)value, ref json));
        else if (type == TensorType.Fp16)
            BinaryPrimitives.WriteHalfLittleEndian(bytes, (Half)Fitting((float)(Half)value, ref json));
        else
            BinaryPrimitives.WriteUInt16LittleEndian(bytes, Fitting(TensorTypes.ToBFloat((float)value), ref json));
        _bytes.Advance(TensorTypes.SizeOf(type));
    }

    private float Fitting(float rounded, ref Utf8JsonReader json) => float.IsInfinity(rounded) ? throw Place.TooLarge(json.ValueSpan) : rounded;

    private ushort Fitting(ushort bfloat, ref Utf8JsonReader json) =>
        TensorTypes.IsFinite(bfloat) || json.TokenType != JsonTokenType.Number ? bfloat : throw Place.TooLarge(json.ValueSpan);

    private void AddWhole(ref Utf8JsonReader json)
    {
        var bytes = _bytes.GetSpan(sizeof(long));
        if (type == TensorType.UInt64)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, json.TokenType == JsonTokenType.Number && json.TryGetUInt64(out var large) ? large : (ulong)Whole(ref json, 0, long.MaxValue));
        }
        else
        {
            // Two's complement: the low bytes of the 64-bit number are those of the shorter one.
            var (least, most) = Range();
            BinaryPrimitives.WriteInt64LittleEndian(bytes, Whole(ref json, least, most));
        }

        _bytes.Advance(TensorTypes.SizeOf(type));
    }

    private (long Least, long Most) Range() => type switch
    {
        TensorType.Bool => (0, 1),
        TensorType.UInt8 => (0, byte.MaxValue),
        TensorType.UInt16 => (0, ushort.MaxValue),
        TensorType.UInt32 => (0, uint.MaxValue),
        TensorType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
        TensorType.Int16 => (short.MinValue, short.MaxValue),
        TensorType.Int32 => (int.MinValue, int.MaxValue),
        _ => (long.MinValue, long.MaxValue),
    };

    private long Whole(ref Utf8JsonReader json, long least, long most)
    {
        var value = json.TokenType switch
        {
            JsonTokenType.True => 1,
            JsonTokenType.False => 0,
            JsonTokenType.Number when json.TryGetInt64(out var whole) => whole,
            JsonTokenType.Number when json.TryGetDouble(out var real) && real == Math.Floor(real) && (Math.Abs(real) < 1L << 53 || real < least || real > most) =>
                real < least || real > most ? throw Place.Outside(json.ValueSpan, least, most) : (long)real,
            _ => throw Place.Expected(json.TokenType, json.ValueSpan),
        };
        return value >= least && value <= most ? value : throw Place.Outside(json.ValueSpan, least, most);
    }
}
