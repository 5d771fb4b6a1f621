using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Assay.Inference.Requests;

namespace Assay.Inference.Tensors;

/// <summary>
/// A tensor as every protocol's reader makes it and every model takes it: row by row, little-endian, a truth value as one
/// byte; texts each as their length in four bytes and then their UTF-8, as the Open Inference Protocol sends them in binary.
/// </summary>
public sealed class NamedTensor
{
    private const int LengthBytes = 4;

    /// <summary>A tensor of bytes that somebody sent.</summary>
    /// <exception cref="InvalidInputException">The shape makes no sense, or the bytes are not as many as it says.</exception>
    public NamedTensor(string name, TensorType type, long[] shape, ReadOnlyMemory<byte> bytes)
    {
        (Name, Type, Shape, Bytes) = (name, type, shape, bytes);
        Count = TensorShape.Count(name, shape);
        if (type == TensorType.Bytes)
            CheckTexts();
        else if ((long)Count * TensorTypes.SizeOf(type) != bytes.Length)
            throw new InvalidInputException($"Input '{name}': {bytes.Length} bytes are not a {TensorTypes.NameOf(type)} tensor of the shape {TensorShape.Show(shape)}, which has {(long)Count * TensorTypes.SizeOf(type)}.", column: name);
    }

    /// <summary>A tensor of numbers that were computed here.</summary>
    internal static NamedTensor Of<T>(string name, TensorType type, long[] shape, T[] values)
        where T : unmanaged =>
        new(name, type, shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());   // of the machine's order, which is that of every protocol here

    /// <summary>A tensor of texts.</summary>
    internal static NamedTensor Of(string name, long[] shape, IReadOnlyList<string> texts)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        foreach (var text in texts)
        {
            var letters = System.Text.Encoding.UTF8.GetBytes(text);
            writer.Write(letters.Length);
            writer.Write(letters);
        }

        return new(name, TensorType.Bytes, shape, bytes.ToArray());
    }

    /// <summary>Name of the model's input or output.</summary>
    public string Name { get; }

    /// <summary>What its elements are.</summary>
    public TensorType Type { get; }

    /// <summary>Its dimensions; never changed.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>Its elements.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>How many elements.</summary>
    public int Count { get; }

    /// <summary>The tensor under another name, of the same memory.</summary>
    public NamedTensor As(string name) => new(name, Type, [.. Shape], Bytes);

    /// <summary>The elements of a tensor of texts, each in UTF-8.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Texts()
    {
        for (var at = 0; at < Bytes.Length;)
        {
            var length = (int)BinaryPrimitives.ReadUInt32LittleEndian(Bytes.Span[at..]);
            yield return Bytes.Slice(at + LengthBytes, length);
            at += LengthBytes + length;
        }
    }

    private void CheckTexts()
    {
        var (at, texts) = (0L, 0);
        for (; at + LengthBytes <= Bytes.Length; texts++)
            at += LengthBytes + BinaryPrimitives.ReadUInt32LittleEndian(Bytes.Span[(int)at..]);
        if (at != Bytes.Length || texts != Count)
            throw new InvalidInputException($"Input '{Name}': the bytes are not {Count} texts, each with its length in four bytes before it.", column: Name);
    }
}
