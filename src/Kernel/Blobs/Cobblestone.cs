using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Assay.Kernel.Blobs;

/// <summary>
/// Cobblestone-256 (c2sp.org/chunked-encryption with SHA-512 and AES-256-GCM): salt, key commitment, then chunks of 16 KiB
/// of which the last is always shorter, each sealed under its number, so that any part can be read and checked by itself
/// and neither order nor length can be changed unseen.
/// </summary>
internal static class Cobblestone
{
    public const int KeySize = 32;
    public const int SaltSize = 24;
    public const int CommitmentSize = 32;
    public const int HeaderSize = SaltSize + CommitmentSize;
    public const int ChunkSize = 16 * 1024;
    public const int TagSize = 16;
    public const int SealedChunkSize = ChunkSize + TagSize;

    /// <summary>Chunks that are read, sealed and written at a time: 64 KiB.</summary>
    public const int ChunksAtOnce = 4;

    /// <summary>Most chunks of one message, so that the counter never reaches the nonce's random part.</summary>
    private const long ChunksMax = 1L << 38;

    private const int NonceSize = 12;

    /// <summary>
    /// Encrypts a stream to its end under a key that is uniformly random, adding what was read to <paramref name="hash"/>.
    /// Returns the number of plain bytes.
    /// </summary>
    public static Task<long> Encrypt(
        Stream plain, Stream cipher, ReadOnlyMemory<byte> key, IncrementalHash hash, CancellationToken cancel) =>
        Encrypt(plain, cipher, key, RandomNumberGenerator.GetBytes(SaltSize), hash, cancel);

    /// <summary>The same with a given salt, which must never come twice with one key; for tests by vectors.</summary>
    internal static async Task<long> Encrypt(
        Stream plain, Stream cipher, ReadOnlyMemory<byte> key, byte[] salt, IncrementalHash hash, CancellationToken cancel)
    {
        using var message = new Sealer(key.Span, salt, []);
        await cipher.WriteAsync(salt, cancel);
        await cipher.WriteAsync(message.Commitment, cancel);

        var buffer = ArrayPool<byte>.Shared.Rent(ChunksAtOnce * ChunkSize);
        var output = ArrayPool<byte>.Shared.Rent(ChunksAtOnce * SealedChunkSize);
        try
        {
            for (long chunk = 0, size = 0; ; chunk += ChunksAtOnce)
            {
                const int wanted = ChunksAtOnce * ChunkSize;
                var count = await plain.ReadAtLeastAsync(buffer.AsMemory(0, wanted), wanted, throwOnEndOfStream: false, cancel);
                hash.AppendData(buffer, 0, count);
                size += count;
                var written = SealAll(message, chunk, buffer.AsSpan(0, count), output, last: count < wanted);
                await cipher.WriteAsync(output.AsMemory(0, written), cancel);
                if (count < wanted)
                    return size;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
            ArrayPool<byte>.Shared.Return(output);
        }
    }

    private static int SealAll(Sealer message, long chunk, ReadOnlySpan<byte> plain, Span<byte> output, bool last)
    {
        var written = 0;
        for (var offset = 0; offset < plain.Length || (last && offset == plain.Length); offset += ChunkSize, chunk++)
        {
            var size = Math.Min(ChunkSize, plain.Length - offset);
            message.Seal(chunk, plain.Slice(offset, size), output.Slice(written, size + TagSize));
            written += size + TagSize;
        }

        return written;
    }

    /// <summary>Length of the message in a ciphertext of this length; -1 when no message has such a ciphertext.</summary>
    public static long PlainLength(long cipherLength)
    {
        if (cipherLength < HeaderSize)
            return -1;
        var (chunks, rest) = Math.DivRem(cipherLength - HeaderSize, SealedChunkSize);
        return rest < TagSize ? -1 : (chunks * ChunkSize) + rest - TagSize;
    }

    /// <summary>The key material of one message.</summary>
    public sealed class Sealer : IDisposable
    {
        private readonly AesGcm _cipher;
        private readonly byte[] _nonce;

        public Sealer(ReadOnlySpan<byte> key, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> context)
        {
            if (key.Length != KeySize)
                throw new ArgumentException("A Cobblestone-256 key has 32 bytes.", nameof(key));
            byte[] information = [.. "c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0"u8, .. salt, .. context];
            var derived = Expand(key, information);
            _cipher = new AesGcm(derived.AsSpan(0, KeySize), TagSize);
            _nonce = derived[KeySize..(KeySize + NonceSize)];
            Commitment = derived[(KeySize + NonceSize)..(KeySize + NonceSize + CommitmentSize)];
            CryptographicOperations.ZeroMemory(derived);
        }

        /// <summary>Says which key, salt and context a message was sealed with, without giving them away.</summary>
        public byte[] Commitment { get; }

        public void Seal(long chunk, ReadOnlySpan<byte> plain, Span<byte> output) =>
            _cipher.Encrypt(NonceOf(chunk), plain, output[..plain.Length], output[plain.Length..]);

        /// <exception cref="AuthenticationTagMismatchException">These are not the bytes that were sealed as this chunk.</exception>
        public void Open(long chunk, ReadOnlySpan<byte> input, Span<byte> plain) =>
            _cipher.Decrypt(NonceOf(chunk), input[..^TagSize], input[^TagSize..], plain);

        public void Dispose() => _cipher.Dispose();

        /// <summary>
        /// HKDF-Expand of RFC 5869 to 128 bytes. The platform's own refuses a key shorter than the hash, which is right for
        /// the output of HKDF-Extract and wrong for a key that is random already.
        /// </summary>
        private static byte[] Expand(ReadOnlySpan<byte> key, byte[] information)
        {
            var first = HMACSHA512.HashData(key, [.. information, 1]);
            return [.. first, .. HMACSHA512.HashData(key, [.. first, .. information, 2])];
        }

        private byte[] NonceOf(long chunk)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(chunk, ChunksMax);
            var nonce = _nonce.ToArray();
            var counter = BinaryPrimitives.ReadUInt64BigEndian(nonce.AsSpan(NonceSize - 8)) ^ (ulong)chunk;
            BinaryPrimitives.WriteUInt64BigEndian(nonce.AsSpan(NonceSize - 8), counter);
            return nonce;
        }
    }
}
