using Assay.Kernel;
using Assay.Kernel.Projects;
using Assay.Serving.PredictionLog.Policies;
using Microsoft.EntityFrameworkCore;

namespace Assay.Serving.PredictionLog.Files;

/// <summary>Every hour, in every project: deletes calls whose days are over, of endpoints too that are no more.</summary>
internal sealed class LogRetentionClock(IServiceScopeFactory scopes, LivePolicies policies, TimeProvider clock, ILogger<LogRetentionClock> log)
    : PeriodicWork(TimeSpan.FromHours(1), clock, log)
{
    protected override string Failure => "Predictions whose days are over could not be deleted.";

    protected override Task Turn(CancellationToken cancel) => Tick(cancel);

    /// <summary>Looks at every log once.</summary>
    /// <returns>Calls that went.</returns>
    public async Task<long> Tick(CancellationToken cancel)
    {
        await using var outside = scopes.CreateAsyncScope();
        var logs = await outside.ServiceProvider.GetRequiredService<AssayDb>().PredictionFiles.IgnoreQueryFilters([AssayDb.ProjectFilter])
            .Select(row => new { row.Project, row.Endpoint }).Distinct().ToListAsync(cancel);
        var gone = 0L;
        foreach (var found in logs)
        {
            await Try($"Predictions of endpoint {found.Endpoint} of project {found.Project} whose days are over could not be deleted.", async () =>
            {
                await using var scope = scopes.Enter(found.Project, ServingActors.Predictions);
                var before = Clock.GetUtcNow() - TimeSpan.FromDays(await Promised(scope.ServiceProvider.GetRequiredService<AssayDb>(), found.Endpoint, cancel));
                gone += await scope.ServiceProvider.GetRequiredService<FileRemoval>().Before(found.Endpoint, before, cancel);
            }, cancel);
        }

        return gone;
    }

    // As the database has it: what this process obeys may not be read yet, or be changed by another one, and nothing gives deleted calls back.
    private async Task<int> Promised(AssayDb db, string endpoint, CancellationToken cancel) =>
        await db.LogPolicies.Where(row => row.Endpoint == endpoint).Select(row => (int?)row.KeepDays).SingleOrDefaultAsync(cancel) ?? policies.Usual.KeepDays;
}
