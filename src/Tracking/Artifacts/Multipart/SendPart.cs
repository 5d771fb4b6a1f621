using System.Globalization;
using Assay.Kernel.Blobs;
using Assay.Kernel.Permissions;
using Assay.Tracking.Artifacts.Signed;
using Assay.Tracking.Mlflow;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Tracking.Artifacts.Multipart;

/// <summary>Takes one part of a file. Its <c>ETag</c> is what the client names it by in the end.</summary>
internal static class SendPart
{
    public const string Kind = "part";
    public const string Route = "/api/2.0/mlflow-artifacts/mpu/parts/";
    private const long PartBytesMax = 5L << 30;

    public static void Map(RouteGroupBuilder proxy) => proxy.MapMethods("/mpu/parts/{token}", ["PUT"], Handle)
        .AllowAnyone("The address is signed, for one part of one upload and six hours.").WithMetadata(new RequestSizeLimitAttribute(PartBytesMax));

    private static async Task Handle(HttpContext http)
    {
        var call = new MlflowCall(http, MlflowFields.None);
        var use = call.Get<SignedAddresses>().Read(http, Kind);
        var slash = use.Subject.IndexOf('/', StringComparison.Ordinal);
        var (id, number) = (use.Subject[..slash], int.Parse(use.Subject[(slash + 1)..], CultureInfo.InvariantCulture));
        var uploads = call.Get<PartUploads>();
        if (uploads.Find(use.Project, id) is not { IsComplete: false })
            throw Ended(id);
        var stored = await call.Get<IBlobs>().Put(http.Request.Body, call.Cancel);
        if (!await uploads.Add(use.Project, id, number, stored))
            throw Ended(id);
        http.Response.Headers.ETag = $"\"{stored.Digest.Hex}\"";
        await call.Answer();
    }

    public static Kernel.Refusals.Refusal Ended(string id) =>
        MlflowError.NotFound($"There is no upload '{id}' under way: it was completed or aborted, or it began more than a day ago.");
}
