using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Assay.Kernel.Refusals;
using Assay.Tracking.Store;

namespace Assay.Tracking.Runs;

/// <summary>Brings a deleted run back.</summary>
internal static class BringBackRun
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapPost("/{id}/restore", Handle).WithName("RestoreRun").Requires(TrackingPermissions.Write);

    private static async Task<RunDetail> Handle(string id, Sessions sessions, GroupWriter writer, ProjectScope scope)
    {
        if (!ShowRun.Read(id, sessions, scope.Name!).IsDeleted)
            throw Refusal.Conflict($"Run '{id}' is not deleted.");
        await DeleteRun.Move(writer, scope.Name!, id, deletedAt: null);
        return ShowRun.Read(id, sessions, scope.Name!);
    }
}
