using Assay.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Assay.Tracking.Runs;

internal static class RunReading
{
    /// <summary>Completes rows with what belongs to them: three queries for a page, however many runs it has.</summary>
    public static async Task<List<RunSummary>> Read(AssayDb db, List<Run> runs, CancellationToken cancel)
    {
        var keys = runs.ConvertAll(run => run.Key);
        var @params = await db.RunParams.AsNoTracking().Where(param => keys.Contains(param.RunKey)).ToListAsync(cancel);
        var metrics = await db.LatestMetrics.AsNoTracking().Where(metric => keys.Contains(metric.RunKey)).ToListAsync(cancel);
        var tags = await db.RunTags.AsNoTracking().Where(tag => keys.Contains(tag.RunKey)).ToListAsync(cancel);

        var paramsOf = @params.ToLookup(param => param.RunKey);
        var metricsOf = metrics.ToLookup(metric => metric.RunKey);
        var tagsOf = tags.ToLookup(tag => tag.RunKey);
        return runs.ConvertAll(run => new RunSummary(
            run.Id,
            run.ExperimentId,
            run.Name,
            run.Status,
            run.StartedAt,
            run.EndedAt,
            paramsOf[run.Key].ToDictionary(param => param.Key, param => param.Value),
            // JSON has no NaN; a metric without a number is left out here and kept in its history.
            metricsOf[run.Key].Where(metric => metric.Value is not null).ToDictionary(metric => metric.Key, metric => metric.Value!.Value),
            tagsOf[run.Key].ToDictionary(tag => tag.Key, tag => tag.Value))
        {
            UserId = run.UserId,
            IsDeleted = run.Lifecycle == Lifecycle.Deleted,
        });
    }
}
