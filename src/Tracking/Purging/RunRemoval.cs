using Assay.Governance;
using Assay.Kernel;
using Assay.Tracking.Artifacts;
using Assay.Tracking.LoggedModels;
using Assay.Tracking.Runs;
using Microsoft.EntityFrameworkCore;

namespace Assay.Tracking.Purging;

/// <summary>Takes one deleted run away for good: all of its rows in one transaction, or none.</summary>
internal sealed class RunRemoval(AssayDb db, ILedger ledger, PurgeKeepers keepers, FileTree files, ModelRemoval models)
{
    /// <returns>What went or stays; null when it is not deleted any more, or was gone already.</returns>
    public async Task<PurgeItem?> Remove(Run run, DateTimeOffset before, bool dryRun, CancellationToken cancel)
    {
        var item = new PurgeItem(PurgeKind.Run, run.Id, run.Name, run.ExperimentId, run.DeletedAt!.Value);
        await using var transaction = dryRun ? null : await db.Database.BeginTransactionAsync(cancel);

        // The row first: whoever brings the run back at this moment was first, or waits and finds it gone.
        if (!dryRun && await db.Runs.Where(row => row.Key == run.Key && row.Lifecycle == Lifecycle.Deleted && row.DeletedAt <= before).ExecuteDeleteAsync(cancel) == 0)
            return null;
        if (await db.UnsealedRuns.AnyAsync(row => row.RunKey == run.Key, cancel))
            return null;   // it is about to be sealed, and goes the next time
        var made = await OfItsFolder(run, cancel);
        var needed = await keepers.Needed([run.Id, .. made.Select(model => model.Id)], cancel);
        if (needed.Count > 0)
            return item with { KeptBecause = needed.Values.First() };   // the transaction is not committed

        var (count, size) = await files.Below(FileTree.FolderOf(run.ArtifactUri, run.Id), remove: !dryRun, cancel);
        item = item with { Files = count, SizeBytes = size };
        if (transaction is null)
            return item;
        var points = await Parts(run.Key, cancel);
        foreach (var model in made)
            await models.Rows(model.Key, cancel);
        if (await db.Seals.SingleOrDefaultAsync(seal => seal.RunId == run.Id, cancel) is { } sealedAs)
            db.Seals.Remove(sealedAs);
        ledger.Append(new RunPurged(run.Id, run.ExperimentId, run.Name, item.DeletedAt, points, count, size));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return item;
    }

    // Models that were made of a folder of the run: their files are the run's.
    private Task<List<LoggedModel>> OfItsFolder(Run run, CancellationToken cancel) => db.LoggedModels.AsNoTracking()
        .Where(model => model.ExperimentKey == run.ExperimentKey && model.SourceRunId == run.Id && model.ArtifactUri.StartsWith(run.ArtifactUri + "/"))
        .ToListAsync(cancel);

    private async Task<int> Parts(long key, CancellationToken cancel)
    {
        await db.RunParams.Where(row => row.RunKey == key).ExecuteDeleteAsync(cancel);
        await db.RunTags.Where(row => row.RunKey == key).ExecuteDeleteAsync(cancel);
        await db.LatestMetrics.Where(row => row.RunKey == key).ExecuteDeleteAsync(cancel);
        await db.RunInputs.Where(row => row.RunKey == key).ExecuteDeleteAsync(cancel);
        await db.RunInputTags.Where(row => row.RunKey == key).ExecuteDeleteAsync(cancel);
        await db.RunModels.Where(row => row.RunKey == key).ExecuteDeleteAsync(cancel);
        return await db.RunMetrics.Where(row => row.RunKey == key).ExecuteDeleteAsync(cancel);
    }
}
