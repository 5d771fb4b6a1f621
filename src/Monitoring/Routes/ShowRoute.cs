using Assay.Kernel;
using Assay.Kernel.Permissions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Routes;

internal static class ShowRoute
{
    private const int Shown = 50;

    public static void Map(RouteGroupBuilder group) => group.MapGet("/{id}", Handle).WithName("ShowAlertRoute").Requires(MonitoringPermissions.Read);

    private static async Task<Ok<AlertRouteDetail>> Handle(string id, AssayDb db, RouteBook book, TimeProvider clock, CancellationToken cancel) =>
        TypedResults.Ok(await Read(db, await book.Find(id, cancel), clock, cancel));

    public static async Task<AlertRouteDetail> Read(AssayDb db, AlertRoute route, TimeProvider clock, CancellationToken cancel)
    {
        var rows = await db.Deliveries.AsNoTracking().Where(row => row.RouteId == route.Id).OrderByDescending(row => row.Id).Take(Shown).ToListAsync(cancel);
        return new(
            await ListRoutes.Summarize(db, route, clock.GetUtcNow(), cancel),
            rows.ConvertAll(row => new DeliverySummary(row.AlertId, row.Endpoint, row.Kind, row.CreatedAt, row.DueAt, row.Attempts, row.Problem is null ? row.DoneAt : null, row.Problem)));
    }
}
