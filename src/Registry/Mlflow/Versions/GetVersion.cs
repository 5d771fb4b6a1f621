using Assay.Registry.Versions;
using Assay.Tracking.Mlflow;

namespace Assay.Registry.Mlflow.Versions;

internal static class GetVersion
{
    public static void Map(IEndpointRouteBuilder group) => group.MapModelOperation("GET", "/model-versions/get", Handle, RegistryPermissions.Read);

    private static async Task Handle(MlflowCall call)
    {
        var name = RegistryNames.Model(call.Fields);
        await Answer(call, await call.Get<RegistryView>().Version(name, RegistryNames.Version(call.Fields), call.Cancel));
    }

    /// <summary>Answers with a version and what belongs to it.</summary>
    public static async Task Answer(MlflowCall call, ModelVersion version)
    {
        var view = await call.Get<RegistryView>().View(version, call.Cancel);
        await call.Answer(json =>
        {
            json.WriteStartObject("model_version");
            RegistryView.Write(json, view);
            json.WriteEndObject();
        });
    }
}
