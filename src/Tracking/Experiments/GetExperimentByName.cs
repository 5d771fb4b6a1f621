using Assay.Kernel;
using Assay.Tracking.Mlflow;
using Microsoft.EntityFrameworkCore;

namespace Assay.Tracking.Experiments;

/// <summary>An experiment by its name, also a deleted one.</summary>
internal static class GetExperimentByName
{
    public static void Map(IEndpointRouteBuilder group) => group.MapOperationOnAny("GET", "/experiments/get-by-name", Handle, TrackingPermissions.Read);

    private static async Task Handle(MlflowCall call)
    {
        var name = call.Fields.RequiredText("experiment_name");
        var experiment = await call.Get<AssayDb>().Experiments.AsNoTracking().SingleOrDefaultAsync(row => row.Name == name, call.Cancel)
            ?? throw MlflowError.NotFound($"Could not find experiment with name '{name}'");
        call.Scope.Demand(experiment.Id);
        await ExperimentJson.Answer(call, experiment);
    }
}
