namespace Assay.Kernel.Blobs;

/// <summary>
/// The port to a place that keeps raw bytes by name: a local folder, or an object store. Objects are written once and
/// whole: a name that can be seen has all its bytes on disk, whatever happens to the process or the machine.
/// </summary>
/// <remarks>Names are lower-case letters, digits, <c>.</c>, <c>-</c> and <c>/</c> between their parts.</remarks>
public interface IBlobStore
{
    /// <summary>Starts an object that nobody sees until it is published under a name.</summary>
    Task<IBlobDraft> Create(CancellationToken cancel);

    /// <summary>Opens an object for reading, seekable; null when there is none of this name.</summary>
    Task<Stream?> Open(string name, CancellationToken cancel);

    /// <summary>Whether an object of this name was published.</summary>
    Task<bool> Exists(string name, CancellationToken cancel);

    /// <summary>Puts other bytes in the place of an object's: after a crash it has the old ones or the new ones, whole.</summary>
    Task Replace(string name, ReadOnlyMemory<byte> content, CancellationToken cancel);

    /// <summary>When the object was published, or touched last; null when there is none of this name.</summary>
    Task<DateTimeOffset?> LastUsed(string name, CancellationToken cancel);

    /// <summary>Sets that time to now. False when there is no object of this name.</summary>
    Task<bool> Touch(string name, CancellationToken cancel);

    /// <summary>
    /// Waits until nobody else, in this process or another, holds the lock of this name, and takes it. A process that dies
    /// gives its locks back. Names may share a lock: hold one at a time.
    /// </summary>
    Task<IDisposable> Lock(string name, CancellationToken cancel);

    /// <summary>Removes an object; no error when there is none.</summary>
    Task Delete(string name, CancellationToken cancel);

    /// <summary>Names that begin with <paramref name="prefix"/>, in ordinal order; drafts are not among them.</summary>
    IAsyncEnumerable<string> List(string prefix, CancellationToken cancel);
}

/// <summary>An object on its way. Disposing it without publishing removes it.</summary>
public interface IBlobDraft : IAsyncDisposable
{
    /// <summary>Write the bytes here, front to back.</summary>
    Stream Content { get; }

    /// <summary>Ends the writing and opens what was written.</summary>
    Task<Stream> Reopen(CancellationToken cancel);

    /// <summary>
    /// Ends the writing and gives the object its name, durably. False, and nothing changed, when the name was taken: of
    /// any number of concurrent callers exactly one gets true.
    /// </summary>
    Task<bool> Publish(string name, CancellationToken cancel);
}
