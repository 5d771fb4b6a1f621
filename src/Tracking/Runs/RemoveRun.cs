using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Tracking.Experiments;
using Assay.Tracking.Store;

namespace Assay.Tracking.Runs;

/// <summary>Deletes a run, which stays and can be brought back.</summary>
internal static class RemoveRun
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapDelete("/{id}", Handle).WithName("DeleteRun").RequiresOnAny(TrackingPermissions.Write);

    private static async Task<RunDetail> Handle(string id, Sessions sessions, GroupWriter writer, ExperimentScope scope, TimeProvider clock)
    {
        if (ShowRun.Read(id, sessions, scope).IsDeleted)
            throw Refusal.Conflict($"Run '{id}' is deleted already.");
        await DeleteRun.Move(writer, scope, id, clock.GetUtcNow());
        return ShowRun.Read(id, sessions, scope);
    }
}
