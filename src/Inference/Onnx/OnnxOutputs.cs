using System.Buffers.Binary;
using Assay.Inference.Models;
using Assay.Inference.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace Assay.Inference.Onnx;

/// <summary>
/// Copies what the runtime computed. What classifiers give as a sequence of maps from class to probability becomes a
/// tensor of [rows, classes] and, beside it, the classes in that order.
/// </summary>
internal static class OnnxOutputs
{
    /// <summary>What stands behind the name of an output of maps, for the tensor with their keys.</summary>
    public const string ClassesSuffix = ".classes";

    /// <exception cref="ModelFailedException">It is nothing that can be sent, or too much.</exception>
    public static void Add(List<NamedTensor> answer, string name, OrtValue value)
    {
        if (value.IsTensor)
            answer.Add(Tensor(name, value));
        else if (value.OnnxType == OnnxValueType.ONNX_TYPE_SEQUENCE)
            AddSequence(answer, name, value);
        else if (value.OnnxType == OnnxValueType.ONNX_TYPE_MAP)
            AddMaps(answer, name, [value]);
        else
            throw new ModelFailedException($"The output '{name}' has no value, or one of a kind that can't be sent.");
    }

    private static NamedTensor Tensor(string name, OrtValue value)
    {
        var info = value.GetTensorTypeAndShape();
        var type = OnnxTypes.Find(info.ElementDataType) ?? throw new ModelFailedException($"The output '{name}' has elements of the type {info.ElementDataType}, which can't be sent.");
        if (info.Shape.Length > TensorLimits.RankMax || info.ElementCount > TensorLimits.ElementsMax || info.ElementCount * Math.Max(1, TensorTypes.SizeOf(type)) > TensorLimits.BytesMax)
            throw TooLarge(name, info.Shape);
        var bytes = type == TensorType.Bytes ? Texts(name, value, (int)info.ElementCount)
            : info.ElementCount == 0 ? []
            : value.GetTensorMutableRawData().ToArray();
        return new NamedTensor(name, type, info.Shape, bytes);
    }

    private static byte[] Texts(string name, OrtValue value, int count)
    {
        var length = 0L;
        for (var i = 0; i < count; i++)
            length += sizeof(uint) + value.GetStringElementAsSpan(i).Length;
        if (length > TensorLimits.BytesMax)
            throw TooLarge(name, [count]);

        var (bytes, at) = (new byte[length], 0);
        for (var i = 0; i < count; i++)
        {
            var text = value.GetStringElementAsSpan(i);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), (uint)text.Length);
            text.CopyTo(bytes.AsSpan(at + sizeof(uint)));
            at += sizeof(uint) + text.Length;
        }

        return bytes;
    }

    private static void AddSequence(List<NamedTensor> answer, string name, OrtValue sequence)
    {
        var values = new List<OrtValue>();
        try
        {
            for (var i = 0; i < sequence.GetValueCount(); i++)
                values.Add(sequence.GetValue(i, OrtAllocator.DefaultInstance));
            if (values.Count > 0 && values[0].OnnxType == OnnxValueType.ONNX_TYPE_MAP)
                AddMaps(answer, name, values);
            else
                answer.Add(Stacked(name, values));
        }
        finally
        {
            values.ForEach(value => value.Dispose());
        }
    }

    // Tensors of the same shape become one with a dimension more.
    private static NamedTensor Stacked(string name, List<OrtValue> values)
    {
        var tensors = values.ConvertAll(value => Tensor(name, value));
        if (tensors.Count == 0)
            return new NamedTensor(name, TensorType.Fp32, [0], default);
        if (tensors.Exists(tensor => tensor.Type != tensors[0].Type || !tensor.Shape.SequenceEqual(tensors[0].Shape)))
            throw new ModelFailedException($"The output '{name}' is a sequence of tensors of different shapes, which can't be sent as one.");
        if (tensors.Sum(tensor => (long)tensor.Bytes.Length) > TensorLimits.BytesMax)
            throw TooLarge(name, [tensors.Count, .. tensors[0].Shape]);
        return new(name, tensors[0].Type, [tensors.Count, .. tensors[0].Shape], tensors.SelectMany(tensor => tensor.Bytes.ToArray()).ToArray());
    }

    private static void AddMaps(List<NamedTensor> answer, string name, List<OrtValue> maps)
    {
        NamedTensor? classes = null;
        using var rows = new MemoryStream();
        var type = TensorType.Fp32;
        foreach (var map in maps)
        {
            using var keys = map.GetValue(0, OrtAllocator.DefaultInstance);
            using var values = map.GetValue(1, OrtAllocator.DefaultInstance);
            var (key, row) = (Tensor(name + ClassesSuffix, keys), Tensor(name, values));
            classes ??= key;
            if (!key.Bytes.Span.SequenceEqual(classes.Bytes.Span))
                throw new ModelFailedException($"The rows of the output '{name}' have different keys, so that they are no table.");
            type = row.Type;
            rows.Write(row.Bytes.Span);
        }

        answer.Add(new(name, type, [maps.Count, classes?.Count ?? 0], rows.ToArray()));
        answer.Add(classes ?? new(name + ClassesSuffix, TensorType.Int64, [0], default));
    }

    private static ModelFailedException TooLarge(string name, IReadOnlyList<long> shape) => new(
        $"The output '{name}' of the shape {TensorShape.Show(shape)} is larger than what is answered ({TensorLimits.BytesMax >> 20} MiB). Ask for less, or name the outputs that you need.");
}
