using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Assay.Monitoring.Windows;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Assay.Monitoring.DatasetMonitors;

/// <summary>Compares new versions of watched datasets, apart from the other clocks, since it reads files.</summary>
internal sealed partial class DatasetClock(IServiceScopeFactory scopes, TimeProvider clock, ILogger<DatasetClock> log) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Look, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await Tick(stoppingToken);
    }

    /// <summary>Looks at every watched dataset of every project once, and compares at most one version of each.</summary>
    internal async Task Tick(CancellationToken cancel)
    {
        foreach (var (project, dataset) in await Watched(cancel))
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                scope.ServiceProvider.GetRequiredService<ProjectScope>().Enter(project);
                scope.ServiceProvider.GetRequiredService<Caller>().Set(WindowWriter.Actor);
                var monitor = await scope.ServiceProvider.GetRequiredService<AssayDb>().DatasetMonitors.AsNoTracking().SingleOrDefaultAsync(row => row.Dataset == dataset, cancel);
                var watch = scope.ServiceProvider.GetRequiredService<DatasetWatch>();
                if (monitor is not null && await watch.Next(monitor, cancel) is { } version)
                    await watch.Run(monitor, version, cancel);
            }
            catch (DbUpdateException)
            {
                // Another replica compared this version at this moment.
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception problem)   // one dataset's trouble must not stop the others, and it is tried again
            {
                Failed(problem, $"{project}/{dataset}");
            }
        }
    }

    private async Task<List<(string Project, string Dataset)>> Watched(CancellationToken cancel)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var rows = await scope.ServiceProvider.GetRequiredService<AssayDb>().DatasetMonitors.IgnoreQueryFilters([AssayDb.ProjectFilter]).AsNoTracking()
                .Select(row => new { row.Project, row.Dataset }).ToListAsync(cancel);
            return rows.ConvertAll(row => (row.Project, row.Dataset));
        }
        catch (Exception problem) when (problem is not OperationCanceledException)   // the database is away for a moment
        {
            Failed(problem, "all datasets");
            return [];
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Versions of {What} could not be compared; it is tried again.")]
    private partial void Failed(Exception problem, string what);
}
