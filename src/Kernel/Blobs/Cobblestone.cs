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

    /// <summary>Chunks that are read and opened at a time: 64 KiB.</summary>
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

        using var one = new CobblestoneBlock(message, hash, cipher);
        using var other = new CobblestoneBlock(message, hash, cipher);
        var before = Task.CompletedTask;
        try
        {
            for (long number = 0, size = 0; ; number++)
            {
                var block = number % 2 == 0 ? one : other;
                size += await block.Fill(plain, cancel);
                await before;
                before = block.Keep(number * CobblestoneBlock.Chunks, cancel);
                if (!block.IsLast)
                    continue;
                await before;
                return size;
            }
        }
        finally
        {
            await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);   // when reading failed: it still works on its block
        }
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
