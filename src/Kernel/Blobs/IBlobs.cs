namespace Assay.Kernel.Blobs;

/// <summary>
/// Bytes by their SHA-256: written once, encrypted at rest, the same store for every protocol. A blob is visible to all
/// projects by its digest alone; whether a caller may have it is decided by the row that names the digest.
/// </summary>
public interface IBlobs
{
    /// <summary>Stores a stream and returns its digest and size in bytes. Storing the same bytes again costs nothing and is no error.</summary>
    Task<StoredBlob> Put(Stream content, CancellationToken cancel);

    /// <summary>
    /// Opens a blob for reading; seekable. Bytes are checked as they are read: a damaged blob throws
    /// <see cref="DamagedBlobException"/> before a wrong byte is returned.
    /// </summary>
    /// <exception cref="FileNotFoundException">No blob has this digest.</exception>
    Task<Stream> Open(Digest digest, CancellationToken cancel);

    /// <summary>Whether a blob of this digest is stored.</summary>
    Task<bool> Exists(Digest digest, CancellationToken cancel);
}

/// <summary>What <see cref="IBlobs.Put"/> stored.</summary>
public sealed record StoredBlob(Digest Digest, long SizeBytes);

/// <summary>The stored bytes are not the ones that were written.</summary>
public sealed class DamagedBlobException(Digest digest, string reason)
    : IOException($"Blob {digest} is damaged: {reason}. Restore it from a backup.")
{
    /// <summary>Digest by which the blob was asked for.</summary>
    public Digest Digest { get; } = digest;
}
