using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;

namespace Assay.Tracking.Runs;

internal static class ShowRun
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/{id}", Handle).WithName("ShowRun").Requires(TrackingPermissions.Read);

    private static async Task<RunSummary> Handle(string id, IRuns runs, CancellationToken cancel) =>
        await runs.Find(id, cancel) ?? throw Refusal.NotFound("run", id);
}
