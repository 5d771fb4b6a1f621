using Assay.Tracking.Mlflow;

namespace Assay.Tracking.Experiments;

/// <summary>An experiment by its id, also a deleted one.</summary>
internal static class GetExperiment
{
    public static void Map(IEndpointRouteBuilder group) => group.MapOperationOnAny("GET", "/experiments/get", Handle, TrackingPermissions.Read);

    public static async Task Handle(MlflowCall call)
    {
        var id = call.Fields.RequiredText("experiment_id");
        if (id.AsSpan(id.StartsWith('-') ? 1 : 0).ContainsAnyExceptInRange('0', '9'))
            throw MlflowError.Invalid($"Invalid experiment ID '{id}'. Experiment ID must be a valid integer.");
        await ExperimentJson.Answer(call, await ExperimentJson.Find(call));
    }
}
