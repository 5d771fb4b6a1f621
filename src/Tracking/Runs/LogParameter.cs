using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Tracking.Runs;

/// <summary>Sets a parameter of an active run, which can't be changed then.</summary>
internal static class LogParameter
{
    public static void Map(IEndpointRouteBuilder group) => group.MapOperationOnAny("POST", "/runs/log-parameter", Handle, TrackingPermissions.Write);

    private static async Task Handle(MlflowCall call)
    {
        var (id, scope) = (call.Fields.RunId(), call.Scope);
        var key = Names.Demand(call.Fields.RequiredText("key"), "parameter", "key");
        var value = Names.Cut(call.Fields.Text("value"), RunParam.ValueLengthMax);
        await call.Get<GroupWriter>().Write(session =>
        {
            var run = RunWrites.FindToChange(session, scope, id);
            if (RunWrites.ParamOf(session, run, key) is { } known && known != value)
            {
                throw MlflowError.Invalid(
                    $"Changing param values is not allowed. Param with key='{key}' was already logged with value='{known}' for run ID='{id}'. Attempted logging new value '{value}'.");
            }

            RunWrites.Param(session, run, key, value);
            return run;
        });
        await call.Answer();
    }
}
