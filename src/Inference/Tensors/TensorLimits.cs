namespace Assay.Inference.Tensors;

/// <summary>The most that a tensor may be.</summary>
public static class TensorLimits
{
    /// <summary>Dimensions.</summary>
    public const int RankMax = 16;

    /// <summary>Elements of one tensor.</summary>
    public const int ElementsMax = 64 * 1024 * 1024;

    /// <summary>Bytes of one tensor: 256 MiB.</summary>
    public const int BytesMax = 256 * 1024 * 1024;

    /// <summary>Elements of an answer in JSON; binary takes more.</summary>
    public const int JsonElementsMax = 16 * 1024 * 1024;

    /// <summary>Tensors of one request or answer.</summary>
    public const int TensorsMax = 1000;
}
