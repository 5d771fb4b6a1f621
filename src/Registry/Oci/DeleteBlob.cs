using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Registry.Oci.Uploads;

namespace Assay.Registry.Oci;

/// <summary>Takes a blob from a repository that no manifest names yet; what a version or a referrer names stays.</summary>
internal static class DeleteBlob
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapDelete("/{name}/blobs/{digest}", Handle).Requires(RegistryPermissions.Write, resource: "name");

    private static async Task<IResult> Handle(
        string name, string digest, HttpContext http, Repositories repositories, BlobLinks links, AssayDb db)
    {
        var cancel = http.RequestAborted;
        var repository = await repositories.Find(http, name);
        var blob = await links.Get(repository, OciErrors.ReadDigest(digest), cancel);
        if (blob.Named)
            throw OciErrors.Denied($"{blob.Digest} belongs to a manifest of {repository}. Versions are kept, and so are their files.");
        db.OciBlobs.Remove(blob);
        await db.SaveChangesAsync(cancel);
        return Results.StatusCode(StatusCodes.Status202Accepted);
    }
}
