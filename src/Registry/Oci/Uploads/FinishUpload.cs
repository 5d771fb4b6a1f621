using Assay.Kernel.Permissions;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Registry.Oci.Uploads;

/// <summary>Takes the last chunk, if there is one, and ends an upload.</summary>
internal static class FinishUpload
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapPut("/{name}/blobs/uploads/{id}", Handle).Requires(RegistryPermissions.Write, resource: "name").WithMetadata(new DisableRequestSizeLimitAttribute());

    private static async Task<IResult> Handle(string name, string id, HttpContext http, UploadWork work, [FromQuery] string? digest)
    {
        var repository = await work.Repositories.Find(http, name);
        var upload = work.Open.Get(id, work.Owner(repository));
        var expected = OciErrors.ReadDigest(digest);
        using var turn = await upload.Take(http.RequestAborted);
        if (!SendChunk.FollowsOn(http.Request, upload))
            return SendChunk.OutOfOrder(http.Response, repository, upload);

        await upload.Append(http.Request.Body, http.RequestAborted);
        try
        {
            return await work.Finish(http, repository, upload, expected);
        }
        finally
        {
            await work.Open.End(upload);
        }
    }
}
