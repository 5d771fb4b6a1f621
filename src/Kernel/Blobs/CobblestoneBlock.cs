using System.Buffers;
using System.Security.Cryptography;

namespace Assay.Kernel.Blobs;

/// <summary>
/// Some chunks of a message that is being encrypted. While one block is hashed, sealed and written, the next is read: neither
/// waits for the network or the disk as long as the other has work.
/// </summary>
internal sealed class CobblestoneBlock(Cobblestone.Sealer message, IncrementalHash hash, Stream cipher) : IDisposable
{
    /// <summary>Chunks of a block, which has 128 KiB: two of them and what is sealed are half a MiB for each upload.</summary>
    public const int Chunks = 8;

    private const int Size = Chunks * Cobblestone.ChunkSize;
    private byte[]? _plain;
    private byte[]? _sealed;
    private int _count;

    /// <summary>Whether what was read was the end of the message.</summary>
    public bool IsLast => _count < Size;

    /// <summary>Reads a block, or what is left.</summary>
    /// <returns>Bytes read.</returns>
    public async ValueTask<int> Fill(Stream plain, CancellationToken cancel)
    {
        _plain ??= ArrayPool<byte>.Shared.Rent(Size);
        _sealed ??= ArrayPool<byte>.Shared.Rent(Chunks * Cobblestone.SealedChunkSize);
        return _count = await plain.ReadAtLeastAsync(_plain.AsMemory(0, Size), Size, throwOnEndOfStream: false, cancel);
    }

    /// <summary>Hashes, seals and writes what was read, beside what the caller does; a message of one block needs no other thread.</summary>
    /// <param name="chunk">Number of the first chunk.</param>
    /// <param name="cancel">Stops it.</param>
    public Task Keep(long chunk, CancellationToken cancel)
    {
        if (chunk > 0 || !IsLast)
            return Task.Run(() => KeepOnTwoThreads(chunk, cancel), CancellationToken.None);
        hash.AppendData(_plain!, 0, _count);
        return Write(chunk, cancel);
    }

    public void Dispose()
    {
        if (_plain is not null)
            ArrayPool<byte>.Shared.Return(_plain, clearArray: true);
        if (_sealed is not null)
            ArrayPool<byte>.Shared.Return(_sealed);
        (_plain, _sealed) = (null, null);
    }

    private async Task KeepOnTwoThreads(long chunk, CancellationToken cancel)
    {
        var hashed = Task.Run(() => hash.AppendData(_plain!, 0, _count), CancellationToken.None);
        try
        {
            await Write(chunk, cancel);
        }
        finally
        {
            await hashed;   // also when the disk is full: the block is not given back while it is read
        }
    }

    private Task Write(long chunk, CancellationToken cancel)
    {
        var written = 0;
        for (var offset = 0; offset < _count || (IsLast && offset == _count); offset += Cobblestone.ChunkSize, chunk++)
        {
            var size = Math.Min(Cobblestone.ChunkSize, _count - offset);
            message.Seal(chunk, _plain.AsSpan(offset, size), _sealed.AsSpan(written, size + Cobblestone.TagSize));
            written += size + Cobblestone.TagSize;
        }

        return cipher.WriteAsync(_sealed.AsMemory(0, written), cancel).AsTask();
    }
}
