using Assay.Kernel;
using Assay.Tracking.Mlflow;
using Microsoft.EntityFrameworkCore;

namespace Assay.Tracking.Experiments;

/// <summary>Sets a tag of an experiment, or changes it.</summary>
internal static class SetExperimentTag
{
    public static void Map(IEndpointRouteBuilder group) => group.MapOperationOnAny("POST", "/experiments/set-experiment-tag", Handle, TrackingPermissions.Write);

    private static async Task Handle(MlflowCall call)
    {
        var key = call.Fields.RequiredText("key");
        var value = call.Fields.Text("value") ?? "";
        Names.Demand(key, "tag", "key");
        Names.DemandLength(value, ExperimentTag.ValueLengthMax, "Tag value", "value");
        var experiment = await ExperimentJson.FindActive(call);
        var db = call.Get<AssayDb>();
        if (await db.ExperimentTags.SingleOrDefaultAsync(tag => tag.ExperimentKey == experiment.Key && tag.Key == key, call.Cancel) is { } tag)
            tag.Value = value;
        else
            db.ExperimentTags.Add(new() { ExperimentKey = experiment.Key, Key = key, Value = value });
        await db.SaveChangesAsync(call.Cancel);
        await call.Answer();
    }
}
