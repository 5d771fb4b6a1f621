using Assay.Tracking.Mlflow;

namespace Assay.Registry.Mlflow.Versions;

/// <summary>Where clients fetch a version's files: the signed package, or the place that was named where its files are elsewhere.</summary>
internal static class GetDownloadAddress
{
    public static void Map(IEndpointRouteBuilder group) => group.MapModelOperation("GET", "/model-versions/get-download-uri", Handle, RegistryPermissions.Read);

    private static async Task Handle(MlflowCall call)
    {
        var name = RegistryNames.Model(call.Fields);
        var version = await call.Get<RegistryView>().Version(name, RegistryNames.Version(call.Fields), call.Cancel);
        await call.Answer(json => json.WriteString(
            "artifact_uri", version.Format == SourcePackage.Format ? version.Source ?? "" : RegistryArtifacts.AddressOf(version.Model, version.Version)));
    }
}
