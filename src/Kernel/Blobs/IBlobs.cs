namespace Assay.Kernel.Blobs;

/// <summary>
/// Bytes by their SHA-256: written once, encrypted at rest, the same store for every protocol. A blob is visible to all
/// projects by its digest alone; whether a caller may have it is decided by the row that names the digest. A blob that no
/// row names (see <see cref="IBlobNames"/>) is swept away a day after it was put last.
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

    /// <summary>When it was put last, whether or not it was there already; null when no blob has this digest.</summary>
    Task<DateTimeOffset?> LastPut(Digest digest, CancellationToken cancel);

    /// <summary>Counts as putting it once more, for those who are about to name it without having its bytes. False when no blob has this digest.</summary>
    Task<bool> Keep(Digest digest, CancellationToken cancel);

    /// <summary>
    /// Removes a blob and the key that it was encrypted under, unless it was put since that time. Of this and a
    /// <see cref="Put"/> at the same time one comes first, and the bytes are there whenever the latter is done.
    /// </summary>
    /// <returns>Bytes that it had on the disk; null when it stays or there is none.</returns>
    Task<long?> Remove(Digest digest, DateTimeOffset unlessPutSince, CancellationToken cancel);

    /// <summary>Digests of all blobs, in ordinal order; of those too of which a crash has left the key alone.</summary>
    IAsyncEnumerable<Digest> List(CancellationToken cancel);
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
