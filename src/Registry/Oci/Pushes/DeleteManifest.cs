using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Registry.Models;
using Assay.Registry.Oci.Manifests;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Oci.Pushes;

/// <summary>Deletes a tag that somebody chose, or a referrer that somebody attached to a version which no gate has let through.</summary>
internal static class DeleteManifest
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapDelete("/{name}/manifests/{reference}", Handle).Requires(RegistryPermissions.Write, resource: "name");

    private static async Task<IResult> Handle(
        string name, string reference, HttpContext http, Repositories repositories, TagPlacement tags, ReferrerRemoval referrers)
    {
        var repository = await repositories.Get(http, name);
        if (reference.Contains(':', StringComparison.Ordinal))
            await referrers.Remove(repository, OciErrors.ReadDigest(reference), http.RequestAborted);
        else
            await tags.Remove(repository, Tag.Read(reference), http.RequestAborted);
        return Results.StatusCode(StatusCodes.Status202Accepted);
    }
}

/// <summary>Removes what others have attached. What was written here, and everything about a released version, is evidence and stays.</summary>
internal sealed class ReferrerRemoval(AssayDb db, ManifestStore manifests, ILedger ledger)
{
    public async Task Remove(Repository repository, Digest digest, CancellationToken cancel)
    {
        var manifest = await manifests.Find(repository.Model, digest.ToString(), cancel)
            ?? throw OciErrors.ManifestUnknown(repository, digest.ToString());
        if (manifest.Role != ManifestRole.Attached)
            throw OciErrors.Denied($"{digest} is {(manifest.Version is { } version ? $"version {version} of {repository}" : "evidence about a version")}, which is kept.");
        if (await IsReleased(manifest, cancel))
            throw OciErrors.Denied($"{digest} is about a version that is or was released, so it is kept.");
        db.OciManifests.Remove(manifest);
        ledger.Append(new OciReferrerDeleted(repository.Model, manifest.Digest, manifest.Subject));
        await db.SaveChangesAsync(cancel);
    }

    /// <summary>Whether it is about a released version, by way of other referrers too.</summary>
    private async Task<bool> IsReleased(OciManifest manifest, CancellationToken cancel)
    {
        var about = manifest;
        while (about?.Subject is { } subject)
            about = await manifests.Find(manifest.Model, subject, cancel);
        return about?.Version is { } number
            && await db.ModelVersions.AnyAsync(version => version.Model == manifest.Model && version.Version == number && version.Stage != Stage.None, cancel);
    }
}
