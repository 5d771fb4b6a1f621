using Assay.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Assay.Tracking.Runs;

internal static class RunReading
{
    /// <summary>Completes rows with what belongs to them: three queries for a page, however many runs it has.</summary>
    public static async Task<List<RunSummary>> Read(AssayDb db, List<Run> runs, CancellationToken cancel)
    {
        var ids = runs.ConvertAll(run => run.Id);
        var @params = await db.RunParams.AsNoTracking().Where(param => ids.Contains(param.RunId)).ToListAsync(cancel);
        var metrics = await db.LatestMetrics.AsNoTracking().Where(metric => ids.Contains(metric.RunId)).ToListAsync(cancel);
        var tags = await db.RunTags.AsNoTracking().Where(tag => ids.Contains(tag.RunId)).ToListAsync(cancel);

        var paramsOf = @params.ToLookup(param => param.RunId);
        var metricsOf = metrics.ToLookup(metric => metric.RunId);
        var tagsOf = tags.ToLookup(tag => tag.RunId);
        return runs.ConvertAll(run => new RunSummary(
            run.Id,
            run.ExperimentId,
            run.Name,
            run.Status,
            run.StartedAt,
            run.EndedAt,
            paramsOf[run.Id].ToDictionary(param => param.Key, param => param.Value),
            // JSON has no NaN; a metric without a number is left out here and kept in its history.
            metricsOf[run.Id].Where(metric => !metric.IsNaN).ToDictionary(metric => metric.Key, metric => metric.Value),
            tagsOf[run.Id].ToDictionary(tag => tag.Key, tag => tag.Value)));
    }
}
