using Assay.Kernel;
using Assay.Tracking.Mlflow;
using Microsoft.EntityFrameworkCore;

namespace Assay.Tracking.Experiments;

/// <summary>Takes a tag of an experiment away.</summary>
internal static class DeleteExperimentTag
{
    public static void Map(IEndpointRouteBuilder group) => group.MapOperationOnAny("POST", "/experiments/delete-experiment-tag", Handle, TrackingPermissions.Write);

    private static async Task Handle(MlflowCall call)
    {
        var key = call.Fields.RequiredText("key");
        var experiment = await ExperimentJson.FindActive(call);
        var removed = await call.Get<AssayDb>().ExperimentTags.Where(tag => tag.ExperimentKey == experiment.Key && tag.Key == key).ExecuteDeleteAsync(call.Cancel);
        if (removed == 0)
            throw MlflowError.NotFound($"No tag with name: {key} in experiment with id {experiment.Id}");
        await call.Answer();
    }
}
