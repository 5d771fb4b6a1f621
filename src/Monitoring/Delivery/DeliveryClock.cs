using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Assay.Monitoring.Windows;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Assay.Monitoring.Delivery;

/// <summary>
/// Looks every second for what is to be told, and tells it: each route by itself, so that a slow receiver holds up nobody
/// else. Runs in every replica; whoever claims a message first sends it.
/// </summary>
internal sealed partial class DeliveryClock(
    IServiceScopeFactory scopes, IOptions<AlertOptions> options, TimeProvider clock, ILogger<DeliveryClock> log) : BackgroundService
{
    private const int AtOnceMax = 500;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.DeliverySeconds), TimeProvider.System);
        var working = new Dictionary<string, Task>(StringComparer.Ordinal);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var done in working.Where(each => each.Value.IsCompleted).Select(each => each.Key).ToList())
                working.Remove(done);
            foreach (var (project, route) in await Due(stoppingToken))
            {
                if (!working.ContainsKey(route))
                    working[route] = Task.Run(() => Work(project, route, stoppingToken), CancellationToken.None);
            }
        }
    }

    /// <summary>Sends what is due now, one route after the other.</summary>
    internal async Task Tick(CancellationToken cancel)
    {
        foreach (var (project, route) in await Due(cancel))
            await Work(project, route, cancel);
    }

    private async Task<List<(string Project, string Route)>> Due(CancellationToken cancel)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var now = clock.GetUtcNow();
            var rows = await scope.ServiceProvider.GetRequiredService<AssayDb>().Deliveries.IgnoreQueryFilters([AssayDb.ProjectFilter]).AsNoTracking()
                .Where(row => row.DoneAt == null && row.DueAt <= now && (row.ClaimedUntil == null || row.ClaimedUntil < now))
                .OrderBy(row => row.DueAt).Take(AtOnceMax)
                .Select(row => new { row.Project, row.RouteId }).ToListAsync(cancel);
            return [.. rows.Select(row => (row.Project, row.RouteId)).Distinct()];
        }
        catch (Exception problem) when (!cancel.IsCancellationRequested)   // the database is away for a moment: nothing is lost, the next tick looks again
        {
            Failed(problem, "deliveries");
            return [];
        }
    }

    private async Task Work(string project, string route, CancellationToken cancel)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            scope.ServiceProvider.GetRequiredService<ProjectScope>().Enter(project);
            scope.ServiceProvider.GetRequiredService<Caller>().Set(WindowWriter.Actor);
            await scope.ServiceProvider.GetRequiredService<RouteWork>().Run(route, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // What was claimed is sent by whoever comes after this claim has run out.
        }
        catch (Exception problem)   // one route's trouble must not stop the others, and the next tick tries again
        {
            Failed(problem, route);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Telling alerts to {Route} failed and is tried again.")]
    private partial void Failed(Exception problem, string route);
}
