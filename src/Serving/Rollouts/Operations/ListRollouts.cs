using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Microsoft.EntityFrameworkCore;

namespace Assay.Serving.Rollouts.Operations;

/// <summary>The roll-outs of an endpoint, newest first.</summary>
internal static class ListRollouts
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/{name}/rollouts", Handle).WithName("ListRollouts").Requires(ServingPermissions.Read, resource: "name");

    private static async Task<Page<RolloutSummary>> Handle(string name, [AsParameters] PageRequest page, AssayDb db, CancellationToken cancel)
    {
        var rows = db.Rollouts.AsNoTracking().Where(row => row.Endpoint == name);
        if (page.Cursor is { } before)
            rows = rows.Where(row => string.Compare(row.Id, before) < 0);
        var found = await rows.OrderByDescending(row => row.Id).Take(page.Size + 1).ToListAsync(cancel);
        return page.Of(found.ConvertAll(row => row.ToSummary()), rollout => rollout.Id);
    }
}
