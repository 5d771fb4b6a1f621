using System.Security.Cryptography;

namespace Assay.Kernel.Blobs;

/// <summary>A few bytes that nobody gets to see again, such as an address with a secret in it: encrypted by a random key of their own, which a key ring wraps.</summary>
/// <param name="Key">The key, wrapped for a context.</param>
/// <param name="Content">Nonce, tag and ciphertext of AES-256-GCM, one behind the other.</param>
public sealed record SealedBytes(WrappedKey Key, byte[] Content)
{
    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    /// <summary>Seals bytes.</summary>
    /// <param name="clear">They.</param>
    /// <param name="context">What they belong to: they open for the same alone.</param>
    /// <param name="keys">Wraps their key.</param>
    public static SealedBytes Of(ReadOnlySpan<byte> clear, string context, IKeyRing keys)
    {
        var key = RandomNumberGenerator.GetBytes(KeyBytes);
        var content = new byte[NonceBytes + TagBytes + clear.Length];
        var nonce = content.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Encrypt(nonce, clear, content.AsSpan(NonceBytes + TagBytes), content.AsSpan(NonceBytes, TagBytes));
        return new(keys.Wrap(key, context), content);
    }

    /// <summary>The bytes that were sealed.</summary>
    /// <exception cref="CryptographicException">They were changed, belong to another context, or their key can't be unwrapped.</exception>
    public byte[] Open(string context, IKeyRing keys)
    {
        var clear = new byte[Content.Length - NonceBytes - TagBytes];
        using var cipher = new AesGcm(keys.Unwrap(Key, context), TagBytes);
        cipher.Decrypt(Content.AsSpan(0, NonceBytes), Content.AsSpan(NonceBytes + TagBytes), Content.AsSpan(NonceBytes, TagBytes), clear);
        return clear;
    }

    /// <summary>The same with its key under the newest version of the ring.</summary>
    /// <exception cref="CryptographicException">As of <see cref="Open"/>.</exception>
    public SealedBytes Rewrapped(string context, IKeyRing keys) => this with { Key = keys.Wrap(keys.Unwrap(Key, context), context) };
}
