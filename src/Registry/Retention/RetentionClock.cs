using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Retention;

/// <summary>
/// At the start and once an hour, in every project: brings promises up to date, and takes away what was added to a version
/// in the moment in which it was deleted.
/// </summary>
internal sealed class RetentionClock(IServiceScopeFactory scopes, TimeProvider clock, ILogger<RetentionClock> log)
    : PeriodicWork(TimeSpan.FromHours(1), clock, log, first: TimeSpan.Zero)
{
    private const string Actor = "system:retention";
    private static readonly TimeSpan Lately = TimeSpan.FromDays(2);

    protected override string Failure => "What versions are promised could not be brought up to date.";

    protected override Task Turn(CancellationToken cancel) => Tick(cancel);

    /// <summary>Looks at every project once.</summary>
    public async Task Tick(CancellationToken cancel)
    {
        await using var outside = scopes.CreateAsyncScope();
        var db = outside.ServiceProvider.GetRequiredService<AssayDb>();
        foreach (var project in await db.Models.IgnoreQueryFilters([AssayDb.ProjectFilter]).Select(model => model.Project).Distinct().ToListAsync(cancel))
            await InProject(project, services => services.GetRequiredService<RetentionCatchUp>().Run(cancel), cancel);

        var from = Clock.GetUtcNow() - Lately;
        var deleted = await db.DeletedVersions.IgnoreQueryFilters([AssayDb.ProjectFilter]).AsNoTracking().Where(row => row.DeletedAt > from).ToListAsync(cancel);
        foreach (var row in deleted)
            await InProject(row.Project, services => services.GetRequiredService<VersionPapers>().Remove(row.Model, row.Version, cancel), cancel);
    }

    private Task InProject(string project, Func<IServiceProvider, Task> work, CancellationToken cancel) => Try($"What versions of project {project} are promised could not be brought up to date.", async () =>
    {
        await using var scope = scopes.Enter(project, Actor);
        await work(scope.ServiceProvider);
    }, cancel);
}
