using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Registry.Mlflow.Versions;

/// <summary>Where clients fetch a version's files: the signed package, or the place that was named where its files are elsewhere.</summary>
internal static class GetDownloadAddress
{
    public static void Map(IEndpointRouteBuilder group) => group.MapModelOperation("GET", "/model-versions/get-download-uri", Handle, RegistryPermissions.Read);

    private static Task Handle(MlflowCall call)
    {
        var (project, name, number) = (call.Project, RegistryNames.Model(call.Fields), RegistryNames.Version(call.Fields));
        var version = call.Get<Sessions>().Read(session => RegistryReader.Version(session, project, name, number));
        return call.Answer(json => json.WriteString(
            "artifact_uri"u8, version.Format == SourcePackage.Format ? version.Source ?? "" : RegistryArtifacts.AddressOf(version.Model, version.Version)));
    }
}
