using Assay.Inference.Tensors;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Assay.Inference.Onnx;

/// <summary>ONNX Runtime's element types beside ours.</summary>
internal static class OnnxTypes
{
    private static readonly (TensorType Ours, TensorElementType Theirs)[] Pairs =
    [
        (TensorType.Bool, TensorElementType.Bool),
        (TensorType.UInt8, TensorElementType.UInt8),
        (TensorType.UInt16, TensorElementType.UInt16),
        (TensorType.UInt32, TensorElementType.UInt32),
        (TensorType.UInt64, TensorElementType.UInt64),
        (TensorType.Int8, TensorElementType.Int8),
        (TensorType.Int16, TensorElementType.Int16),
        (TensorType.Int32, TensorElementType.Int32),
        (TensorType.Int64, TensorElementType.Int64),
        (TensorType.Fp16, TensorElementType.Float16),
        (TensorType.Bf16, TensorElementType.BFloat16),
        (TensorType.Fp32, TensorElementType.Float),
        (TensorType.Fp64, TensorElementType.Double),
        (TensorType.Bytes, TensorElementType.String),
    ];

    /// <summary>Null for types that no protocol has, such as complex numbers.</summary>
    public static TensorType? Find(TensorElementType type)
    {
        foreach (var (ours, theirs) in Pairs)
        {
            if (theirs == type)
                return ours;
        }

        return null;
    }

    public static TensorElementType Of(TensorType type) => Pairs.First(pair => pair.Ours == type).Theirs;
}
