using System.Text.Json;
using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Registry.Oci.Manifests;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Oci;

/// <summary>
/// Takes from a repository the blobs that only certain manifests name. What is named is read from the manifests themselves,
/// as the store has them; while one that stays can't be read, nothing is taken.
/// </summary>
internal sealed class RepositoryBlobs(AssayDb db, IBlobs blobs, ILogger<RepositoryBlobs> log)
{
    private const int AtOnce = 500;

    /// <summary>The repository does not have the blobs any more.</summary>
    public Task Forget(string model, IReadOnlyCollection<string> manifests, CancellationToken cancel) =>
        Each(model, manifests, rows => rows.ExecuteDeleteAsync(cancel), cancel);

    /// <summary>The repository has the blobs for a day yet, like those that were uploaded and not named.</summary>
    public Task Release(string model, IReadOnlyCollection<string> manifests, CancellationToken cancel) =>
        Each(model, manifests, rows => rows.ExecuteUpdateAsync(row => row.SetProperty(blob => blob.Named, false), cancel), cancel);

    private async Task Each(string model, IReadOnlyCollection<string> manifests, Func<IQueryable<OciBlob>, Task<int>> change, CancellationToken cancel)
    {
        var named = new HashSet<string>(StringComparer.Ordinal);
        foreach (var digest in manifests)
            named.UnionWith(await NamedBy(digest, cancel) ?? []);
        var others = await db.OciManifests.AsNoTracking().Where(row => row.Model == model).Select(row => row.Digest).ToListAsync(cancel);
        foreach (var digest in others.Except(manifests))
        {
            if (await NamedBy(digest, cancel) is not { } kept)
            {
                log.LogWarning("The manifest {Digest} of {Model} can't be read, so that the repository keeps all blobs.", digest, model);
                return;
            }

            named.ExceptWith(kept);
        }

        foreach (var some in named.Chunk(AtOnce))
            await change(db.OciBlobs.Where(row => row.Model == model && some.Contains(row.Digest)));
    }

    /// <summary>Digests of the manifest's configuration and layers; null when it can't be read.</summary>
    private async Task<List<string>?> NamedBy(string digest, CancellationToken cancel)
    {
        try
        {
            await using var content = await blobs.Open(Digest.Parse(digest), cancel);
            var document = await JsonSerializer.DeserializeAsync<ManifestDocument>(content, AssayJson.Options, cancel);
            return document?.Blobs.Select(blob => blob.Digest).ToList();
        }
        catch (Exception problem) when (problem is IOException or JsonException)
        {
            return null;
        }
    }
}
