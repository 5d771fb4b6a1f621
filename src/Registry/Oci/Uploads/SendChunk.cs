using System.Globalization;
using Assay.Kernel.Permissions;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Registry.Oci.Uploads;

/// <summary>Adds a chunk to an upload. Without <c>Content-Range</c> the body goes to its end, as some clients send a whole blob.</summary>
internal static class SendChunk
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapPatch("/{name}/blobs/uploads/{id}", Handle).Requires(RegistryPermissions.Write, resource: "name").WithMetadata(new DisableRequestSizeLimitAttribute());

    private static async Task<IResult> Handle(string name, string id, HttpContext http, UploadWork work)
    {
        var repository = await work.Repositories.Find(http, name);
        var upload = work.Open.Get(id, work.Owner(repository));
        using var turn = await upload.Take(http.RequestAborted);
        if (!FollowsOn(http.Request, upload))
            return OutOfOrder(http.Response, repository, upload);

        await upload.Append(http.Request.Body, http.RequestAborted);
        upload.Describe(http.Response, repository.Path);
        return Results.StatusCode(StatusCodes.Status202Accepted);
    }

    /// <summary>Whether a request's chunk begins where the upload has arrived.</summary>
    public static bool FollowsOn(HttpRequest request, Upload upload)
    {
        if (request.ContentLength > OciLimits.BlobBytesMax)
            throw Upload.TooLarge();
        var header = request.Headers.ContentRange.ToString();
        if (header.Length == 0)
            return true;

        var ends = header.Split('-');
        if (ends.Length != 2 || !TryParse(ends[0], out var first) || !TryParse(ends[1], out var last) || last < first)
            throw OciErrors.UploadInvalid($"Content-Range '{header}' is not FIRST-LAST, the chunk's first and last byte.");
        if (request.ContentLength != last - first + 1)
            throw OciErrors.SizeInvalid(StatusCodes.Status400BadRequest, $"Content-Range '{header}' names {last - first + 1} bytes, and Content-Length is {request.ContentLength}.");
        return first == upload.ReceivedBytes;
    }

    public static IResult OutOfOrder(HttpResponse response, Repository repository, Upload upload)
    {
        upload.Describe(response, repository.Path);
        return Results.Json(
            OciErrorForm.Body("BLOB_UPLOAD_INVALID", $"Chunks come in order: the next one begins with byte {upload.ReceivedBytes}."),
            statusCode: StatusCodes.Status416RangeNotSatisfiable);
    }

    private static bool TryParse(string text, out long value) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
