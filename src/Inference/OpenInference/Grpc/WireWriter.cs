using System.Text;
using Assay.Inference.Predictions;

namespace Assay.Inference.OpenInference.Grpc;

/// <summary>Writes protobuf fields.</summary>
internal static class WireWriter
{
    private const int VarintBytesMax = 10;
    private const int Delimited = 2;

    /// <summary>Bytes of a varint.</summary>
    public static int SizeOf(ulong number)
    {
        var size = 1;
        for (; number >= 0x80; number >>= 7)
            size++;
        return size;
    }

    /// <summary>Bytes of a field of that many bytes, with its head; for field numbers up to 15.</summary>
    public static int SizeOfField(int bytes) => 1 + SizeOf((ulong)bytes) + bytes;

    public static void Varint(this ref AnswerBuffer buffer, ulong number)
    {
        var free = buffer.Free(VarintBytesMax);
        var length = 0;
        for (; number >= 0x80; number >>= 7)
            free[length++] = (byte)(number | 0x80);
        free[length++] = (byte)number;
        buffer.Advance(length);
    }

    /// <summary>The head of a field whose bytes follow.</summary>
    public static void Head(this ref AnswerBuffer buffer, int field, int bytes)
    {
        buffer.Varint((ulong)(field << 3 | Delimited));
        buffer.Varint((ulong)bytes);
    }

    public static void Field(this ref AnswerBuffer buffer, int field, ReadOnlySpan<byte> bytes)
    {
        buffer.Head(field, bytes.Length);
        buffer.Raw(bytes);
    }

    /// <summary>A text, left out when it is empty, as the protocol does.</summary>
    public static void Field(this ref AnswerBuffer buffer, int field, string? text)
    {
        if (string.IsNullOrEmpty(text))
            return;
        var length = Encoding.UTF8.GetByteCount(text);
        buffer.Head(field, length);
        Encoding.UTF8.GetBytes(text, buffer.Free(length));
        buffer.Advance(length);
    }

    public static void Field(this ref AnswerBuffer buffer, int field, ulong number)
    {
        if (number == 0)
            return;
        buffer.Varint((ulong)field << 3);
        buffer.Varint(number);
    }
}
