using Assay.Kernel.Permissions;
using Assay.Tracking.Experiments;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Tracking.Artifacts;

/// <summary>A file of a run, whole or in part.</summary>
internal static class DownloadRunFile
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/{id}/files/{**path}", Handle).WithName("DownloadRunFile").RequiresOnAny(TrackingPermissions.Read);

    private static Task Handle(string id, string path, HttpContext http, Sessions sessions, ExperimentScope scope) =>
        ArtifactDownload.Send(new(http, MlflowFields.None), ListRunFiles.RootOf(id, sessions, scope).Below(ArtifactPath.Read(path)));
}
