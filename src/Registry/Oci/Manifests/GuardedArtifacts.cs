using System.Collections.Concurrent;
using System.Collections.Frozen;
using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Registry.Versions;
using Assay.Registry.Waivers;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Oci.Manifests;

/// <summary>Hands out no artifact of a version in quarantine, by its manifest or by the blobs that it is made of.</summary>
internal sealed class GuardedArtifacts(AssayDb db, VersionBook book, QuarantineDoor door, IBlobs blobs, KnownManifests known)
{
    /// <exception cref="Kernel.Refusals.Refusal">The manifest is a version in quarantine, and the caller is not one of those who look into it.</exception>
    public async Task Pass(OciManifest manifest, CancellationToken cancel)
    {
        if (manifest.Version is { } number && !await door.IsOpen(await book.Get(manifest.Model, $"{number}", cancel), cancel))
            throw Denied(manifest.Model, number);
    }

    /// <exception cref="Kernel.Refusals.Refusal">The blob is part of versions in quarantine, and of no other.</exception>
    public async Task PassBlob(string model, string digest, CancellationToken cancel)
    {
        if (await Keeper(model, digest, cancel) is { } number)
            throw Denied(model, number);
    }

    /// <summary>Whether the caller may have a blob of a repository.</summary>
    public async Task<bool> IsOpen(string model, string digest, CancellationToken cancel) => await Keeper(model, digest, cancel) is null;

    private async Task<int?> Keeper(string model, string digest, CancellationToken cancel)
    {
        int? keeper = null;
        var manifests = await db.OciManifests.Where(row => row.Model == model && row.Version != null)
            .Select(row => new { row.Digest, row.MediaType, row.Version }).ToListAsync(cancel);
        foreach (var manifest in manifests)
        {
            if (!await Names(manifest.Digest, manifest.MediaType, digest, cancel))
                continue;
            if (await door.IsOpen(await book.Get(model, $"{manifest.Version}", cancel), cancel))
                return null;
            keeper = manifest.Version;
        }

        return keeper;
    }

    // A manifest that can't be read may name anything.
    private async Task<bool> Names(string manifest, string mediaType, string digest, CancellationToken cancel)
    {
        try
        {
            return (await known.Blobs(manifest, mediaType, blobs, cancel)).Contains(digest);
        }
        catch (IOException problem) when (problem is DamagedBlobException or FileNotFoundException)
        {
            return true;
        }
    }

    private static Kernel.Refusals.Refusal Denied(string model, int version) => OciErrors.Denied(
        $"Version {version} of {model} is in quarantine, since its scan found what blocks: 'assay model scan models:/{model}/{version}' shows it. It is handed out when each finding is waived, and before to those only who hold the permission '{RegistryPermissions.Waive.Name}'.");
}

/// <summary>Which blobs manifests name. Manifests never change, so each is read once.</summary>
internal sealed class KnownManifests
{
    private const int KeptMax = 10_000;
    private readonly ConcurrentDictionary<string, FrozenSet<string>> _blobs = new(StringComparer.Ordinal);

    public async ValueTask<FrozenSet<string>> Blobs(string digest, string mediaType, IBlobs blobs, CancellationToken cancel)
    {
        if (_blobs.TryGetValue(digest, out var there))
            return there;
        await using var content = await blobs.Open(Digest.Parse(digest), cancel);
        var bytes = new byte[content.Length];
        await content.ReadExactlyAsync(bytes, cancel);
        var named = ManifestDocument.Read(bytes, mediaType).Blobs.Select(blob => blob.Digest).ToFrozenSet(StringComparer.Ordinal);
        if (_blobs.Count >= KeptMax)
            _blobs.Clear();
        return _blobs[digest] = named;
    }
}
