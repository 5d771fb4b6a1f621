using System.Globalization;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Registry.Mlflow.Versions;

/// <summary>Where clients fetch a version's files: the signed package, or the place that was named where its files are elsewhere.</summary>
internal static class GetDownloadAddress
{
    private const int CopiesMax = 20;

    public static void Map(IEndpointRouteBuilder group) => group.MapModelOperation("GET", "/model-versions/get-download-uri", Handle, RegistryPermissions.Read);

    private static Task Handle(MlflowCall call)
    {
        var (project, name, number) = (call.Project, RegistryNames.Model(call.Fields), RegistryNames.Version(call.Fields));
        var version = call.Get<Sessions>().Read(session => Source(session, project, RegistryReader.Version(session, project, name, number)));
        return call.Answer(json => json.WriteString(
            "artifact_uri"u8, version.Format == SourcePackage.Format ? version.Source ?? "" : RegistryArtifacts.AddressOf(version.Model, version.Version)));
    }

    // A copy of a version whose files are elsewhere leads to where those are.
    private static VersionRow Source(Session session, string project, VersionRow version)
    {
        for (var step = 0; step < CopiesMax && version.Format == SourcePackage.Format && SourceFiles.VersionOf(version.Source) is var (model, name); step++)
        {
            if (!int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || RegistryReader.TryVersion(session, project, model, number) is not { } source)
                return version;
            version = source;
        }

        return version;
    }
}
