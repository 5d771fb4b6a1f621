using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Assay.Kernel.Refusals;
using Assay.Serving.Live;
using Microsoft.EntityFrameworkCore;

namespace Assay.Serving.Rollouts.Operations;

/// <summary>The roll-out that goes on at an endpoint, or its last one.</summary>
internal static class ShowRollout
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/{name}/rollout", Handle).WithName("ShowRollout").Requires(ServingPermissions.Read, resource: "name");

    private static async Task<RolloutDetail> Handle(string name, AssayDb db, LiveEndpoints live, ProjectScope project, CancellationToken cancel)
    {
        var row = await db.Rollouts.AsNoTracking().Where(row => row.Endpoint == name).OrderByDescending(row => row.Id).FirstOrDefaultAsync(cancel)
            ?? throw Refusal.NotFound("roll-out at endpoint", name);
        return row.Show(live.Find(project.Name!, name));
    }
}
