using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text.Json;

namespace Assay.Inference.Predictions;

/// <summary>An answer that grows in memory of the shared pool. Give it out with <see cref="Finish"/>, or the memory is lost to the pool.</summary>
internal ref struct AnswerBuffer(int sizeHint)
{
    private const int WholeBytesMax = 20;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(sizeHint);

    public int Length { get; private set; }

    public void Raw(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Free(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>A JSON string with its quotes.</summary>
    public void Text(string text)
    {
        Raw("\""u8);
        if (text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.'))
        {
            var free = Free(text.Length);
            for (var i = 0; i < text.Length; i++)
                free[i] = (byte)text[i];
            Length += text.Length;
        }
        else
        {
            Raw(JsonEncodedText.Encode(text).EncodedUtf8Bytes);
        }

        Raw("\""u8);
    }

    public void Number(long number)
    {
        Utf8Formatter.TryFormat(number, Free(WholeBytesMax), out var written);
        Length += written;
    }

    /// <summary>Numbers with commas between, each with the fewest digits that read back as the same 32-bit float.</summary>
    public void Numbers(ReadOnlySpan<float> numbers)
    {
        Free(numbers.Length * ShortFloat.BytesMax);
        for (var i = 0; i < numbers.Length; i++)
        {
            if (i > 0)
                _bytes[Length++] = (byte)',';
            Number(numbers[i]);
        }
    }

    /// <summary>The numbers' bytes, little-endian.</summary>
    public void Floats(ReadOnlySpan<float> numbers)
    {
        var free = Free(numbers.Length * sizeof(float));
        for (var i = 0; i < numbers.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(free[(i * sizeof(float))..], numbers[i]);
        Length += numbers.Length * sizeof(float);
    }

    /// <summary>At least so many bytes to write into; say by <see cref="Advance"/> how many were.</summary>
    public Span<byte> Free(int bytes)
    {
        if (_bytes.Length - Length < bytes)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_bytes.Length * 2, Length + bytes));
            _bytes.AsSpan(0, Length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }

        return _bytes.AsSpan(Length);
    }

    public void Advance(int bytes) => Length += bytes;

    /// <summary>The whole, which the caller returns to the pool.</summary>
    public readonly ArraySegment<byte> Finish() => new(_bytes, 0, Length);

    // JSON has no word for NaN: a model that computed none has no answer for this row.
    private void Number(float number)
    {
        if (!float.IsFinite(number))
            Raw("null"u8);
        else
            Length += ShortFloat.Write(number, _bytes.AsSpan(Length));
    }
}
