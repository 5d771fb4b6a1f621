using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Kernel.Databases;
using Assay.Registry.Oci.Manifests;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Oci.Uploads;

/// <summary>Which blobs a repository has. A digest that somebody guesses, or that another project stored, is none of them.</summary>
internal sealed class BlobLinks(AssayDb db, TimeProvider clock)
{
    /// <summary>The repository's row of a blob.</summary>
    public async Task<OciBlob> Get(Repository repository, Digest digest, CancellationToken cancel) =>
        await Find(repository.Model, digest, cancel) ?? throw OciErrors.BlobUnknown(repository, digest);

    public Task<OciBlob?> Find(string model, Digest digest, CancellationToken cancel)
    {
        var text = digest.ToString();
        return db.OciBlobs.SingleOrDefaultAsync(row => row.Model == model && row.Digest == text, cancel);
    }

    /// <summary>Gives a repository a blob that was uploaded or mounted, for a day if no manifest names it. Saves.</summary>
    public async Task Add(string model, StoredBlob blob, CancellationToken cancel)
    {
        if (await Find(model, blob.Digest, cancel) is not null)
            return;
        var row = db.OciBlobs.Add(new OciBlob { Model = model, Digest = blob.Digest.ToString(), SizeBytes = blob.SizeBytes, Named = false, CreatedAt = clock.GetUtcNow() });
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException problem) when (StorageTrouble.IsTaken(problem))   // another request stored the same bytes at the same time
        {
            row.State = EntityState.Detached;
        }
    }

    /// <summary>Notes that a manifest names these blobs; the caller saves.</summary>
    public async Task Name(string model, IReadOnlyCollection<Descriptor> blobs, CancellationToken cancel)
    {
        var digests = blobs.Select(blob => blob.Digest).Distinct().ToList();
        var there = await db.OciBlobs.Where(row => row.Model == model && digests.Contains(row.Digest)).ToDictionaryAsync(row => row.Digest, cancel);
        foreach (var blob in blobs.DistinctBy(blob => blob.Digest))
        {
            if (there.TryGetValue(blob.Digest, out var row))
                row.Named = true;
            else
                db.OciBlobs.Add(new OciBlob { Model = model, Digest = blob.Digest, SizeBytes = blob.Size, Named = true, CreatedAt = clock.GetUtcNow() });
        }
    }
}
