using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Tracking.Experiments;
using Assay.Tracking.Store;

namespace Assay.Tracking.Runs;

/// <summary>Brings a deleted run back.</summary>
internal static class BringBackRun
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapPost("/{id}/restore", Handle).WithName("RestoreRun").RequiresOnAny(TrackingPermissions.Write);

    private static async Task<RunDetail> Handle(string id, Sessions sessions, GroupWriter writer, ExperimentScope scope)
    {
        if (!ShowRun.Read(id, sessions, scope).IsDeleted)
            throw Refusal.Conflict($"Run '{id}' is not deleted.");
        await DeleteRun.Move(writer, scope, id, deletedAt: null);
        return ShowRun.Read(id, sessions, scope);
    }
}
