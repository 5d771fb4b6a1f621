using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Registry.Models;
using Assay.Registry.Oci.Manifests;
using Assay.Registry.Retention;
using Assay.Registry.Versions;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Oci.Pushes;

/// <summary>
/// Deletes a tag that somebody chose, a referrer that somebody attached to a version which no gate has let through, or, by
/// its digest, a version: under the same rules as anywhere else.
/// </summary>
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

/// <summary>Removes what others have attached. What was written here, and everything about a released or held version, is evidence and stays.</summary>
internal sealed class ReferrerRemoval(
    AssayDb db, ManifestStore manifests, RepositoryBlobs blobs, VersionRemoval versions, HoldBook holds, IAccess access, ILedger ledger)
{
    public async Task Remove(Repository repository, Digest digest, CancellationToken cancel)
    {
        var manifest = await manifests.Find(repository.Model, digest.ToString(), cancel)
            ?? throw OciErrors.ManifestUnknown(repository, digest.ToString());
        if (manifest is { Role: ManifestRole.Model, Version: { } version })
        {
            access.Demand(RegistryPermissions.Delete, repository.Model);
            await versions.Remove(repository.Model, version, $"Its manifest {digest} was deleted by way of the OCI registry.", cancel);
            return;
        }

        if (manifest.Role != ManifestRole.Attached)
            throw OciErrors.Denied($"{digest} is {(manifest.Version is { } packed ? $"the image of version {packed} of {repository}" : "evidence about a version")}, which goes with the version.");
        var about = await About(manifest, cancel);
        if (about is { Stage: not Stage.None })
            throw OciErrors.Denied($"{digest} is about a version that is or was released, so it is kept.");
        if (about is not null && (await holds.On(about.Model, about.Version, cancel)).Count > 0)
            throw OciErrors.Denied($"{digest} is about a version on which a legal hold is in force, so it is kept.");
        await blobs.Release(repository.Model, [manifest.Digest], cancel);
        db.OciManifests.Remove(manifest);
        ledger.Append(new OciReferrerDeleted(repository.Model, manifest.Digest, manifest.Subject));
        await db.SaveChangesAsync(cancel);
    }

    /// <summary>The version that it is about, by way of other referrers too.</summary>
    private async Task<ModelVersion?> About(OciManifest manifest, CancellationToken cancel)
    {
        var about = manifest;
        while (about?.Subject is { } subject)
            about = await manifests.Find(manifest.Model, subject, cancel);
        return about?.Version is { } number
            ? await db.ModelVersions.SingleOrDefaultAsync(version => version.Model == manifest.Model && version.Version == number, cancel)
            : null;
    }
}
