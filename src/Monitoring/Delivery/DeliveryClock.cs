using System.Collections.Concurrent;
using Assay.Kernel;
using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Assay.Monitoring.Delivery;

/// <summary>
/// Looks again and again for what is to be told, and tells it: each route by itself, so that a slow receiver holds up nobody
/// else. Runs in every replica; whoever claims a message first sends it.
/// </summary>
internal sealed class DeliveryClock(IServiceScopeFactory scopes, IOptions<AlertOptions> options, TimeProvider clock, ILogger<DeliveryClock> log)
    : PeriodicWork(TimeSpan.FromSeconds(options.Value.DeliverySeconds), clock, log)
{
    private const int AtOnceMax = 500;

    private readonly ConcurrentDictionary<string, Task> _working = new(StringComparer.Ordinal);

    protected override string Failure => "What is to be told could not be looked for.";

    protected override async Task Turn(CancellationToken cancel)
    {
        foreach (var (project, route) in await Due(cancel))
        {
            if (!_working.TryGetValue(route, out var former) || former.IsCompleted)
                _working[route] = Task.Run(() => Try($"Alerts could not be told to {route}.", () => Work(project, route, cancel), cancel), CancellationToken.None);
        }

        foreach (var done in _working.Where(each => each.Value.IsCompleted))
            _working.TryRemove(done);
    }

    /// <summary>A turn to its end: what is due is told.</summary>
    internal async Task Tick(CancellationToken cancel)
    {
        await Task.WhenAll(_working.Values);   // one that is being told has perhaps looked before the newest was due
        await Turn(cancel);
        await Task.WhenAll(_working.Values);
    }

    private async Task<List<(string Project, string Route)>> Due(CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var now = Clock.GetUtcNow();
        var rows = await scope.ServiceProvider.GetRequiredService<AssayDb>().Deliveries.IgnoreQueryFilters([AssayDb.ProjectFilter]).AsNoTracking()
            .Where(row => row.DoneAt == null && row.DueAt <= now && (row.ClaimedUntil == null || row.ClaimedUntil < now))
            .OrderBy(row => row.DueAt).Take(AtOnceMax)
            .Select(row => new { row.Project, row.RouteId }).ToListAsync(cancel);
        return [.. rows.Select(row => (row.Project, row.RouteId)).Distinct()];
    }

    // What is claimed when the host stops is sent by whoever comes after the claim has run out.
    private async Task Work(string project, string route, CancellationToken cancel)
    {
        await using var scope = scopes.Enter(project, MonitoringActor.Id);
        await scope.ServiceProvider.GetRequiredService<RouteWork>().Run(route, cancel);
    }
}
