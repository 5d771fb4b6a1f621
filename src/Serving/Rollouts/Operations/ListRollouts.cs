using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Serving.Endpoints;
using Microsoft.EntityFrameworkCore;

namespace Assay.Serving.Rollouts.Operations;

/// <summary>The roll-outs of an endpoint, newest first.</summary>
internal static class ListRollouts
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/{name}/rollouts", Handle).WithName("ListRollouts").Requires(ServingPermissions.Read, resource: "name");

    private static async Task<Page<RolloutSummary>> Handle(string name, [AsParameters] PageRequest page, AssayDb db, CancellationToken cancel)
    {
        var (rows, after) = (db.Rollouts.AsNoTracking().Where(row => row.Endpoint == name), page.AfterId());
        // What a deleted endpoint left is shown.
        if (!await db.Endpoints.AnyAsync(row => row.Name == name, cancel) && !await rows.AnyAsync(cancel))
            throw Refusal.NotFound("endpoint", name);
        if (after is not null)
            rows = rows.Where(row => string.Compare(row.Id, after) < 0);
        var found = await rows.OrderByDescending(row => row.Id).Take(page.Size + 1).ToListAsync(cancel);
        return page.Of(found.ConvertAll(row => row.ToSummary()), rollout => rollout.Id);
    }
}
