using Assay.Kernel.Permissions;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Runs;
using Assay.Tracking.Store;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Tracking.Artifacts.Signed;

/// <summary>An address to which one file of a run is sent without signing in.</summary>
internal static class SignedUpload
{
    private const string Kind = "write";
    private const string Route = "/api/2.0/mlflow-artifacts/signed/";
    private const long SecondsDefault = 900;

    public static void Map(RouteGroupBuilder group, RouteGroupBuilder proxy)
    {
        group.MapOperationOnAny("POST", "/artifacts/presigned-upload-url", Sign, TrackingPermissions.Write);
        proxy.MapMethods("/signed/{token}", ["PUT"], Store)
            .AllowAnyone("The address is signed, for one file and at most six hours.").WithMetadata(new RequestSizeLimitAttribute(ProxyRoutes.FileBytesMax));
    }

    private static Task Sign(MlflowCall call)
    {
        var (id, scope) = (call.Fields.RunId(), call.Scope);
        var inner = ArtifactPath.Read(call.Fields.RequiredText("path"));
        var seconds = call.Fields.Integer("expiration") ?? SecondsDefault;
        if (seconds < 1 || seconds > SignedAddresses.LifeMax.TotalSeconds)
            throw MlflowError.Value("expiration", call.Fields.Shown("expiration"), $"It is in seconds, at least 1 and at most {SignedAddresses.LifeMax.TotalSeconds}.");
        var run = call.Get<Sessions>().Read(session => RunReader.Find(session, scope, id));
        var path = RunFiles.RootOf(run.ArtifactUri).Below(inner);
        call.DemandWritable(path);
        var address = call.Get<SignedAddresses>().Sign(call.Http, Route, new(Kind, call.Project, path.Text, call.Caller), TimeSpan.FromSeconds(seconds));
        return call.Answer(json => json.WriteString("presigned_url"u8, address));
    }

    private static async Task Store(HttpContext http)
    {
        var call = new MlflowCall(http, MlflowFields.None);
        var use = call.Get<SignedAddresses>().Read(http, Kind);
        await call.Get<FileStore>().Store(use.Project, use.Caller, ArtifactPath.Read(use.Subject), http.Request.Body, call.Cancel);
        await call.Answer();
    }
}
