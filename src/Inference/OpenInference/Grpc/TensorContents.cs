using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using Assay.Inference.Requests;
using Assay.Inference.Tensors;
using Google.Protobuf;
using Google.Protobuf.Collections;

namespace Assay.Inference.OpenInference.Grpc;

/// <summary>Elements of tensors in the fields that the protocol has for their types.</summary>
internal static class TensorContents
{
    /// <summary>Whether the protocol has no field for elements of this type.</summary>
    public static bool IsOnlyRaw(TensorType type) => type is TensorType.Fp16 or TensorType.Bf16;

    /// <summary>The elements of an input as a tensor has them.</summary>
    /// <exception cref="InvalidInputException">They are too many or too few, or not of the type.</exception>
    public static ReadOnlyMemory<byte> Read(ModelInferRequest.Types.InferInputTensor input, TensorType type)
    {
        var (contents, name) = (input.Contents ?? new(), input.Name);
        return type switch
        {
            TensorType.Bool => Bytes(Counted(input, contents.BoolContents)),
            TensorType.Int8 => Narrow<int, sbyte>(name, type, Counted(input, contents.IntContents)),
            TensorType.Int16 => Narrow<int, short>(name, type, Counted(input, contents.IntContents)),
            TensorType.Int32 => Bytes(Counted(input, contents.IntContents)),
            TensorType.Int64 => Bytes(Counted(input, contents.Int64Contents)),
            TensorType.UInt8 => Narrow<uint, byte>(name, type, Counted(input, contents.UintContents)),
            TensorType.UInt16 => Narrow<uint, ushort>(name, type, Counted(input, contents.UintContents)),
            TensorType.UInt32 => Bytes(Counted(input, contents.UintContents)),
            TensorType.UInt64 => Bytes(Counted(input, contents.Uint64Contents)),
            TensorType.Fp32 => Bytes(Counted(input, contents.Fp32Contents)),
            TensorType.Fp64 => Bytes(Counted(input, contents.Fp64Contents)),
            TensorType.Bytes => Texts(Counted(input, contents.BytesContents)),
            _ => throw new InvalidInputException($"Input '{name}' is {TensorTypes.NameOf(type)}, which only raw_input_contents can hold.", column: name),
        };
    }

    /// <summary>The elements of an output; not of a type that <see cref="IsOnlyRaw"/>.</summary>
    public static InferTensorContents Of(NamedTensor tensor)
    {
        var contents = new InferTensorContents();
        var bytes = tensor.Bytes.Span;
        switch (tensor.Type)
        {
            case TensorType.Bool: Add<byte, bool>(contents.BoolContents, bytes, truth => truth != 0); break;
            case TensorType.Int8: Add<sbyte, int>(contents.IntContents, bytes, number => number); break;
            case TensorType.Int16: Add<short, int>(contents.IntContents, bytes, number => number); break;
            case TensorType.Int32: Add<int, int>(contents.IntContents, bytes, number => number); break;
            case TensorType.Int64: Add<long, long>(contents.Int64Contents, bytes, number => number); break;
            case TensorType.UInt8: Add<byte, uint>(contents.UintContents, bytes, number => number); break;
            case TensorType.UInt16: Add<ushort, uint>(contents.UintContents, bytes, number => number); break;
            case TensorType.UInt32: Add<uint, uint>(contents.UintContents, bytes, number => number); break;
            case TensorType.UInt64: Add<ulong, ulong>(contents.Uint64Contents, bytes, number => number); break;
            case TensorType.Fp32: Add<float, float>(contents.Fp32Contents, bytes, number => number); break;
            case TensorType.Fp64: Add<double, double>(contents.Fp64Contents, bytes, number => number); break;
            default: contents.BytesContents.AddRange(tensor.Texts().Select(text => UnsafeByteOperations.UnsafeWrap(text))); break;
        }

        return contents;
    }

    private static void Add<TElement, TField>(RepeatedField<TField> field, ReadOnlySpan<byte> bytes, Func<TElement, TField> convert)
        where TElement : unmanaged
    {
        var elements = MemoryMarshal.Cast<byte, TElement>(bytes);   // of the machine's order, which is that of every protocol here
        field.Capacity = elements.Length;
        foreach (var element in elements)
            field.Add(convert(element));
    }

    private static RepeatedField<T> Counted<T>(ModelInferRequest.Types.InferInputTensor input, RepeatedField<T> elements)
    {
        var wanted = TensorShape.Count(input.Name, input.Shape);
        return elements.Count == wanted ? elements : throw new InvalidInputException(
            $"Input '{input.Name}': its contents have {elements.Count} elements of {input.Datatype}, and the shape {TensorShape.Show(input.Shape)} has {wanted}. "
                + "Fill the field of contents that belongs to the datatype.",
            column: input.Name);
    }

    private static byte[] Bytes<T>(RepeatedField<T> elements)
        where T : unmanaged
    {
        var array = new T[elements.Count];
        elements.CopyTo(array, 0);
        return MemoryMarshal.AsBytes(array.AsSpan()).ToArray();
    }

    private static byte[] Narrow<TWide, TNarrow>(string name, TensorType type, RepeatedField<TWide> elements)
        where TWide : unmanaged, INumber<TWide>
        where TNarrow : unmanaged, INumber<TNarrow>
    {
        var array = new TNarrow[elements.Count];
        for (var at = 0; at < array.Length; at++)
        {
            array[at] = TNarrow.CreateTruncating(elements[at]);
            if (TWide.CreateTruncating(array[at]) != elements[at])
                throw new InvalidInputException($"Input '{name}': {elements[at].ToString(null, CultureInfo.InvariantCulture)} is no {TensorTypes.NameOf(type)}.", column: name);
        }

        return MemoryMarshal.AsBytes(array.AsSpan()).ToArray();
    }

    private static byte[] Texts(RepeatedField<ByteString> texts)
    {
        var bytes = new byte[texts.Sum(text => sizeof(uint) + text.Length)];
        var at = 0;
        foreach (var text in texts)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), text.Length);
            text.Span.CopyTo(bytes.AsSpan(at + sizeof(uint)));
            at += sizeof(uint) + text.Length;
        }

        return bytes;
    }
}
