using Assay.Tracking.Mlflow;
using Assay.Tracking.Runs;
using Assay.Tracking.Store;

namespace Assay.Tracking.Inputs;

/// <summary>Says which models an active run has made, and at which step.</summary>
internal static class LogOutputs
{
    public static void Map(IEndpointRouteBuilder group) => group.MapOperationOnAny("POST", "/runs/outputs", Handle, TrackingPermissions.Write);

    private static async Task Handle(MlflowCall call)
    {
        var (id, scope) = (call.Fields.RunId(), call.Scope);
        var models = call.Fields.List("models")
            .Select(item => (Id: LogInputs.ModelOf(item, "models"), Step: item.Member("step") is { } step ? JsonFields.Integer(step, "models.step") : 0)).ToList();
        if (models.Count == 0)
            throw MlflowError.Missing("models");
        await call.Get<GroupWriter>().Write(session =>
        {
            var run = RunWrites.FindToChange(session, scope, id);
            foreach (var (model, step) in models)
                InputWrites.Model(session, run, isOutput: true, model, step);
            return run;
        });
        await call.Answer();
    }
}
