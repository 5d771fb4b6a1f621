using Assay.Kernel;
using Assay.Kernel.Permissions;

namespace Assay.Registry.Oci.Uploads;

/// <summary>What the upload routes share.</summary>
internal sealed class UploadWork(OpenUploads open, Repositories repositories, BlobLinks links, Caller caller, OciMeter meter)
{
    public OpenUploads Open => open;

    public Repositories Repositories => repositories;

    public BlobLinks Links => links;

    public UploadOwner Owner(Repository repository) => new(repository.Project, repository.Model, caller.Id);

    /// <summary>Ends an upload, so that the repository has the blob.</summary>
    public async Task<IResult> Finish(HttpContext http, Repository repository, Upload upload, Digest expected)
    {
        var blob = await upload.Finish(expected);
        await links.Add(repository.Model, blob, http.RequestAborted);
        meter.Uploaded(blob.SizeBytes);
        return Created(http.Response, repository, blob.Digest);
    }

    public static IResult Created(HttpResponse response, Repository repository, Digest digest)
    {
        response.Headers["Docker-Content-Digest"] = digest.ToString();
        return Results.Created($"{repository.Path}/blobs/{digest}", null);
    }
}
