using Assay.Kernel;
using Assay.Kernel.Permissions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Assay.Monitoring.Routes;

internal static class ChangeRoute
{
    public static void Map(RouteGroupBuilder group) => group.MapPut("/{id}", Handle).WithName("ChangeAlertRoute").Requires(MonitoringPermissions.Route);

    private static async Task<Ok<AlertRouteDetail>> Handle(string id, AlertRouteRequest request, AssayDb db, RouteBook book, TimeProvider clock, CancellationToken cancel) =>
        TypedResults.Ok(await ShowRoute.Read(db, await book.Change(id, request, cancel), clock, cancel));
}
