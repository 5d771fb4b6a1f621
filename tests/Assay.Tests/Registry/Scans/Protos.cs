namespace Assay.Tests.Registry.Scans;

/// <summary>Messages of protobuf, byte for byte, as no library would write them.</summary>
internal static class Protos
{
    /// <summary>A field that is a text or a message.</summary>
    public static byte[] Field(long number, ReadOnlySpan<byte> content) => [.. Number((number << 3) | 2), .. Number(content.Length), .. content];

    /// <summary>A field that is a number.</summary>
    public static byte[] Whole(long number, long value) => [.. Number(number << 3), .. Number(value)];

    /// <summary>Fields of a group.</summary>
    public static byte[] Group(long number, ReadOnlySpan<byte> fields) => [.. Number((number << 3) | 3), .. fields, .. Number((number << 3) | 4)];

    /// <summary>A node of TensorFlow with its operator.</summary>
    public static byte[] Node(string name) => Field(1, [.. Field(1, "node"u8), .. Field(2, System.Text.Encoding.UTF8.GetBytes(name))]);

    private static List<byte> Number(long value)
    {
        var bytes = new List<byte>();
        for (; value > 0x7f; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return bytes;
    }
}
