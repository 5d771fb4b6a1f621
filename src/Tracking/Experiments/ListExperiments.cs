using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Microsoft.EntityFrameworkCore;

namespace Assay.Tracking.Experiments;

internal static class ListExperiments
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/", Handle).WithName("ListExperiments").Requires(TrackingPermissions.Read);

    private static async Task<Page<ExperimentSummary>> Handle(
        [AsParameters] PageRequest page, AssayDb db, ExperimentBook book, CancellationToken cancel)
    {
        await book.EnsureDefault(cancel);
        var experiments = db.Experiments.Where(experiment => experiment.Lifecycle == Lifecycle.Active);
        if (page.Cursor is { } cursor)
            experiments = experiments.Where(experiment => experiment.Id.CompareTo(cursor) > 0);

        var runs = db.Runs;
        var rows = await experiments
            .OrderBy(experiment => experiment.Id)
            .Take(page.Size + 1)
            .Select(experiment => new ExperimentSummary(
                experiment.Id,
                experiment.Name,
                experiment.CreatedAt,
                runs.Count(run => run.ExperimentKey == experiment.Key && run.Lifecycle == Lifecycle.Active)))
            .ToListAsync(cancel);
        return page.Of(rows, experiment => experiment.Id);
    }
}
