using Assay.Governance;
using Assay.Kernel;
using Assay.Registry.Mlflow;
using Assay.Registry.Oci;
using Assay.Registry.Waivers;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Retention;

/// <summary>
/// Everything that rows say about a deleted version besides the version itself. Taking it away again finds nothing, or what
/// somebody added in the very moment of the deletion.
/// </summary>
internal sealed class VersionPapers(AssayDb db, ILedger ledger, RepositoryBlobs blobs)
{
    /// <summary>Rows that one event can state with room to spare.</summary>
    private const int AtOnce = 100;

    /// <summary>Saves, in steps; joins the caller's transaction when there is one.</summary>
    public async Task Remove(string model, int version, CancellationToken cancel)
    {
        var manifests = await Manifests(model, version, cancel);
        if (manifests.Count > 0)
            await blobs.Forget(model, [.. manifests.Select(manifest => manifest.Digest)], cancel);
        var rows = new List<object>(manifests);
        rows.AddRange(await db.Attestations.Where(row => row.Model == model && row.Version == version).ToListAsync(cancel));
        rows.AddRange(await db.Cards.Where(row => row.Model == model && row.Version == version).ToListAsync(cancel));
        rows.AddRange(await db.ModelScans.Where(row => row.Model == model && row.Version == version).ToListAsync(cancel));
        rows.AddRange(await db.Verdicts.Where(row => row.Model == model && row.Version == version).ToListAsync(cancel));
        rows.AddRange(await db.Waivers.Where(row => row.Model == model && row.Version == version).ToListAsync(cancel));
        rows.AddRange(await db.VersionTags.Where(row => row.Model == model && row.Version == version).ToListAsync(cancel));
        rows.AddRange(await db.VersionRetentions.Where(row => row.Model == model && row.Version == version).ToListAsync(cancel));
        foreach (var some in rows.Chunk(AtOnce))
        {
            db.RemoveRange(some);
            ledger.Append(new ModelPapersDeleted(model, version, some.Length));
            await db.SaveChangesAsync(cancel);
        }
    }

    /// <summary>The version's own manifests, what is about them, and what is about that.</summary>
    private async Task<List<OciManifest>> Manifests(string model, int version, CancellationToken cancel)
    {
        var found = await db.OciManifests.Where(row => row.Model == model && row.Version == version).ToListAsync(cancel);
        for (var last = found; last.Count > 0;)
        {
            var subjects = last.ConvertAll(row => (string?)row.Digest);
            var known = found.ConvertAll(row => row.Digest);
            last = await db.OciManifests.Where(row => row.Model == model && subjects.Contains(row.Subject) && !known.Contains(row.Digest)).ToListAsync(cancel);
            found.AddRange(last);
        }

        return found;
    }
}
