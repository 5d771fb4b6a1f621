using System.Collections.Concurrent;
using Assay.Kernel;
using Assay.Kernel.Databases;
using Assay.Kernel.Projects;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Rules;
using Assay.Serving;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Windows;

/// <summary>
/// Brings live counts into the database and evaluates what is due. A crash loses at most what was counted since the last
/// flush; everything after it is one transaction.
/// </summary>
internal sealed class WindowWriter(IEndpoints endpoints, ProcessLoad load, IServiceScopeFactory scopes, TimeProvider clock)
{
    private const int Attempts = 4;

    // One writer per monitor in this process; what its endpoint handed out is there for as long as the endpoint itself.
    private readonly KeyedTurns<(string Project, string Endpoint)> _turns = new();
    private readonly ConcurrentDictionary<(string Project, string Endpoint), Unwritten> _unwritten = new();

    /// <summary>
    /// Flushes an endpoint, and evaluates its window when it is due, or in any case when <paramref name="asked"/>.
    /// Returns the window that was evaluated, if one was.
    /// </summary>
    public async Task<DriftWindow?> Run(ServedEndpoint served, bool asked, string actor, CancellationToken cancel)
    {
        var key = (served.Project, served.Name);
        using var turn = await _turns.Take(key, cancel);
        var unwritten = _unwritten.GetOrAdd(key, _ => new());
        while (await endpoints.TakeWindow(served.Project, served.Name, cancel) is { } taken)
            unwritten.Keep(taken);

        // Asked only now, so that nothing that was taken is of a later version. A former version's last requests may end
        // after the first ones of its successor: they say nothing about what answers, and must not end its window.
        var current = endpoints.List().FirstOrDefault(each => each.Project == served.Project && each.Name == served.Name) ?? served;
        unwritten.Windows.RemoveAll(taken => taken.Endpoint.Digest != current.Digest || taken.Endpoint.Version != current.Version);
        unwritten.Minutes.Look(current, endpoints.Health(current.Project, current.Name), load, clock.GetUtcNow());

        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var scope = scopes.Enter(served.Project, actor);
                await Flush(scope.ServiceProvider.GetRequiredService<AssayDb>(), current.Name, unwritten, cancel);
                return await scope.ServiceProvider.GetRequiredService<Evaluation>().Run(current, asked, cancel);
            }
            catch (DbUpdateException problem) when (attempt < Attempts && StorageTrouble.IsLost(problem))
            {
                // Another replica wrote the same monitor: read what it wrote, and go on from there.
            }
        }
    }

    private async Task Flush(AssayDb db, string endpoint, Unwritten unwritten, CancellationToken cancel)
    {
        if (unwritten.Windows.Count == 0)
            return;
        var open = await db.OpenWindows.SingleOrDefaultAsync(window => window.Endpoint == endpoint, cancel);
        if (open is null)
            db.OpenWindows.Add(open = new OpenWindow { Endpoint = endpoint });
        foreach (var taken in unwritten.Windows)
            open.Add(taken, clock.GetUtcNow());
        open.Add(unwritten.Minutes);
        await db.SaveChangesAsync(cancel);
        unwritten.Clear();
    }
}
