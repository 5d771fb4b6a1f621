using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using Assay.Inference.Models;
using Assay.Inference.Requests;

namespace Assay.Inference.Tensors;

/// <summary>Reads little-endian tensors into the cells of rows, value by value as <see cref="CellReader"/> would.</summary>
internal static class ColumnCells
{
    /// <summary>Whether a number column takes elements of this type.</summary>
    public static bool IsNumber(TensorType type) => type is not TensorType.Bytes;

    /// <summary>Fills one column.</summary>
    /// <param name="raw">As many elements as there are rows, whose size was checked.</param>
    /// <param name="type">Of the elements; not bytes.</param>
    /// <param name="cells">Row by row.</param>
    /// <param name="inputs">The columns.</param>
    /// <param name="first">The column of the first element.</param>
    /// <param name="step">How many columns the elements are of, side by side: 1, or all of them.</param>
    public static void ReadNumbers(ReadOnlySpan<byte> raw, TensorType type, Span<float> cells, ModelInput[] inputs, int first, int step)
    {
        var place = new Places(inputs, first, step);
        switch (type)
        {
            case TensorType.Fp32: Read<float>(raw, cells, place); break;
            case TensorType.Fp64: Read<double>(raw, cells, place); break;
            case TensorType.Fp16: Read<Half>(raw, cells, place); break;
            case TensorType.Int64: Read<long>(raw, cells, place); break;
            case TensorType.Int32: Read<int>(raw, cells, place); break;
            case TensorType.Int16: Read<short>(raw, cells, place); break;
            case TensorType.Int8: Read<sbyte>(raw, cells, place); break;
            case TensorType.UInt64: Read<ulong>(raw, cells, place); break;
            case TensorType.UInt32: Read<uint>(raw, cells, place); break;
            case TensorType.UInt16: Read<ushort>(raw, cells, place); break;
            case TensorType.Bf16: ReadHalfFloats(raw, cells, place); break;
            case TensorType.Bool: ReadTruths(raw, cells, place); break;
            default: Read<byte>(raw, cells, place); break;
        }
    }

    /// <summary>Fills a column of categories from texts with their lengths before them.</summary>
    /// <exception cref="InvalidInputException">A text is none of the categories, or the bytes are not as many texts as there are rows.</exception>
    public static void ReadTexts(ReadOnlySpan<byte> raw, Span<float> cells, InputColumns columns, int column, int rows)
    {
        var width = columns.Inputs.Length;
        for (var row = 0; row < rows; row++)
        {
            if (raw.Length < sizeof(uint) || BinaryPrimitives.ReadUInt32LittleEndian(raw) is var length && length > raw.Length - sizeof(uint))
                throw TextsEnd(columns.Inputs[column].Name, rows);
            cells[row * width + column] = CellReader.Category(raw.Slice(sizeof(uint), (int)length), columns, column, row + 1);
            raw = raw[(sizeof(uint) + (int)length)..];
        }

        if (!raw.IsEmpty)
            throw TextsEnd(columns.Inputs[column].Name, rows);
    }

    /// <summary>One number as a cell: missing is NaN, and infinity is refused.</summary>
    public static float Number(double number, ModelInput input, int row)
    {
        var value = (float)number;   // by way of double, as from JSON
        if (float.IsFinite(value))
            return value;
        return float.IsNaN(value)
            ? input.Nullable ? value : throw InputErrors.Null(input, row)
            : throw InputErrors.TooLarge(input, double.IsInfinity(number) ? "Infinity"u8 : "The number"u8, row);
    }

    private static void Read<T>(ReadOnlySpan<byte> raw, Span<float> cells, Places place)
        where T : unmanaged, INumber<T>
    {
        var values = MemoryMarshal.Cast<byte, T>(raw);   // of the machine's order, which is that of every protocol here
        for (var i = 0; i < values.Length; i++)
            place.Put(cells, i, double.CreateTruncating(values[i]));
    }

    // The upper half of a float.
    private static void ReadHalfFloats(ReadOnlySpan<byte> raw, Span<float> cells, Places place)
    {
        var values = MemoryMarshal.Cast<byte, ushort>(raw);
        for (var i = 0; i < values.Length; i++)
            place.Put(cells, i, BitConverter.UInt32BitsToSingle((uint)values[i] << 16));
    }

    private static void ReadTruths(ReadOnlySpan<byte> raw, Span<float> cells, Places place)
    {
        for (var i = 0; i < raw.Length; i++)
            place.Put(cells, i, raw[i] == 0 ? 0 : 1);
    }

    private static InvalidInputException TextsEnd(string column, int rows) => new(
        $"Column '{column}': the bytes are not {rows} texts, each with its length in four bytes before it.", column: column);

    private readonly ref struct Places(ModelInput[] inputs, int first, int step)
    {
        public void Put(Span<float> cells, int i, double number)
        {
            var (row, column) = step == 1 ? (i, first) : (i / step, first + i % step);
            cells[row * inputs.Length + column] = Number(number, inputs[column], row + 1);
        }
    }
}
