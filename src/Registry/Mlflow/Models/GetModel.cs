using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Registry.Mlflow.Models;

internal static class GetModel
{
    public static void Map(IEndpointRouteBuilder group) => group.MapModelOperation("GET", "/registered-models/get", call => Answer(call, RegistryNames.Model(call.Fields)), RegistryPermissions.Read);

    /// <summary>Answers with a model and what belongs to it.</summary>
    public static Task Answer(MlflowCall call, string name)
    {
        var project = call.Project;
        var model = call.Get<Sessions>().Read(session => RegistryReader.Model(session, project, name));
        return call.Answer(json =>
        {
            json.WriteStartObject("registered_model"u8);
            RegistryJson.Write(json, model);
            json.WriteEndObject();
        });
    }
}
