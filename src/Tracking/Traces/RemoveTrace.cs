using Assay.Kernel.Permissions;
using Assay.Tracking.Experiments;
using Assay.Tracking.Store;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Assay.Tracking.Traces;

/// <summary>Deletes a trace for good, with its spans, assessments and files.</summary>
internal static class RemoveTrace
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapDelete("/{id}", Handle).WithName("DeleteTrace").RequiresOnAny(TrackingPermissions.Write);

    private static async Task<NoContent> Handle(string id, Sessions sessions, TraceRemoval removal, ExperimentScope scope, CancellationToken cancel)
    {
        var experiment = ShowTrace.Find(sessions, scope, id).ExperimentId;
        await removal.Remove(experiment, traces => traces.Where(trace => trace.Id == id), cancel);
        return TypedResults.NoContent();
    }
}
