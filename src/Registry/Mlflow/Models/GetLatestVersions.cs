using Assay.Tracking.Mlflow;

namespace Assay.Registry.Mlflow.Models;

/// <summary>The newest version in each of these stages; in every stage when none is named.</summary>
internal static class GetLatestVersions
{
    public static void Map(IEndpointRouteBuilder group)
    {
        group.MapModelOperation("POST", "/registered-models/get-latest-versions", Handle, RegistryPermissions.Read);
        group.MapModelOperation("GET", "/registered-models/get-latest-versions", Handle, RegistryPermissions.Read);
    }

    private static async Task Handle(MlflowCall call)
    {
        var view = call.Get<RegistryView>();
        var stages = call.Fields.Texts("stages").Select(RegistryNames.StageOf).ToHashSet();
        var model = await view.Model(RegistryNames.Model(call.Fields), call.Cancel);
        var latest = (await view.Latest([model.Name], call.Cancel)).Where(version => stages.Count == 0 || stages.Contains(version.Stage)).ToList();
        var versions = await view.View(latest, call.Cancel);
        await call.Answer(json => RegistryView.WriteVersions(json, "model_versions", versions));
    }
}
