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
internal sealed class WindowWriter(IEndpoints endpoints, Turns turns, ProcessLoad load, IServiceScopeFactory scopes, TimeProvider clock)
{
    private const int Attempts = 4;

    /// <summary>
    /// Flushes an endpoint, and evaluates its window when it is due, or in any case when <paramref name="asked"/>.
    /// Returns the window that was evaluated, if one was.
    /// </summary>
    public async Task<DriftWindow?> Run(ServedEndpoint served, bool asked, string actor, CancellationToken cancel)
    {
        using var turn = await turns.Take(served.Project, served.Name, cancel);
        while (await endpoints.TakeWindow(served.Project, served.Name, cancel) is { } taken)
            turn.Keep(taken);

        // Asked only now, so that nothing that was taken is of a later version. A former version's last requests may end
        // after the first ones of its successor: they say nothing about what answers, and must not end its window.
        var current = endpoints.List().FirstOrDefault(each => each.Project == served.Project && each.Name == served.Name) ?? served;
        turn.Unwritten.RemoveAll(taken => taken.Endpoint.Digest != current.Digest || taken.Endpoint.Version != current.Version);
        turn.Minutes.Look(current, endpoints.Health(current.Project, current.Name), load, clock.GetUtcNow());

        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var scope = scopes.Enter(served.Project, actor);
                await Flush(scope.ServiceProvider.GetRequiredService<AssayDb>(), current.Name, turn, cancel);
                return await scope.ServiceProvider.GetRequiredService<Evaluation>().Run(current, asked, cancel);
            }
            catch (DbUpdateException problem) when (attempt < Attempts && StorageTrouble.IsLost(problem))
            {
                // Another replica wrote the same monitor: read what it wrote, and go on from there.
            }
        }
    }

    private async Task Flush(AssayDb db, string endpoint, Turn turn, CancellationToken cancel)
    {
        if (turn.Unwritten.Count == 0)
            return;
        var open = await db.OpenWindows.SingleOrDefaultAsync(window => window.Endpoint == endpoint, cancel);
        if (open is null)
            db.OpenWindows.Add(open = new OpenWindow { Endpoint = endpoint });
        foreach (var taken in turn.Unwritten)
            open.Add(taken, clock.GetUtcNow());
        open.Add(turn.Minutes);
        await db.SaveChangesAsync(cancel);
        turn.Unwritten.Clear();
        turn.Minutes.Clear();
    }
}
