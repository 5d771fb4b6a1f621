using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Tracking.Runs;

/// <summary>A run with all that belongs to it, also a deleted one.</summary>
internal static class GetRun
{
    public static void Map(IEndpointRouteBuilder group) => group.MapOperationOnAny("GET", "/runs/get", Handle, TrackingPermissions.Read);

    public static Task Handle(MlflowCall call)
    {
        var (id, scope) = (call.Fields.RunId(), call.Scope);
        var run = call.Get<Sessions>().Read(session => RunReader.Get(session, scope, id));
        return call.Answer(json =>
        {
            json.WriteStartObject("run"u8);
            RunJson.Write(json, run);
            json.WriteEndObject();
        });
    }
}
