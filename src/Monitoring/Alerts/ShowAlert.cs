using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Alerts;

internal static class ShowAlert
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/{id}", Handle).WithName("ShowAlert").RequiresBehind(MonitoringPermissions.Read, "id", EndpointOf);

    /// <summary>The endpoint that an alert is about; null when there is no such alert.</summary>
    public static Task<string?> EndpointOf(HttpContext http, string id) =>
        http.RequestServices.GetRequiredService<AssayDb>().Alerts.AsNoTracking()
            .Where(alert => alert.Id == id).Select(alert => alert.Endpoint).SingleOrDefaultAsync(http.RequestAborted);

    private static async Task<Ok<AlertDetail>> Handle(string id, AssayDb db, CancellationToken cancel)
    {
        var alert = await db.Alerts.AsNoTracking().SingleOrDefaultAsync(alert => alert.Id == id, cancel) ?? throw Refusal.NotFound("alert", id);
        return TypedResults.Ok(alert.ToDetail());
    }
}
