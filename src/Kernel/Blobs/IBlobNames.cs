namespace Assay.Kernel.Blobs;

/// <summary>
/// Contributed by each module whose rows name blobs. A blob that no module names is swept away, so whoever stores one saves
/// a row that names it within a day and gives its digest here.
/// </summary>
public interface IBlobNames
{
    /// <summary>Digests of all blobs that rows of any project name, as <c>sha256:…</c>; the same one may come more than once.</summary>
    IAsyncEnumerable<string> All(AssayDb db, CancellationToken cancel);
}

/// <summary>Removes bytes that no row names any more.</summary>
public interface IBlobSweeper
{
    /// <summary>Has it look now, and not only in its next turn: something was deleted.</summary>
    void Soon();
}
