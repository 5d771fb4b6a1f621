using Assay.Kernel;
using Assay.Kernel.Projects;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Monitors;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Incidents;

/// <summary>Raises an alert for each endpoint with an incident whose corrective action is late, and closes it when none is.</summary>
internal sealed class OverdueIncidents(IServiceScopeFactory scopes, TimeProvider clock) : ITickWork
{
    public async Task Run(CancellationToken cancel)
    {
        var (late, open) = await Read(cancel);
        foreach (var (project, endpoint) in late.Keys.Concat(open).Distinct())
            await Settle(project, endpoint, late.GetValueOrDefault((project, endpoint)), cancel);
    }

    private async Task<(Dictionary<(string Project, string Endpoint), string> Late, List<(string Project, string Endpoint)> Open)> Read(CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var (db, now) = (scope.ServiceProvider.GetRequiredService<AssayDb>(), clock.GetUtcNow());
        var late = await db.Incidents.IgnoreQueryFilters([AssayDb.ProjectFilter]).AsNoTracking()
            .Where(row => row.ClosedAt == null && row.DueAt < now)
            .OrderBy(row => row.DueAt).Select(row => new { row.Project, row.Endpoint, row.Title, row.DueAt }).ToListAsync(cancel);
        var open = await db.Alerts.IgnoreQueryFilters([AssayDb.ProjectFilter]).AsNoTracking()
            .Where(alert => alert.Source == AlertSources.Incident && alert.State != AlertState.Closed)
            .Select(alert => new { alert.Project, alert.Endpoint }).ToListAsync(cancel);
        return (
            late.GroupBy(row => (row.Project, row.Endpoint)).ToDictionary(
                rows => rows.Key,
                rows => $"The corrective action of the incident '{rows.First().Title}' was due at {Finding.Moment(rows.First().DueAt!.Value)}{(rows.Count() > 1 ? $", and of {rows.Count() - 1} more" : "")}."),
            open.ConvertAll(alert => (alert.Project, alert.Endpoint)));
    }

    private async Task Settle(string project, string endpoint, string? late, CancellationToken cancel)
    {
        await using var scope = scopes.Enter(project, MonitoringActor.Id);
        var book = scope.ServiceProvider.GetRequiredService<AlertBook>();
        if (late is null)
            await book.Calm(endpoint, AlertSources.Incident, "No corrective action is late any more.", cancel);
        else if (await book.FindOpen(endpoint, AlertSources.Incident, cancel) is null)
            await book.Raise(new(endpoint, AlertSources.Incident, AlertSeverity.Warning, late), cancel);
        await scope.ServiceProvider.GetRequiredService<AssayDb>().SaveChangesAsync(cancel);
    }
}
