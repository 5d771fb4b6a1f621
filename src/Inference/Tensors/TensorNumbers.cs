using System.Buffers.Binary;
using Assay.Inference.Models;
using Assay.Inference.Requests;

namespace Assay.Inference.Tensors;

/// <summary>Numbers out of tensors of any type, and means of several tensors.</summary>
internal static class TensorNumbers
{
    /// <summary>An element as a number; a truth is 1 or 0.</summary>
    /// <exception cref="InvalidInputException">It is text, or a type that isn't read one by one.</exception>
    public static double Get(NamedTensor tensor, int at)
    {
        var bytes = tensor.Bytes.Span[(at * TensorTypes.SizeOf(tensor.Type))..];
        return tensor.Type switch
        {
            TensorType.Fp32 => BinaryPrimitives.ReadSingleLittleEndian(bytes),
            TensorType.Fp64 => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
            TensorType.Fp16 => (double)BinaryPrimitives.ReadHalfLittleEndian(bytes),
            TensorType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(bytes),
            TensorType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(bytes),
            TensorType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(bytes),
            TensorType.Int8 => (sbyte)bytes[0],
            TensorType.UInt64 => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
            TensorType.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            TensorType.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            TensorType.UInt8 or TensorType.Bool => bytes[0],
            _ => throw TensorErrors.WrongType(tensor, TensorType.Fp32),
        };
    }

    /// <summary>
    /// The weighted mean of the FP32 and FP64 outputs that all answers have, or of each one's only output, in the type,
    /// shape and name of the first.
    /// </summary>
    /// <exception cref="ModelFailedException">Two have different shapes.</exception>
    public static IReadOnlyList<NamedTensor> Average(IReadOnlyList<NamedTensor>[] answers, double[] weights)
    {
        var alone = Array.TrueForAll(answers, answer => answer.Count == 1);
        var means = new List<NamedTensor>();
        foreach (var first in answers[0].Where(tensor => tensor.Type is TensorType.Fp32 or TensorType.Fp64))
        {
            var same = Array.ConvertAll(answers, answer => alone ? answer[0] : answer.FirstOrDefault(tensor => tensor.Name == first.Name));
            if (Array.TrueForAll(same, tensor => tensor is not null))
                means.Add(Mean(first, same!, weights));
        }

        return means;
    }

    private static NamedTensor Mean(NamedTensor first, NamedTensor[] tensors, double[] weights)
    {
        if (Array.Find(tensors, tensor => !tensor.Shape.SequenceEqual(first.Shape)) is { } other)
            throw new ModelFailedException($"The members of the ensemble answered '{first.Name}' in the shapes {TensorShape.Show(first.Shape)} and {TensorShape.Show(other.Shape)}, which have no mean.");
        var (total, size) = (weights.Sum(), TensorTypes.SizeOf(first.Type));
        var bytes = new byte[first.Bytes.Length];
        for (var at = 0; at < first.Count; at++)
        {
            var sum = 0.0;
            for (var member = 0; member < tensors.Length; member++)
                sum += weights[member] / total * Get(tensors[member], at);
            if (first.Type == TensorType.Fp64)
                BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(at * size), sum);
            else
                BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(at * size), (float)sum);
        }

        return new(first.Name, first.Type, [.. first.Shape], bytes);
    }
}
