using Assay.Governance;
using Assay.Kernel;
using Assay.Tracking.Artifacts;
using Assay.Tracking.EvaluationSets;
using Assay.Tracking.Experiments;
using Assay.Tracking.Scorers;
using Assay.Tracking.Traces;
using Assay.Tracking.Traces.Assessments;
using Assay.Tracking.Traces.Spans;
using Assay.Tracking.Views;
using Microsoft.EntityFrameworkCore;

namespace Assay.Tracking.Purging;

/// <summary>Takes one deleted experiment away for good, with what is left in it, once all of its runs are gone.</summary>
internal sealed class ExperimentRemoval(AssayDb db, ILedger ledger, PurgeKeepers keepers, FileTree files, ModelRemoval models)
{
    private const int AtOnce = 500;

    /// <returns>What went or stays; null when it is not deleted any more, or was gone already.</returns>
    public async Task<PurgeItem?> Remove(Experiment experiment, DateTimeOffset before, bool dryRun, CancellationToken cancel)
    {
        var item = new PurgeItem(PurgeKind.Experiment, experiment.Id, experiment.Name, experiment.Id, experiment.UpdatedAt);
        await using var transaction = dryRun ? null : await db.Database.BeginTransactionAsync(cancel);
        var row = await db.Experiments.SingleOrDefaultAsync(row => row.Id == experiment.Id && row.Lifecycle == Lifecycle.Deleted && row.UpdatedAt <= before, cancel);
        if (row is null)
            return null;
        if (await Obstacle(row, before, dryRun, cancel) is { } reason)
            return item with { KeptBecause = reason };
        if (transaction is null)
            return item;

        foreach (var model in await db.LoggedModels.AsNoTracking().Where(model => model.ExperimentKey == row.Key).ToListAsync(cancel))
        {
            await files.Below(FileTree.FolderOf(model.ArtifactUri, model.Id), remove: true, cancel);
            await models.Rows(model.Key, cancel);
        }

        await Traces(row.Key, cancel);

        // A place that a client chose may be that of other experiments, too.
        await files.Below(row.ArtifactLocation is null ? row.Id : $"{row.Id}/traces", remove: true, cancel);
        await db.ExperimentTags.Where(tag => tag.ExperimentKey == row.Key).ExecuteDeleteAsync(cancel);
        await db.InputDatasets.Where(dataset => dataset.ExperimentKey == row.Key).ExecuteDeleteAsync(cancel);
        await db.Set<Scorer>().Where(scorer => scorer.ExperimentId == row.Id).ExecuteDeleteAsync(cancel);
        var sets = db.Set<EvaluationSet>().Select(set => set.Key);   // of this project; they stay, and are used in one experiment less
        await db.Set<EvaluationSetExperiment>().Where(link => link.ExperimentId == row.Id && sets.Contains(link.SetKey)).ExecuteDeleteAsync(cancel);
        await db.Set<SavedView>().Where(view => view.ExperimentId == row.Id).ExecuteDeleteAsync(cancel);
        db.Experiments.Remove(row);
        ledger.Append(new ExperimentPurged(row.Id, row.Name, item.DeletedAt));
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateConcurrencyException)   // somebody brings it back at this moment
        {
            return null;
        }

        await transaction.CommitAsync(cancel);
        return item;
    }

    private async Task Traces(long experiment, CancellationToken cancel)
    {
        var traces = db.Set<Trace>().Where(trace => trace.ExperimentKey == experiment);
        var (keys, ids) = (traces.Select(trace => trace.Key), traces.Select(trace => trace.Id));
        await db.Set<TraceTag>().Where(tag => keys.Contains(tag.TraceKey)).ExecuteDeleteAsync(cancel);
        await db.Set<TraceMetadata>().Where(item => keys.Contains(item.TraceKey)).ExecuteDeleteAsync(cancel);
        await db.Set<Span>().Where(span => keys.Contains(span.TraceKey)).ExecuteDeleteAsync(cancel);
        await db.Set<Assessment>().Where(assessment => keys.Contains(assessment.TraceKey)).ExecuteDeleteAsync(cancel);
        await db.Set<TraceLink>().Where(link => ids.Contains(link.TraceId)).ExecuteDeleteAsync(cancel);
        await traces.ExecuteDeleteAsync(cancel);
    }

    private async Task<string?> Obstacle(Experiment experiment, DateTimeOffset before, bool dryRun, CancellationToken cancel)
    {
        if (experiment.Id == Experiment.DefaultId)
            return "every project has this experiment";
        if (await Staying(experiment, before, dryRun, cancel) is > 0 and var runs)
            return runs == 1 ? "a run in it stays" : $"{runs} runs in it stay";
        var inside = await db.LoggedModels.Where(model => model.ExperimentKey == experiment.Key).Select(model => model.Id).ToListAsync(cancel);
        return (await keepers.Needed(inside, cancel)).Values.FirstOrDefault();
    }

    // In a real purge the runs that go are gone by now; in a dry one they are still there.
    private async Task<int> Staying(Experiment experiment, DateTimeOffset before, bool dryRun, CancellationToken cancel)
    {
        var runs = db.Runs.AsNoTracking().Where(run => run.ExperimentKey == experiment.Key);
        var count = await runs.CountAsync(cancel);
        if (!dryRun || count == 0)
            return count;
        var leaving = await runs.Where(run => run.Lifecycle == Lifecycle.Deleted && run.DeletedAt <= before).Select(run => run.Id).ToListAsync(cancel);
        var kept = 0;
        foreach (var some in leaving.Chunk(AtOnce))
            kept += (await keepers.Needed(some, cancel)).Count;
        return count - leaving.Count + kept;
    }
}
