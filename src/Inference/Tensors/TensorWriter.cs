using System.Buffers.Binary;
using System.Text.Json;
using Assay.Inference.Models;

namespace Assay.Inference.Tensors;

/// <summary>Writes tensors as JSON: numbers with the fewest digits that read back as the same, what is no finite number as null.</summary>
internal static class TensorWriter
{
    /// <summary>
    /// <c>{"predictions":…}</c>: the only output, or an object of them by name; in memory of the shared pool that the caller returns.
    /// </summary>
    public static ArraySegment<byte> WritePredictions(IReadOnlyList<NamedTensor> outputs)
    {
        CheckSize(outputs);
        using var buffer = new PooledBuffer();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WritePropertyName("predictions"u8);
            WriteOutputs(json, outputs);
            json.WriteEndObject();
        }

        return buffer.Detach();
    }

    /// <summary>The only output as nested arrays, or an object of them by name.</summary>
    /// <exception cref="ModelFailedException">They are too many for JSON.</exception>
    public static void WriteOutputs(Utf8JsonWriter json, IReadOnlyList<NamedTensor> outputs)
    {
        CheckSize(outputs);
        if (outputs.Count == 1)
            WriteNested(json, outputs[0]);
        else
            WriteByName(json, outputs);
    }

    /// <exception cref="ModelFailedException">They are too many for JSON.</exception>
    public static void CheckSize(IReadOnlyList<NamedTensor> outputs)
    {
        if (outputs.Sum(output => (long)output.Count) > TensorLimits.JsonElementsMax || outputs.Sum(output => (long)output.Bytes.Length) > TensorLimits.BytesMax)
            throw new ModelFailedException($"The answer has more than {TensorLimits.JsonElementsMax:N0} elements or {TensorLimits.BytesMax >> 20} MiB, which is too much for JSON. Ask for less, or name the outputs that you need.");
    }

    private static void WriteByName(Utf8JsonWriter json, IReadOnlyList<NamedTensor> outputs)
    {
        json.WriteStartObject();
        foreach (var output in outputs)
        {
            json.WritePropertyName(output.Name);
            WriteNested(json, output);
        }

        json.WriteEndObject();
    }

    /// <summary>As arrays within arrays, or a plain value for a scalar.</summary>
    public static void WriteNested(Utf8JsonWriter json, NamedTensor tensor)
    {
        using var texts = tensor.Type == TensorType.Bytes ? tensor.Texts().GetEnumerator() : null;
        var at = 0;
        WriteDimension(json, tensor, 0, ref at, texts);
    }

    /// <summary>As one array of all elements, row by row.</summary>
    public static void WriteFlat(Utf8JsonWriter json, NamedTensor tensor)
    {
        using var texts = tensor.Type == TensorType.Bytes ? tensor.Texts().GetEnumerator() : null;
        json.WriteStartArray();
        for (var at = 0; at < tensor.Count; at++)
            WriteElement(json, tensor, at, texts);
        json.WriteEndArray();
    }

    private static void WriteDimension(Utf8JsonWriter json, NamedTensor tensor, int dimension, ref int at, IEnumerator<ReadOnlyMemory<byte>>? texts)
    {
        if (dimension == tensor.Shape.Count)
        {
            WriteElement(json, tensor, at++, texts);
            return;
        }

        json.WriteStartArray();
        for (var i = 0L; i < tensor.Shape[dimension]; i++)
            WriteDimension(json, tensor, dimension + 1, ref at, texts);
        json.WriteEndArray();
    }

    private static void WriteElement(Utf8JsonWriter json, NamedTensor tensor, int at, IEnumerator<ReadOnlyMemory<byte>>? texts)
    {
        var bytes = tensor.Bytes.Span[(at * TensorTypes.SizeOf(tensor.Type))..];
        switch (tensor.Type)
        {
            case TensorType.Bytes:
                texts!.MoveNext();
                WriteText(json, texts.Current.Span);
                break;
            case TensorType.Bool: json.WriteBooleanValue(bytes[0] != 0); break;
            case TensorType.UInt8: json.WriteNumberValue(bytes[0]); break;
            case TensorType.Int8: json.WriteNumberValue((sbyte)bytes[0]); break;
            case TensorType.UInt16: json.WriteNumberValue(BinaryPrimitives.ReadUInt16LittleEndian(bytes)); break;
            case TensorType.Int16: json.WriteNumberValue(BinaryPrimitives.ReadInt16LittleEndian(bytes)); break;
            case TensorType.UInt32: json.WriteNumberValue(BinaryPrimitives.ReadUInt32LittleEndian(bytes)); break;
            case TensorType.Int32: json.WriteNumberValue(BinaryPrimitives.ReadInt32LittleEndian(bytes)); break;
            case TensorType.UInt64: json.WriteNumberValue(BinaryPrimitives.ReadUInt64LittleEndian(bytes)); break;
            case TensorType.Int64: json.WriteNumberValue(BinaryPrimitives.ReadInt64LittleEndian(bytes)); break;
            case TensorType.Fp64: WriteReal(json, BinaryPrimitives.ReadDoubleLittleEndian(bytes)); break;
            case TensorType.Fp32: WriteReal(json, BinaryPrimitives.ReadSingleLittleEndian(bytes)); break;
            case TensorType.Fp16: WriteReal(json, (float)BinaryPrimitives.ReadHalfLittleEndian(bytes)); break;
            default: WriteReal(json, BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes) << 16)); break;
        }
    }

    // What is no text is sent as the bytes that it is.
    private static void WriteText(Utf8JsonWriter json, ReadOnlySpan<byte> text)
    {
        if (System.Text.Unicode.Utf8.IsValid(text))
        {
            json.WriteStringValue(text);
            return;
        }

        json.WriteStartObject();
        json.WriteBase64String("b64"u8, text);
        json.WriteEndObject();
    }

    private static void WriteReal(Utf8JsonWriter json, float value)
    {
        if (float.IsFinite(value))
            json.WriteNumberValue(value);
        else
            json.WriteNullValue();
    }

    private static void WriteReal(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value))
            json.WriteNumberValue(value);
        else
            json.WriteNullValue();
    }
}
