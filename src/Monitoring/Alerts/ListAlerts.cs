using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Alerts;

internal static class ListAlerts
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/", Handle).WithName("ListAlerts").Requires(MonitoringPermissions.Read);

    private static async Task<Ok<Page<AlertSummary>>> Handle(
        [AsParameters] PageRequest page, string? state, AssayDb db, CancellationToken cancel)
    {
        var alerts = db.Alerts.AsNoTracking();
        if (state is not null)
        {
            // A query string binds an enumeration only by its exact C# name.
            if (!Enum.TryParse<AlertState>(state, ignoreCase: true, out var wanted) || !Enum.IsDefined(wanted))
                throw Refusal.Invalid(nameof(state), $"An alert's state is open or closed, not '{state}'.");
            alerts = alerts.Where(alert => alert.State == wanted);
        }

        if (page.Cursor is { } cursor)
            alerts = alerts.Where(alert => alert.Id.CompareTo(cursor) < 0);
        var rows = await alerts.OrderByDescending(alert => alert.Id).Take(page.Size + 1).ToListAsync(cancel);
        return TypedResults.Ok(page.Of(rows.ConvertAll(alert => alert.ToSummary()), summary => summary.Id));
    }
}
