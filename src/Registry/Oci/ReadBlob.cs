using Assay.Kernel.Permissions;
using Assay.Registry.Oci.Manifests;
using Assay.Registry.Oci.Uploads;
using Microsoft.Net.Http.Headers;

namespace Assay.Registry.Oci;

/// <summary>A blob that the repository has, whole or in part.</summary>
internal static class ReadBlob
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapMethods("/{name}/blobs/{digest}", [HttpMethods.Get, HttpMethods.Head], Handle).Requires(RegistryPermissions.Read, resource: "name");

    private static async Task<IResult> Handle(
        string name, string digest, HttpContext http, Repositories repositories, BlobLinks links, ManifestReader reader, GuardedArtifacts guard)
    {
        var repository = await repositories.Find(http, name);
        var blob = await links.Get(repository, OciErrors.ReadDigest(digest), http.RequestAborted);
        if (HttpMethods.IsGet(http.Request.Method))   // that it is there is no secret: whoever pushes asks first
            await guard.PassBlob(repository.Model, blob.Digest, http.RequestAborted);
        var content = await reader.Open(repository, blob.Digest, http.RequestAborted);
        http.Response.Headers["Docker-Content-Digest"] = blob.Digest;
        return Results.Stream(content, MediaTypes.Bytes, entityTag: new EntityTagHeaderValue($"\"{blob.Digest}\""), enableRangeProcessing: true);
    }
}
