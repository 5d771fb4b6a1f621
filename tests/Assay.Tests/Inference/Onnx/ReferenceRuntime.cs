using System.Runtime.InteropServices;
using System.Text;
using Assay.Inference.Tensors;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Assay.Tests.Inference.Onnx;

/// <summary>ONNX Runtime by its own managed tensors, which share no code with ours but the native library.</summary>
internal static class ReferenceRuntime
{
    public static List<NamedTensor> Run(byte[] graph, IEnumerable<NamedTensor> inputs)
    {
        using var session = new InferenceSession(graph);
        using var results = session.Run([.. inputs.Select(In)]);
        return [.. results.Select(Out)];
    }

    private static NamedOnnxValue In(NamedTensor tensor) => tensor.Type switch
    {
        TensorType.Fp32 => In<float>(tensor),
        TensorType.Fp64 => In<double>(tensor),
        TensorType.Fp16 => In<Float16>(tensor),
        TensorType.Int64 => In<long>(tensor),
        TensorType.Int32 => In<int>(tensor),
        TensorType.UInt8 => In<byte>(tensor),
        TensorType.Bool => In<bool>(tensor),
        TensorType.Bytes => NamedOnnxValue.CreateFromTensor(tensor.Name, new DenseTensor<string>(tensor.Texts().Select(text => Encoding.UTF8.GetString(text.Span)).ToArray(), Shape(tensor))),
        _ => throw new NotSupportedException(tensor.Type.ToString()),
    };

    private static NamedOnnxValue In<T>(NamedTensor tensor)
        where T : unmanaged =>
        NamedOnnxValue.CreateFromTensor(tensor.Name, new DenseTensor<T>(MemoryMarshal.Cast<byte, T>(tensor.Bytes.Span).ToArray(), Shape(tensor)));

    private static int[] Shape(NamedTensor tensor) => [.. tensor.Shape.Select(size => (int)size)];

    private static NamedTensor Out(DisposableNamedOnnxValue value) => value.ElementType switch
    {
        TensorElementType.Float => Out<float>(value, TensorType.Fp32),
        TensorElementType.Double => Out<double>(value, TensorType.Fp64),
        TensorElementType.Float16 => Out<Float16>(value, TensorType.Fp16),
        TensorElementType.Int64 => Out<long>(value, TensorType.Int64),
        TensorElementType.Int32 => Out<int>(value, TensorType.Int32),
        TensorElementType.UInt8 => Out<byte>(value, TensorType.UInt8),
        TensorElementType.Int8 => Out<sbyte>(value, TensorType.Int8),
        TensorElementType.Bool => Out<bool>(value, TensorType.Bool),
        TensorElementType.String => OutTexts(value),
        _ => throw new NotSupportedException(value.ElementType.ToString()),
    };

    private static NamedTensor Out<T>(DisposableNamedOnnxValue value, TensorType type)
        where T : unmanaged
    {
        var tensor = value.AsTensor<T>();
        return new(value.Name, type, Shape(tensor.Dimensions), MemoryMarshal.AsBytes(tensor.ToArray().AsSpan()).ToArray());
    }

    private static NamedTensor OutTexts(DisposableNamedOnnxValue value)
    {
        var tensor = value.AsTensor<string>();
        return new(value.Name, TensorType.Bytes, Shape(tensor.Dimensions), TableTensorsTests.Packed([.. tensor]));
    }

    private static long[] Shape(ReadOnlySpan<int> dimensions) => [.. dimensions.ToArray().Select(size => (long)size)];
}
