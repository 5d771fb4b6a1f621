using System.Security.Cryptography;

namespace Assay.Kernel.Blobs;

/// <summary>Reads a Cobblestone-256 message from a seekable stream, anywhere in it; no byte is returned unchecked.</summary>
internal sealed class CobblestoneReader : Stream
{
    private readonly Stream _cipher;
    private readonly Cobblestone.Sealer _message;
    private readonly Func<string, Exception> _damaged;
    private readonly byte[] _sealed = new byte[Cobblestone.ChunksAtOnce * Cobblestone.SealedChunkSize];
    private readonly byte[] _window = new byte[Cobblestone.ChunksAtOnce * Cobblestone.ChunkSize];
    private long _windowStart;
    private int _windowLength;

    private CobblestoneReader(Stream cipher, Cobblestone.Sealer message, long length, Func<string, Exception> damaged) =>
        (_cipher, _message, Length, _damaged) = (cipher, message, length, damaged);

    /// <summary>
    /// Checks the key commitment and, by the last chunk, the length, and takes over <paramref name="cipher"/>.
    /// <paramref name="damaged"/> makes the exception for a ciphertext that is not what was written.
    /// </summary>
    public static async Task<CobblestoneReader> Open(
        Stream cipher, ReadOnlyMemory<byte> key, Func<string, Exception> damaged, CancellationToken cancel)
    {
        var length = Cobblestone.PlainLength(cipher.Length);
        if (length < 0)
            throw damaged("it was cut off");

        var header = new byte[Cobblestone.HeaderSize];
        await cipher.ReadExactlyAsync(header, cancel);
        var message = new Cobblestone.Sealer(key.Span, header.AsSpan(0, Cobblestone.SaltSize), []);
        if (!CryptographicOperations.FixedTimeEquals(message.Commitment, header.AsSpan(Cobblestone.SaltSize)))
        {
            message.Dispose();
            throw damaged("its header was not written with its key");
        }

        var reader = new CobblestoneReader(cipher, message, length, damaged);
        await reader.Load(length / Cobblestone.ChunkSize, cancel);
        return reader;
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length { get; }

    public override long Position { get; set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Position >= Length || buffer.IsEmpty)
            return 0;
        if (!InWindow)
            await Load(Position / Cobblestone.ChunkSize, cancellationToken);
        return Take(buffer.Span);
    }

    public override int Read(Span<byte> buffer)
    {
        if (Position >= Length || buffer.IsEmpty)
            return 0;
        if (!InWindow)
        {
            var chunk = Position / Cobblestone.ChunkSize;
            _cipher.ReadExactly(Seek(chunk));
            Unseal(chunk);
        }

        return Take(buffer);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin)
    {
        var position = offset + origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => Position, _ => Length };
        return Position = position >= 0 ? position : throw new IOException("A position can't be before the beginning.");
    }

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _cipher.Dispose();
            _message.Dispose();
            CryptographicOperations.ZeroMemory(_window);
        }

        base.Dispose(disposing);
    }

    private bool InWindow => Position >= _windowStart && Position < _windowStart + _windowLength;

    private int Take(Span<byte> buffer)
    {
        var from = (int)(Position - _windowStart);
        var count = Math.Min(buffer.Length, _windowLength - from);
        _window.AsSpan(from, count).CopyTo(buffer);
        Position += count;
        return count;
    }

    private async Task Load(long chunk, CancellationToken cancel)
    {
        await _cipher.ReadExactlyAsync(_sealed.AsMemory(0, Seek(chunk).Length), cancel);
        Unseal(chunk);
    }

    private Span<byte> Seek(long chunk)
    {
        _windowLength = 0;
        _cipher.Position = Cobblestone.HeaderSize + (chunk * Cobblestone.SealedChunkSize);
        return _sealed.AsSpan(0, SealedLength(chunk));
    }

    private int SealedLength(long chunk)
    {
        var plain = Length - (chunk * Cobblestone.ChunkSize);
        var full = Math.Min(plain / Cobblestone.ChunkSize, Cobblestone.ChunksAtOnce);
        var rest = full < Cobblestone.ChunksAtOnce ? (plain % Cobblestone.ChunkSize) + Cobblestone.TagSize : 0;
        return (int)((full * Cobblestone.SealedChunkSize) + rest);
    }

    private void Unseal(long chunk)
    {
        var remaining = _sealed.AsSpan(0, SealedLength(chunk));
        var (number, opened) = (chunk, 0);
        try
        {
            while (remaining.Length > 0)
            {
                var size = Math.Min(remaining.Length, Cobblestone.SealedChunkSize);
                _message.Open(number++, remaining[..size], _window.AsSpan(opened, size - Cobblestone.TagSize));
                opened += size - Cobblestone.TagSize;
                remaining = remaining[size..];
            }
        }
        catch (AuthenticationTagMismatchException)
        {
            throw _damaged($"the 16 KiB at {(number - 1) * Cobblestone.ChunkSize} are not the ones that were written");
        }

        (_windowStart, _windowLength) = (chunk * Cobblestone.ChunkSize, opened);
    }
}
