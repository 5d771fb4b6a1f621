using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Tracking.Purging;

/// <summary>At the start and once an hour, in every project: takes away for good what was deleted long enough ago.</summary>
internal sealed class PurgeClock(
    IServiceScopeFactory scopes, IOptions<PurgeOptions> options, IBlobSweeper sweeper, TimeProvider clock, ILogger<PurgeClock> log)
    : PeriodicWork(TimeSpan.FromHours(1), clock, log, first: TimeSpan.Zero)
{
    private const string Actor = "system:purge";
    private const int AtOnce = 100;

    protected override string Failure => "What was deleted long ago could not be taken away.";

    protected override Task Turn(CancellationToken cancel) => Tick(cancel);

    /// <summary>Looks at every project once.</summary>
    /// <returns>How many things went.</returns>
    public async Task<int> Tick(CancellationToken cancel)
    {
        await using var outside = scopes.CreateAsyncScope();
        var db = outside.ServiceProvider.GetRequiredService<AssayDb>();
        var gone = 0;
        foreach (var project in await db.Experiments.IgnoreQueryFilters([AssayDb.ProjectFilter]).Select(row => row.Project).Distinct().ToListAsync(cancel))
        {
            await Try($"What was deleted long ago in project {project} could not be taken away.", async () =>
                gone += await InProject(project, Clock.GetUtcNow() - TimeSpan.FromDays(options.Value.KeepDeletedDays), cancel), cancel);
        }

        if (gone > 0)
            sweeper.Soon();
        return gone;
    }

    private async Task<int> InProject(string project, DateTimeOffset before, CancellationToken cancel)
    {
        await using var scope = scopes.Enter(project, Actor);
        var purge = scope.ServiceProvider.GetRequiredService<Purge>();
        var (gone, cursor) = (0, (string?)null);
        do
        {
            var page = await purge.Next(before, cursor, AtOnce, dryRun: false, cancel);
            gone += page.Items.Count(item => item.KeptBecause is null);
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return gone;
    }
}
