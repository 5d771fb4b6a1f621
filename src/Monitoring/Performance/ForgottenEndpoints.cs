using Assay.Kernel;
using Assay.Kernel.Projects;
using Assay.Monitoring.Reviews;
using Assay.Monitoring.Windows;
using Assay.Serving;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Performance;

/// <summary>Keeps to the days of labels and counts also where nothing is served any more.</summary>
internal sealed class ForgottenEndpoints(IServiceScopeFactory scopes)
{
    /// <summary>Ages what endpoints left that are not among those served.</summary>
    public async Task Run(IReadOnlyList<ServedEndpoint> served, CancellationToken cancel)
    {
        var known = served.Select(endpoint => (endpoint.Project, endpoint.Name)).ToHashSet();
        foreach (var (project, endpoint) in (await Counted(cancel)).Where(left => !known.Contains(left)))
        {
            await using var scope = scopes.Enter(project, MonitoringActor.Id);
            await scope.ServiceProvider.GetRequiredService<RemovedReviews>().Run(endpoint, DateTimeOffset.UnixEpoch, cancel);
            await scope.ServiceProvider.GetRequiredService<WindowAging>().Run(endpoint, cancel);
        }
    }

    private async Task<List<(string Project, string Endpoint)>> Counted(CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var rows = await scope.ServiceProvider.GetRequiredService<AssayDb>().CountStates.IgnoreQueryFilters([AssayDb.ProjectFilter])
            .Select(row => new { row.Project, row.Endpoint }).ToListAsync(cancel);
        return rows.ConvertAll(row => (row.Project, row.Endpoint));
    }
}
