using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Registry.Mlflow.Versions;

internal static class GetVersion
{
    public static void Map(IEndpointRouteBuilder group) => group.MapModelOperation("GET", "/model-versions/get", Handle, RegistryPermissions.Read);

    private static Task Handle(MlflowCall call) => Answer(call, RegistryNames.Model(call.Fields), RegistryNames.Version(call.Fields));

    /// <summary>Answers with a version and what belongs to it.</summary>
    public static Task Answer(MlflowCall call, string model, int number)
    {
        var project = call.Project;
        return Answer(call, call.Get<Sessions>().Read(session => RegistryReader.Version(session, project, model, number)));
    }

    /// <summary>Answers with a version that was read.</summary>
    public static Task Answer(MlflowCall call, VersionRow version) => call.Answer(json =>
    {
        json.WriteStartObject("model_version"u8);
        RegistryJson.Write(json, version);
        json.WriteEndObject();
    });
}
