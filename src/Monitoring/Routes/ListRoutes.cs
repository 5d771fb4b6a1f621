using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Assay.Monitoring.Delivery;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Routes;

internal static class ListRoutes
{
    public static void Map(RouteGroupBuilder group) => group.MapGet("/", Handle).WithName("ListAlertRoutes").Requires(MonitoringPermissions.Read);

    private static async Task<Ok<Page<AlertRouteSummary>>> Handle([AsParameters] PageRequest page, AssayDb db, TimeProvider clock, CancellationToken cancel)
    {
        var after = page.AfterId();
        var routes = await db.AlertRoutes.AsNoTracking()
            .Where(route => after == null || string.Compare(route.Id, after) > 0)
            .OrderBy(route => route.Id).Take(page.Size + 1).ToListAsync(cancel);
        var summaries = new List<AlertRouteSummary>();
        foreach (var route in routes)
            summaries.Add(await Summarize(db, route, clock.GetUtcNow(), cancel));
        return TypedResults.Ok(page.Of(summaries, route => route.Id));
    }

    public static async Task<AlertRouteSummary> Summarize(AssayDb db, AlertRoute route, DateTimeOffset now, CancellationToken cancel)
    {
        var waiting = db.Deliveries.AsNoTracking().Where(row => row.RouteId == route.Id && row.DoneAt == null);
        var problem = await waiting.Where(row => row.Problem != null).OrderByDescending(row => row.Id).Select(row => row.Problem).FirstOrDefaultAsync(cancel);
        return route.ToSummary(now, await waiting.CountAsync(row => row.Kind != DeliveryKind.Repeated, cancel), problem);
    }
}
