using Assay.Governance;
using Assay.Kernel.Permissions;
using Assay.Tracking.Artifacts;
using Assay.Tracking.Mlflow;

namespace Assay.Registry.Mlflow.Versions;

/// <summary>A file of a version: by its name and path, or as clients find it in the artifact proxy. Who may read the model may have it.</summary>
internal static class SendVersionFile
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").IsMlflow();
        group.MapModelOperation("GET", "/model-versions/get-artifact", Send, RegistryPermissions.Read);
        group.MapOperationOnAny("GET", $"/api/2.0/mlflow-artifacts/artifacts/{RegistryArtifacts.Root}/{{**path}}", SendFromProxy, RegistryPermissions.Read);
    }

    private static Task Send(MlflowCall call)
    {
        var (name, version) = (RegistryNames.Model(call.Fields), RegistryNames.Version(call.Fields));
        var inner = ArtifactPath.Read(call.Fields.RequiredText("path"));
        return ArtifactDownload.Send(call, ArtifactPath.Read(RegistryArtifacts.PathOf(name, version)).Below(inner));
    }

    // Judged by the model that the path leads to, as the files are looked up.
    private static Task SendFromProxy(MlflowCall call) =>
        ArtifactDownload.Send(call, ArtifactPath.Read($"{RegistryArtifacts.Root}/{Uri.UnescapeDataString((string?)call.Http.Request.RouteValues["path"] ?? "")}"));
}
