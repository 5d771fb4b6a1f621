using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Tracking.Mlflow;

namespace Assay.Tracking.Artifacts;

/// <summary>
/// Ways around the server that only a store elsewhere could offer: clients take the 501 as the sign to send and fetch the
/// file through the proxy, in one stream.
/// </summary>
internal static class UnsupportedRoutes
{
    public static void Map(IEndpointRouteBuilder group, IEndpointRouteBuilder routes)
    {
        var proxy = routes.MapGroup("/api/2.0/mlflow-artifacts").IsMlflow();
        foreach (var step in new[] { "create", "complete", "abort" })
            proxy.MapStream("POST", $"/mpu/{step}/{{**path}}", Refuse, TrackingPermissions.Write).WithMetadata(ArtifactOwner.OfPath);
        proxy.MapStream("GET", "/presigned/{**path}", Refuse, TrackingPermissions.Read).WithMetadata(ArtifactOwner.OfPath);
        group.MapStream("POST", "/artifacts/presigned-upload-url", Refuse, TrackingPermissions.Write).WithMetadata(new AnyResource(TrackingPermissions.Kind));
    }

    private static Task Refuse(HttpContext http) => throw Refusal.Foreign(
        StatusCodes.Status501NotImplemented, "NOT_IMPLEMENTED", "Files go through this server, encrypted and checked: send and fetch them whole, by PUT and GET of mlflow-artifacts/artifacts/PATH.");
}
