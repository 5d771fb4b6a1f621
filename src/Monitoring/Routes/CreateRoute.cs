using Assay.Kernel.Permissions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Assay.Monitoring.Routes;

internal static class CreateRoute
{
    public static void Map(RouteGroupBuilder group) => group.MapPost("/", Handle).WithName("CreateAlertRoute").Requires(MonitoringPermissions.Route);

    private static async Task<Created<AlertRouteSummary>> Handle(AlertRouteRequest request, RouteBook book, TimeProvider clock, CancellationToken cancel)
    {
        var route = await book.Create(request, cancel);
        return TypedResults.Created($"/api/v1/alert-routes/{route.Id}", route.ToSummary(clock.GetUtcNow(), 0, null));
    }
}
