using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Tracking.Experiments;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Tracking.Artifacts;

/// <summary>Stores a file of a run, in the place of one that had the path before; the body is its bytes.</summary>
internal static class PutRunFile
{
    private const long FileBytesMax = 256L << 30;

    public static void Map(RouteGroupBuilder group) => group.MapPut("/{id}/files/{**path}", Handle).WithName("PutRunFile")
        .RequiresOnAny(TrackingPermissions.Write).WithMetadata(new RequestSizeLimitAttribute(FileBytesMax));

    private static async Task<RunFile> Handle(
        string id, string path, HttpRequest http, FileStore files, Sessions sessions, ExperimentScope scope)
    {
        var inner = ArtifactPath.Read(path);
        var whole = ListRunFiles.RootOf(id, sessions, scope).Below(inner);
        await files.Store(scope.Project, scope.Caller, whole, http.Body, http.HttpContext.RequestAborted);
        var stored = files.Find(scope.Project, whole) ?? throw Refusal.Conflict("Somebody removed the file at the same moment.");
        return new(inner.Text, IsFolder: false, stored.SizeBytes, stored.Digest);
    }
}
