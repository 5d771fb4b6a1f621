using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Windows;
using Assay.Serving;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Monitors;

internal static class ListMonitors
{
    private const int TrendWindows = 20;
    private static readonly TimeSpan StaleAfter = TimeSpan.FromDays(1);

    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/", Handle).WithName("ListMonitors").RequiresOnAny(MonitoringPermissions.Read);

    private static async Task<Ok<Page<MonitorSummary>>> Handle(
        [AsParameters] PageRequest page, AssayDb db, WatchedEndpoints watched, IAccess access, TimeProvider clock, CancellationToken cancel)
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
            .Select(window => new { window.Endpoint, window.Digest, window.Rows, window.To }).ToListAsync(cancel)).ToLookup(window => window.Endpoint);
        var settings = await db.MonitorSettings.AsNoTracking().Where(row => names.Contains(row.Endpoint)).ToDictionaryAsync(row => row.Endpoint, row => new { row.PsiThreshold, row.MinimumRows }, cancel);
        var staleFrom = clock.GetUtcNow() - StaleAfter;
        var windows = await Newest(db, names, cancel);
        var summaries = served.ConvertAll(endpoint =>
        {
            var (open, its) = (pending[endpoint.Name].FirstOrDefault(), settings.GetValueOrDefault(endpoint.Name));
            var past = windows[endpoint.Name].ToList();
            var isStale = (open?.To ?? past.FirstOrDefault()?.To) < staleFrom;
            return Summarize(endpoint, [.. alerts[endpoint.Name]], past, its?.MinimumRows ?? new MonitorSettings().MinimumRows, isStale) with
            {
                PendingRows = open?.Digest == endpoint.Digest ? open.Rows : 0,
                PsiThreshold = its?.PsiThreshold ?? new MonitorSettings().PsiThreshold,
            };
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
            .Select(window => new PastWindow(window.Endpoint, window.Version, window.To, window.MaxPsi, window.Drifted, window.Rows))
            .ToListAsync(cancel);
        return windows.ToLookup(window => window.Endpoint);
    }

    private static MonitorSummary Summarize(ServedEndpoint served, List<LastingAlert> alerts, List<PastWindow> windows, int minimumRows, bool isStale)
    {
        var (last, drift) = (windows.FirstOrDefault(), alerts.Find(alert => alert.Source == AlertSources.Drift));
        var its = windows.FindAll(window => window.Version == served.Version);
        return new(served.Name, Health(), last?.Version, 0, last?.To, last?.MaxPsi, drift?.Id)
        {
            Model = served.Model,
            Alerts = new(
                alerts.Count(alert => alert.Severity == AlertSeverity.Critical),
                alerts.Count(alert => alert.Severity == AlertSeverity.Warning),
                alerts.Count(alert => alert.Severity == AlertSeverity.Info)),
            Trend = [.. its.Select(window => window.IsKnown(minimumRows) ? window.MaxPsi : default(double?)).Reverse()],
        };

        // Drift of a former version says nothing about the one that answers now, and its alert closes with the first window of that.
        MonitorHealth Health()
        {
            if (drift?.Version == served.Version)
                return MonitorHealth.Drifting;
            if (alerts.Exists(alert => alert != drift))
                return MonitorHealth.Alerting;
            if (its.Find(window => window.IsKnown(minimumRows)) is not { } newest)
                return MonitorHealth.Waiting;
            return newest.Drifted ? MonitorHealth.Drifting : isStale ? MonitorHealth.Stale : MonitorHealth.Healthy;
        }
    }

    private sealed record PastWindow(string Endpoint, int Version, DateTimeOffset To, double MaxPsi, bool Drifted, long Rows)
    {
        public bool IsKnown(int minimumRows) => DriftWindow.Tells(Drifted, Rows, minimumRows);
    }

    private sealed record LastingAlert(string Endpoint, string Id, string Source, AlertSeverity Severity, int Version);
}
