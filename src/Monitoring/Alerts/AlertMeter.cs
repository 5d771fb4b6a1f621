using System.Diagnostics.Metrics;
using Assay.Kernel;
using Assay.Monitoring.Delivery;
using Assay.Monitoring.Incidents;
using Assay.Monitoring.Monitors;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Alerts;

/// <summary>
/// Meter <c>Assay.Monitoring.Alerts</c>: gauges of what lasts and what waits, counted in the database at each tick, so that
/// every replica shows the same. At most 500 combinations of labels are shown.
/// </summary>
internal sealed class AlertMeter : ITickWork
{
    private const int SeriesMax = 500;
    private readonly IServiceScopeFactory _scopes;
    private readonly TimeProvider _clock;
    private volatile Counts _counts = new([], [], 0, 0);

    public AlertMeter(IMeterFactory meters, IServiceScopeFactory scopes, TimeProvider clock)
    {
        (_scopes, _clock) = (scopes, clock);
        var meter = meters.Create("Assay.Monitoring.Alerts");
        meter.CreateObservableGauge("alerts_active", () => _counts.Alerts, description: "Alerts that are not closed, by endpoint, source, severity and state.");
        meter.CreateObservableGauge("incidents_open", () => _counts.Incidents, description: "Incidents that are not closed, by severity.");
        meter.CreateObservableGauge("incidents_overdue", () => _counts.Overdue, description: "Incidents whose corrective action is late.");
        meter.CreateObservableGauge("alert_deliveries_failing", () => _counts.Failing, description: "Messages about alerts that a receiver has not taken and that are sent again.");
    }

    public async Task Run(CancellationToken cancel)
    {
        await using var scope = _scopes.CreateAsyncScope();
        var (db, now) = (scope.ServiceProvider.GetRequiredService<AssayDb>(), _clock.GetUtcNow());
        var alerts = await db.Alerts.IgnoreQueryFilters([AssayDb.ProjectFilter]).AsNoTracking().Where(alert => alert.State != AlertState.Closed)
            .GroupBy(alert => new { alert.Project, alert.Endpoint, alert.Source, alert.Severity, alert.State })
            .Select(group => new { group.Key, Count = group.Count() }).Take(SeriesMax).ToListAsync(cancel);
        var incidents = await db.Incidents.IgnoreQueryFilters([AssayDb.ProjectFilter]).AsNoTracking().Where(row => row.ClosedAt == null)
            .GroupBy(row => new { row.Project, row.Severity })
            .Select(group => new { group.Key, Count = group.Count() }).Take(SeriesMax).ToListAsync(cancel);
        _counts = new(
            alerts.ConvertAll(each => new Measurement<int>(
                each.Count, Tag("project", each.Key.Project), Tag("endpoint", each.Key.Endpoint), Tag("source", each.Key.Source),
                Tag("severity", each.Key.Severity.ToString().ToLowerInvariant()), Tag("state", each.Key.State.ToString().ToLowerInvariant()))),
            incidents.ConvertAll(each => new Measurement<int>(each.Count, Tag("project", each.Key.Project), Tag("severity", each.Key.Severity.ToString().ToLowerInvariant()))),
            await db.Incidents.IgnoreQueryFilters([AssayDb.ProjectFilter]).CountAsync(row => row.ClosedAt == null && row.DueAt < now, cancel),
            await db.Deliveries.IgnoreQueryFilters([AssayDb.ProjectFilter]).CountAsync(row => row.DoneAt == null && row.Attempts > 0, cancel));
    }

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);

    private sealed record Counts(List<Measurement<int>> Alerts, List<Measurement<int>> Incidents, int Overdue, int Failing);
}
