using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Tracking.Runs;

/// <summary>Sets a tag of an active run, or changes it.</summary>
internal static class SetRunTag
{
    public static void Map(IEndpointRouteBuilder group) => group.MapOperationOnAny("POST", "/runs/set-tag", Handle, TrackingPermissions.Write);

    private static async Task Handle(MlflowCall call)
    {
        var (id, scope) = (call.Fields.RunId(), call.Scope);
        var key = Names.Demand(call.Fields.RequiredText("key"), "tag", "key");
        var value = Names.Cut(call.Fields.Text("value"), RunTag.ValueLengthMax);
        await call.Get<GroupWriter>().Write(session =>
        {
            var run = RunWrites.FindActive(session, scope, id);
            RunWrites.Tag(session, run.Key, key, value);
            return run;
        });
        await call.Answer();
    }
}
