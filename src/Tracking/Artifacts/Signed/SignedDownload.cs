using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Tracking.Mlflow;

namespace Assay.Tracking.Artifacts.Signed;

/// <summary>An address from which a file is fetched without signing in, also in several parts at once.</summary>
internal static class SignedDownload
{
    private const string Kind = "read";
    private const string Route = "/api/2.0/mlflow-artifacts/signed/";
    private static readonly TimeSpan Life = TimeSpan.FromHours(1);

    public static void Map(RouteGroupBuilder proxy)
    {
        proxy.MapOperation("GET", "/presigned/{**path}", Sign, TrackingPermissions.Read).WithMetadata(ArtifactOwner.OfPath);
        proxy.MapFields("GET", "/signed/{token}", Send).AllowAnyone("The address is signed, for one file and at most six hours.");
    }

    private static Task Sign(MlflowCall call)
    {
        var path = ProxyRoutes.PathOf(call.Http);

        // Clients look for these words, and fetch the file as a whole then.
        if (call.RootOf(path) is { } root)
            throw Refusal.Foreign(StatusCodes.Status501NotImplemented, "NOT_IMPLEMENTED", $"Multipart download is not supported for the current artifact repository: what is below '{root.Folder}' is sent to its reader alone.");
        if (call.Get<FileStore>().Find(call.Project, path) is not { Digest: not null } file)
            throw MlflowError.NotFound($"No such artifact: '{path.Text}'");
        var address = call.Get<SignedAddresses>().Sign(call.Http, Route, new(Kind, call.Project, path.Text, call.Caller), Life);
        return call.Answer(json =>
        {
            json.WriteString("url"u8, address);
            json.WriteNumber("file_size"u8, file.SizeBytes);
        });
    }

    private static Task Send(MlflowCall call) =>
        ArtifactDownload.Send(call, ArtifactPath.Read(call.Get<SignedAddresses>().Read(call.Http, Kind).Subject));
}
