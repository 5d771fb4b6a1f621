using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Assay.Kernel.Blobs;

/// <summary>The object beside a blob that holds its key: <c>assaykey</c>, the version of the key that wraps it, and the wrapped key.</summary>
internal static class BlobKey
{
    public const string Suffix = ".key";
    private const int BytesMax = 4096;

    private static ReadOnlySpan<byte> Magic => "assaykey"u8;

    public static string NameOf(Digest digest) => EncryptedBlobs.NameOf(digest) + Suffix;

    public static byte[] Write(WrappedKey wrapped)
    {
        var version = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(version, wrapped.Version);
        return [.. Magic, .. version, .. wrapped.Ciphertext];
    }

    /// <summary>The key as it is wrapped; null when there is none.</summary>
    /// <exception cref="DamagedBlobException">What is there is no key.</exception>
    public static async Task<WrappedKey?> Read(IBlobStore store, Digest digest, CancellationToken cancel)
    {
        await using var file = await store.Open(NameOf(digest), cancel);
        if (file is null)
            return null;
        var bytes = new byte[file.Length <= BytesMax ? (int)file.Length : throw NoKey(digest)];
        await file.ReadExactlyAsync(bytes, cancel);
        var body = Magic.Length + sizeof(int);
        if (bytes.Length <= body || !bytes.AsSpan().StartsWith(Magic))
            throw NoKey(digest);
        return new(BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(Magic.Length)), bytes[body..]);
    }

    /// <summary>The key in clear.</summary>
    /// <exception cref="DamagedBlobException">It is not what was wrapped for this blob, or the version that wraps it is not there.</exception>
    public static byte[] Unwrap(IKeyRing keys, Digest digest, WrappedKey wrapped)
    {
        try
        {
            return keys.Unwrap(wrapped, digest.ToString());
        }
        catch (CryptographicException problem)
        {
            throw new DamagedBlobException(digest, $"its key can't be opened ({problem.Message})");
        }
    }

    private static DamagedBlobException NoKey(Digest digest) => new(digest, "its key is not a key");
}
