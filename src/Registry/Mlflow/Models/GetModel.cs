using Assay.Registry.Models;
using Assay.Tracking.Mlflow;

namespace Assay.Registry.Mlflow.Models;

internal static class GetModel
{
    public static void Map(IEndpointRouteBuilder group) => group.MapModelOperation("GET", "/registered-models/get", Handle, RegistryPermissions.Read);

    private static async Task Handle(MlflowCall call) =>
        await Answer(call, await call.Get<RegistryView>().Model(RegistryNames.Model(call.Fields), call.Cancel));

    /// <summary>Answers with a model and what belongs to it.</summary>
    public static async Task Answer(MlflowCall call, RegisteredModel model)
    {
        var view = await call.Get<RegistryView>().View(model, call.Cancel);
        await call.Answer(json =>
        {
            json.WriteStartObject("registered_model");
            RegistryView.Write(json, view);
            json.WriteEndObject();
        });
    }
}
