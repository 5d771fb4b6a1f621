using Assay.Tracking.Mlflow;

namespace Assay.Tracking.Experiments;

/// <summary>Brings a deleted experiment back, and its runs.</summary>
internal static class RestoreExperiment
{
    public static void Map(IEndpointRouteBuilder group) => group.MapOperationOnAny("POST", "/experiments/restore", Handle, TrackingPermissions.Write);

    private static async Task Handle(MlflowCall call)
    {
        var experiment = await ExperimentJson.Find(call, Lifecycle.Deleted);
        await DeleteExperiment.Move(call, experiment, Lifecycle.Active, new ExperimentRestored(experiment.Id));
        await call.Answer();
    }
}
