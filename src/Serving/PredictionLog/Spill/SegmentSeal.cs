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
    private byte[] _frame = [];   // used again: one of a megabyte for each would be the collector's main work

    /// <summary>Appends a frame. A write that fails leaves a part of it behind, which the caller cuts off.</summary>
    public void Append(FileStream file, ReadOnlySpan<byte> plain)
    {
        var size = 4 + plain.Length + TagSize;
        if (_frame.Length < size)
            _frame = GC.AllocateUninitializedArray<byte>(Math.Max(size, Math.Min(2 * _frame.Length, FrameKept)));
        var frame = _frame.AsSpan(0, size);
        BinaryPrimitives.WriteInt32LittleEndian(frame, plain.Length + TagSize);
        _cipher.Encrypt(Nonce(), plain, frame.Slice(4, plain.Length), frame[(4 + plain.Length)..]);
        file.Write(frame);
        _number++;
    }

    public byte[] Open(byte[] frame)
    {
        var plain = new byte[frame.Length - TagSize];
        _cipher.Decrypt(Nonce(), frame.AsSpan(0, plain.Length), frame.AsSpan(plain.Length), plain);
        _number++;
        return plain;
    }

    public void Dispose() => _cipher.Dispose();

    private byte[] Nonce()
    {
        var nonce = new byte[NonceSize];
        BinaryPrimitives.WriteInt64BigEndian(nonce.AsSpan(4), _number);
        return nonce;
    }
}
