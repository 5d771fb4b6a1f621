using Assay.Kernel.Permissions;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Runs;
using Assay.Tracking.Store;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Tracking.Artifacts;

/// <summary>Stores a small file of a run, as MLflow's web pages do.</summary>
internal static class UploadRunFile
{
    private const long BytesMax = 10L << 20;

    public static void Map(IEndpointRouteBuilder group) =>
        group.MapStream("POST", "/upload-artifact", Handle, TrackingPermissions.Write).WithMetadata(new AnyResource(TrackingPermissions.Kind)).WithMetadata(new RequestSizeLimitAttribute(BytesMax));

    private static async Task Handle(HttpContext http)
    {
        var (id, path) = (http.Request.Query["run_uuid"].ToString(), http.Request.Query["path"].ToString());
        if (id.Length == 0)
            throw MlflowError.Invalid("Request must specify run_uuid.");
        if (path.Length == 0)
            throw MlflowError.Invalid("Request must specify path.");
        var inner = ArtifactPath.Read(path);
        if (http.Request.ContentLength > BytesMax)
            throw MlflowError.Invalid($"Artifact size is too large. Max size is {BytesMax >> 20}MB.");
        if (http.Request.ContentLength is null or 0)
            throw MlflowError.Invalid("Request must specify data.");
        var call = new MlflowCall(http, MlflowFields.None);
        var scope = call.Scope;
        var run = call.Get<Sessions>().Read(session => RunReader.Find(session, scope, id));
        await call.Get<FileStore>().Store(call.Project, call.Caller, RunFiles.RootOf(run.ArtifactUri).Below(inner), http.Request.Body, call.Cancel);
        await call.Answer();
    }
}
