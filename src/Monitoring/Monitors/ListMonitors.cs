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
    private const int TrendWindows = 20;

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
        var names = served.ConvertAll(endpoint => endpoint.Name);
        var alerts = (await db.Alerts.AsNoTracking()
            .Where(alert => names.Contains(alert.Endpoint) && alert.State != AlertState.Closed)
            .Select(alert => new LastingAlert(alert.Endpoint, alert.Id, alert.Source, alert.Severity, alert.Version)).ToListAsync(cancel)).ToLookup(alert => alert.Endpoint);
        var pending = (await db.OpenWindows.AsNoTracking().Where(window => names.Contains(window.Endpoint))
            .Select(window => new { window.Endpoint, window.Digest, window.Rows }).ToListAsync(cancel)).ToDictionary(window => (window.Endpoint, window.Digest), window => window.Rows);
        var thresholds = await db.MonitorSettings.AsNoTracking().Where(row => names.Contains(row.Endpoint)).ToDictionaryAsync(row => row.Endpoint, row => row.PsiThreshold, cancel);
        var windows = await Newest(db, names, cancel);
        var summaries = served.ConvertAll(endpoint => Summarize(endpoint, [.. alerts[endpoint.Name]], [.. windows[endpoint.Name]]) with
        {
            PendingRows = pending.GetValueOrDefault((endpoint.Name, endpoint.Digest)),
            PsiThreshold = thresholds.GetValueOrDefault(endpoint.Name, new MonitorSettings().PsiThreshold),
        });
        return TypedResults.Ok(page.Of(summaries, summary => summary.Endpoint));
    }

    // One query for all of them; which windows are the newest is read from the index alone, since their rows are long.
    private static async Task<ILookup<string, PastWindow>> Newest(AssayDb db, List<string> names, CancellationToken cancel)
    {
        var all = db.EvaluatedWindows;
        var newest = all.Where(window => names.Contains(window.Endpoint)).Select(window => window.Endpoint).Distinct()
            .SelectMany(name => all.Where(window => window.Endpoint == name).OrderByDescending(window => window.Id).Take(TrendWindows).Select(window => window.Id));
        var windows = await db.EvaluatedWindows.AsNoTracking()
            .Where(window => newest.Contains(window.Id))
            .OrderByDescending(window => window.Id)
            .Select(window => new PastWindow(window.Endpoint, window.Version, window.To, window.MaxPsi))
            .ToListAsync(cancel);
        return windows.ToLookup(window => window.Endpoint);
    }

    private static MonitorSummary Summarize(ServedEndpoint served, List<LastingAlert> alerts, List<PastWindow> windows)
    {
        var (last, drift) = (windows.FirstOrDefault(), alerts.Find(alert => alert.Source == AlertSources.Drift));

        // An alert of a former version says nothing about the one that answers now.
        var health = drift?.Version == served.Version ? MonitorHealth.Drifting
            : last?.Version == served.Version ? MonitorHealth.Healthy
            : MonitorHealth.Waiting;
        return new(served.Name, health, last?.Version, 0, last?.To, last?.MaxPsi, drift?.Id)
        {
            Model = served.Model,
            Alerts = new(
                alerts.Count(alert => alert.Severity == AlertSeverity.Critical),
                alerts.Count(alert => alert.Severity == AlertSeverity.Warning),
                alerts.Count(alert => alert.Severity == AlertSeverity.Info)),
            Trend = [.. windows.Where(window => window.Version == served.Version).Select(window => window.MaxPsi).Reverse()],
        };
    }

    private sealed record PastWindow(string Endpoint, int Version, DateTimeOffset To, double MaxPsi);

    private sealed record LastingAlert(string Endpoint, string Id, string Source, AlertSeverity Severity, int Version);
}
