using System.Buffers;
using System.Buffers.Text;

namespace Assay.Inference.Predictions;

/// <summary>Writes <c>{"predictions":[…]}</c>: each number with the fewest digits that read back as the same 32-bit float.</summary>
internal static class AnswerWriter
{
    // The longest float, such as -1.17549435E-38, and a comma.
    private const int NumberBytesMax = 16;

    private static ReadOnlySpan<byte> Start => "{\"predictions\":["u8;

    private static ReadOnlySpan<byte> End => "]}"u8;

    /// <summary>The answer, in memory of the shared pool that the caller returns.</summary>
    public static ArraySegment<byte> Write(ReadOnlySpan<float> predictions)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Start.Length + predictions.Length * NumberBytesMax + End.Length);
        Start.CopyTo(buffer);
        var length = Start.Length;
        for (var row = 0; row < predictions.Length; row++)
        {
            if (row > 0)
                buffer[length++] = (byte)',';
            length += WriteNumber(predictions[row], buffer.AsSpan(length));
        }

        End.CopyTo(buffer.AsSpan(length));
        return new(buffer, 0, length + End.Length);
    }

    // JSON has no word for NaN: a model that computed none has no answer for this row.
    private static int WriteNumber(float prediction, Span<byte> buffer)
    {
        if (float.IsFinite(prediction))
            return Utf8Formatter.TryFormat(prediction, buffer, out var written) ? written : throw new InvalidOperationException("A float needs 15 bytes at most.");
        "null"u8.CopyTo(buffer);
        return 4;
    }
}
