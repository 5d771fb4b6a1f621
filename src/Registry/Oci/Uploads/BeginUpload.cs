using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Kernel.Permissions;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Registry.Oci.Uploads;

/// <summary>
/// Begins an upload; or, with <c>digest</c>, takes the whole blob at once; or, with <c>mount</c>, takes over one that another
/// repository of the same project has.
/// </summary>
internal static class BeginUpload
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapPost("/{name}/blobs/uploads", Handle).Requires(RegistryPermissions.Write, resource: "name").WithMetadata(new DisableRequestSizeLimitAttribute());

    private static async Task<IResult> Handle(
        string name, HttpContext http, UploadWork work, [FromQuery] string? digest, [FromQuery] string? mount, [FromQuery(Name = "digest-algorithm")] string? algorithm)
    {
        var repository = await work.Repositories.Find(http, name);
        if (algorithm is not null and not "sha256")
            throw OciErrors.DigestInvalid($"Content is addressed by SHA-256 here; {algorithm} is not supported.");
        if (mount is not null && await Mount(http, work, repository, OciErrors.ReadDigest(mount)) is { } mounted)
            return UploadWork.Created(http.Response, repository, mounted);
        if (digest is not null)
            return await Whole(http, work, repository, OciErrors.ReadDigest(digest));

        work.Open.Begin(work.Owner(repository)).Describe(http.Response, repository.Path);
        return Results.StatusCode(StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> Whole(HttpContext http, UploadWork work, Repository repository, Digest expected)
    {
        if (http.Request.ContentLength > OciLimits.BlobBytesMax)
            throw Upload.TooLarge();
        var upload = work.Open.Begin(work.Owner(repository));
        try
        {
            await upload.Append(http.Request.Body, http.RequestAborted);
            return await work.Finish(http, repository, upload, expected);
        }
        finally
        {
            await work.Open.End(upload);
        }
    }

    /// <summary>From a repository of another project nothing is mounted: the client is asked to upload, and shows that it has the bytes.</summary>
    private static async Task<Digest?> Mount(HttpContext http, UploadWork work, Repository repository, Digest digest)
    {
        var cancel = http.RequestAborted;
        var from = http.Request.Query["from"].ToString();
        var parts = from.Split('/');
        if (from.Length == 0 || parts.Length > 2 || (parts.Length == 2 && parts[0] != repository.Project) || (parts.Length == 1 && repository.Project != Kernel.Projects.ProjectScope.Default))
            return null;
        if (await work.Repositories.FindReadable(http, parts[^1]) is not { } source || await work.Links.Find(source.Model, digest, cancel) is not { } blob)
            return null;
        if (!await http.RequestServices.GetRequiredService<Manifests.GuardedArtifacts>().IsOpen(source.Model, digest.ToString(), cancel))
            return null;   // whoever mounts it could read it under the other name

        // Nothing is put, so the sweep is told that the bytes are wanted.
        if (!await http.RequestServices.GetRequiredService<IBlobs>().Keep(digest, cancel))
            return null;
        await work.Links.Add(repository.Model, new StoredBlob(digest, blob.SizeBytes), cancel);
        return digest;
    }
}
