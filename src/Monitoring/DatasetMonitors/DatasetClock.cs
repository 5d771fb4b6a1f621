using Assay.Kernel;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Assay.Monitoring.DatasetMonitors;

/// <summary>Compares new versions of the watched datasets of every project, at most one of each at a look.</summary>
internal sealed class DatasetClock(IServiceScopeFactory scopes, TimeProvider clock, ILogger<DatasetClock> log)
    : ComparisonClock(TimeSpan.FromSeconds(15), scopes, clock, log)
{
    protected override async Task<IReadOnlyList<LookedAt>> All(IServiceProvider services, CancellationToken cancel)
    {
        var rows = await services.GetRequiredService<AssayDb>().DatasetMonitors.IgnoreQueryFilters([AssayDb.ProjectFilter]).AsNoTracking()
            .Select(row => new { row.Project, row.Dataset }).ToListAsync(cancel);
        return rows.ConvertAll(row => new LookedAt(row.Project, row.Dataset, (its, stop) => Look(its, row.Dataset, stop)));
    }

    private static async Task Look(IServiceProvider services, string dataset, CancellationToken cancel)
    {
        var monitor = await services.GetRequiredService<AssayDb>().DatasetMonitors.AsNoTracking().SingleOrDefaultAsync(row => row.Dataset == dataset, cancel);
        var watch = services.GetRequiredService<DatasetWatch>();
        if (monitor is not null && await watch.Next(monitor, cancel) is { } version)
            await watch.Run(monitor, version, cancel);
    }
}
