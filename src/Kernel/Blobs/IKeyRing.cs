namespace Assay.Kernel.Blobs;

/// <summary>Wraps the keys that encrypt data with a key-encryption key that never leaves its place (file, HSM, cloud).</summary>
public interface IKeyRing
{
    /// <summary>The version that wraps.</summary>
    int Newest { get; }

    /// <summary>Wraps a key of 32 or 64 bytes with the newest key-encryption key, bound to <paramref name="context"/>.</summary>
    WrappedKey Wrap(byte[] key, string context);

    /// <summary>Gives back a key that was wrapped for the same context.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">
    /// The wrapped key was changed, belongs to another context, or its key-encryption key is not on this ring.
    /// </exception>
    byte[] Unwrap(WrappedKey wrapped, string context);
}

/// <summary>A wrapped key.</summary>
/// <param name="Version">Version of the key-encryption key, 1 for the first.</param>
/// <param name="Ciphertext">What the ring made of the key; its form is the ring's own.</param>
public sealed record WrappedKey(int Version, byte[] Ciphertext);
