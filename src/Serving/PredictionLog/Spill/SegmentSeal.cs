using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Assay.Serving.PredictionLog.Spill;

/// <summary>Seals and opens the frames of one file, in their order.</summary>
internal sealed class SegmentSeal(byte[] key) : IDisposable
{
    public const int TagSize = 16;
    private const int NonceSize = 12;
    private const int FrameKept = 4 << 20;

    private readonly AesGcm _cipher = new(key, TagSize);
    private long _number;
    private byte[] _frame = [];   // used again, like what it opens to: one of a megabyte for each would be the collector's main work
    private byte[] _plain = [];

    /// <summary>Frames that were sealed or opened.</summary>
    public long Number => _number;

    /// <summary>Appends a frame. A write that fails leaves a part of it behind, which the caller cuts off.</summary>
    public void Append(FileStream file, ReadOnlySpan<byte> plain)
    {
        var size = 4 + plain.Length + TagSize;
        _frame = Room(_frame, size);
        var frame = _frame.AsSpan(0, size);
        BinaryPrimitives.WriteInt32LittleEndian(frame, plain.Length + TagSize);
        _cipher.Encrypt(Nonce(), plain, frame.Slice(4, plain.Length), frame[(4 + plain.Length)..]);
        file.Write(frame);
        _number++;
    }

    /// <summary>Reads a frame of this size and opens it. What it gives is used again for the next one.</summary>
    /// <exception cref="CryptographicException">The frame was changed, or is not the next one.</exception>
    public ReadOnlyMemory<byte> Open(FileStream file, int size)
    {
        var length = size - TagSize;
        (_frame, _plain) = (Room(_frame, size), Room(_plain, length));
        file.ReadExactly(_frame.AsSpan(0, size));
        _cipher.Decrypt(Nonce(), _frame.AsSpan(0, length), _frame.AsSpan(length, TagSize), _plain.AsSpan(0, length));
        _number++;
        return _plain.AsMemory(0, length);
    }

    /// <summary>The next frame to open is the one that so many stand before.</summary>
    public void SkipTo(long number) => _number = number;

    public void Dispose() => _cipher.Dispose();

    private static byte[] Room(byte[] former, int size) =>
        former.Length >= size ? former : GC.AllocateUninitializedArray<byte>(Math.Max(size, Math.Min(2 * former.Length, FrameKept)));

    private byte[] Nonce()
    {
        var nonce = new byte[NonceSize];
        BinaryPrimitives.WriteInt64BigEndian(nonce.AsSpan(4), _number);
        return nonce;
    }
}
