using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Registry.Mlflow.Models;

/// <summary>The newest version in each of these stages; in every stage when none is named.</summary>
internal static class GetLatestVersions
{
    public static void Map(IEndpointRouteBuilder group)
    {
        group.MapModelOperation("POST", "/registered-models/get-latest-versions", Handle, RegistryPermissions.Read);
        group.MapModelOperation("GET", "/registered-models/get-latest-versions", Handle, RegistryPermissions.Read);
    }

    private static Task Handle(MlflowCall call)
    {
        var stages = call.Fields.Texts("stages").Select(RegistryNames.StageOf).ToHashSet();
        var (project, name) = (call.Project, RegistryNames.Model(call.Fields));
        var model = call.Get<Sessions>().Read(session => RegistryReader.Model(session, project, name));
        return call.Answer(json => RegistryJson.WriteVersions(
            json, "model_versions"u8, stages.Count == 0 ? model.Latest : model.Latest.FindAll(version => stages.Contains(version.Stage))));
    }
}
