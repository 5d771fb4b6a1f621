using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Assay.Monitoring.Alerts;
using Assay.Serving;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Monitors;

internal static class ListMonitors
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/", Handle).WithName("ListMonitors").RequiresOnAny(MonitoringPermissions.Read);

    private static async Task<Ok<Page<MonitorSummary>>> Handle(
        [AsParameters] PageRequest page, AssayDb db, WatchedEndpoints watched, IAccess access, CancellationToken cancel)
    {
        var reach = access.Reach(MonitoringPermissions.Read);
        var served = watched.List()
            .Where(endpoint => string.CompareOrdinal(endpoint.Name, page.Cursor) > 0 && reach.Has(endpoint.Name))
            .Take(page.Size + 1)
            .ToList();
        var summaries = new List<MonitorSummary>(served.Count);
        foreach (var endpoint in served)
            summaries.Add(await Summarize(db, endpoint, cancel));
        return TypedResults.Ok(page.Of(summaries, summary => summary.Endpoint));
    }

    private static async Task<MonitorSummary> Summarize(AssayDb db, ServedEndpoint served, CancellationToken cancel)
    {
        var last = await db.EvaluatedWindows.AsNoTracking()
            .Where(window => window.Endpoint == served.Name)
            .OrderByDescending(window => window.Id)
            .Select(window => new { window.Version, window.To, window.MaxPsi })
            .FirstOrDefaultAsync(cancel);
        var pending = await db.OpenWindows.AsNoTracking()
            .Where(window => window.Endpoint == served.Name && window.Digest == served.Digest)
            .Select(window => window.Rows)
            .SingleOrDefaultAsync(cancel);
        var alert = await db.Alerts.AsNoTracking()
            .Where(row => row.Endpoint == served.Name && row.Source == AlertSources.Drift && row.State != AlertState.Closed)
            .Select(row => new { row.Id, row.Version })
            .SingleOrDefaultAsync(cancel);

        // An alert of a former version says nothing about the one that answers now.
        var health = alert?.Version == served.Version ? MonitorHealth.Drifting
            : last?.Version == served.Version ? MonitorHealth.Healthy
            : MonitorHealth.Waiting;
        return new(served.Name, health, last?.Version, pending, last?.To, last?.MaxPsi, alert?.Id);
    }
}
