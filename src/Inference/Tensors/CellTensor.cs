using System.Buffers.Binary;
using System.Text;

namespace Assay.Inference.Tensors;

/// <summary>A tensor whose elements are picked one by one, to make others of them.</summary>
internal sealed class CellTensor
{
    private readonly int[] _starts;   // of texts, which differ in length
    private readonly int _size;

    /// <param name="tensor">The tensor.</param>
    /// <param name="rows">How many rows it is taken for.</param>
    public CellTensor(NamedTensor tensor, int rows)
    {
        (Tensor, Width, _size) = (tensor, tensor.Count / rows, TensorTypes.SizeOf(tensor.Type));
        _starts = _size > 0 ? [] : Starts(tensor);
    }

    public NamedTensor Tensor { get; }

    /// <summary>Elements of a row.</summary>
    public int Width { get; }

    /// <summary>Elements as they stand in the tensor; a text with its length before it.</summary>
    public ReadOnlySpan<byte> Bytes(int element, int count = 1) =>
        _size > 0 ? Tensor.Bytes.Span.Slice(element * _size, count * _size) : Tensor.Bytes.Span[_starts[element].._starts[element + count]];

    /// <summary>An element as it is shown: a text, a number, or null for one that is missing.</summary>
    public object? Value(int element)
    {
        if (_size == 0)
            return Encoding.UTF8.GetString(Bytes(element)[sizeof(uint)..]);
        if (Tensor.Type == TensorType.Bf16)
            return null;
        if (TensorNumbers.Get(Tensor, element) is var number && !double.IsFinite(number))
            return null;
        return Tensor.Type == TensorType.Fp32 ? (object)(float)number : number;   // 0.2 in single precision is shown as 0.2
    }

    /// <summary>The same tensor of zeros or empty texts, with one row.</summary>
    public static NamedTensor Neutral(NamedTensor tensor, int rows) =>
        new(tensor.Name, tensor.Type, ShapeOf(tensor, rows, 1), new byte[(long)(tensor.Count / rows) * Math.Max(TensorTypes.SizeOf(tensor.Type), tensor.Type == TensorType.Bytes ? sizeof(uint) : 1)]);

    /// <summary>The shape of a tensor with another number of rows.</summary>
    public static long[] ShapeOf(NamedTensor tensor, int rows, int count) => rows == count ? [.. tensor.Shape] : [count, .. tensor.Shape.Skip(1)];

    private static int[] Starts(NamedTensor tensor)
    {
        var starts = new int[tensor.Count + 1];
        for (var element = 0; element < tensor.Count; element++)
            starts[element + 1] = starts[element] + sizeof(uint) + (int)BinaryPrimitives.ReadUInt32LittleEndian(tensor.Bytes.Span[starts[element]..]);
        return starts;
    }
}
