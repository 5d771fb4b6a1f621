using System.Buffers;
using System.Text;

namespace Assay.Inference.Tensors;

/// <summary>What the elements of a tensor are; the names of the Open Inference Protocol are those of <see cref="TensorTypes.NameOf"/>.</summary>
public enum TensorType
{
    Bool,
    UInt8,
    UInt16,
    UInt32,
    UInt64,
    Int8,
    Int16,
    Int32,
    Int64,
    Fp16,
    Bf16,
    Fp32,
    Fp64,

    /// <summary>Texts or any other bytes, of different lengths.</summary>
    Bytes,
}

/// <summary>Names and sizes of the types.</summary>
public static class TensorTypes
{
    private const int NameLengthMax = 8;

    private static readonly Dictionary<string, TensorType> ByName =
        Enum.GetValues<TensorType>().ToDictionary(NameOf, StringComparer.Ordinal);

    /// <summary>As the Open Inference Protocol writes it, such as <c>FP32</c>.</summary>
    public static string NameOf(TensorType type) => type switch
    {
        TensorType.Bool => "BOOL",
        TensorType.UInt8 => "UINT8",
        TensorType.UInt16 => "UINT16",
        TensorType.UInt32 => "UINT32",
        TensorType.UInt64 => "UINT64",
        TensorType.Int8 => "INT8",
        TensorType.Int16 => "INT16",
        TensorType.Int32 => "INT32",
        TensorType.Int64 => "INT64",
        TensorType.Fp16 => "FP16",
        TensorType.Bf16 => "BF16",
        TensorType.Fp32 => "FP32",
        TensorType.Fp64 => "FP64",
        _ => "BYTES",
    };

    /// <summary>The same by its bytes, without making a string.</summary>
    public static TensorType? Find(ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("FP32"u8))   // nearly all
            return TensorType.Fp32;
        Span<char> letters = stackalloc char[NameLengthMax];
        return name.Length <= letters.Length && Ascii.ToUtf16(name, letters, out var length) == OperationStatus.Done
            && ByName.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(letters[..length], out var type) ? type : null;
    }

    /// <summary>The type of that name; null when there is none.</summary>
    public static TensorType? Find(string name) => ByName.TryGetValue(name, out var type) ? type : null;

    // The upper half of a float, rounded to the nearest, and to even where two are as near.
    internal static ushort ToBFloat(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? (ushort)0x7FC0 : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    internal static bool IsFinite(ushort bfloat) => (bfloat & 0x7F80) != 0x7F80;

    /// <summary>Bytes of an element; 0 for <see cref="TensorType.Bytes"/>, whose elements differ.</summary>
    public static int SizeOf(TensorType type) => type switch
    {
        TensorType.Bool or TensorType.UInt8 or TensorType.Int8 => 1,
        TensorType.UInt16 or TensorType.Int16 or TensorType.Fp16 or TensorType.Bf16 => 2,
        TensorType.UInt32 or TensorType.Int32 or TensorType.Fp32 => 4,
        TensorType.UInt64 or TensorType.Int64 or TensorType.Fp64 => 8,
        _ => 0,
    };
}
