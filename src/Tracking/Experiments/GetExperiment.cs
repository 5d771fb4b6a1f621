using Assay.Tracking.Mlflow;

namespace Assay.Tracking.Experiments;

/// <summary>An experiment by its id, also a deleted one.</summary>
internal static class GetExperiment
{
    public static void Map(IEndpointRouteBuilder group) => group.MapOperationOnAny("GET", "/experiments/get", Handle, TrackingPermissions.Read);

    private static async Task Handle(MlflowCall call) => await ExperimentJson.Answer(call, await ExperimentJson.Find(call));
}
