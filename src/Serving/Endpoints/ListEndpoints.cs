using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Assay.Serving.Live;
using Microsoft.EntityFrameworkCore;

namespace Assay.Serving.Endpoints;

internal static class ListEndpoints
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/", Handle).WithName("ListEndpoints").RequiresOnAny(ServingPermissions.Read);

    private static async Task<Page<EndpointSummary>> Handle(
        [AsParameters] PageRequest page, AssayDb db, LiveEndpoints live, IAccess access, CancellationToken cancel)
    {
        var reach = access.Reach(ServingPermissions.Read);
        var after = page.Cursor ?? "";
        var rows = await reach.Within(db.Endpoints.AsNoTracking(), row => row.Name)
            .Where(row => string.Compare(row.Name, after) > 0)
            .OrderBy(row => row.Name)
            .Take(page.Size + 1)
            .ToListAsync(cancel);
        return page.Of(rows.ConvertAll(live.Summarize), endpoint => endpoint.Name);
    }
}
