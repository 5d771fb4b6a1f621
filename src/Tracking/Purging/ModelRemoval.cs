using Assay.Governance;
using Assay.Kernel;
using Assay.Tracking.Artifacts;
using Assay.Tracking.LoggedModels;
using Microsoft.EntityFrameworkCore;

namespace Assay.Tracking.Purging;

/// <summary>Takes one deleted logged model away for good. Its time of deletion is that of its last change, which nobody can make afterwards.</summary>
internal sealed class ModelRemoval(AssayDb db, ILedger ledger, PurgeKeepers keepers, FileTree files)
{
    /// <returns>What went or stays; null when it was gone already.</returns>
    public async Task<PurgeItem?> Remove(LoggedModel model, DateTimeOffset before, bool dryRun, CancellationToken cancel)
    {
        var item = new PurgeItem(PurgeKind.LoggedModel, model.Id, model.Name, model.ExperimentId, model.UpdatedAt);
        await using var transaction = dryRun ? null : await db.Database.BeginTransactionAsync(cancel);
        if (!dryRun && await db.LoggedModels.Where(row => row.Key == model.Key && row.Lifecycle == Lifecycle.Deleted && row.UpdatedAt <= before).ExecuteDeleteAsync(cancel) == 0)
            return null;
        if ((await keepers.Needed([model.Id], cancel)).Values.FirstOrDefault() is { } reason)
            return item with { KeptBecause = reason };   // the transaction is not committed

        var (count, size) = await files.Below(FileTree.FolderOf(model.ArtifactUri, model.Id), remove: !dryRun, cancel);
        item = item with { Files = count, SizeBytes = size };
        if (transaction is null)
            return item;
        await Rows(model.Key, cancel);
        ledger.Append(new LoggedModelPurged(model.Id, model.ExperimentId, model.Name, item.DeletedAt, count, size));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return item;
    }

    /// <summary>Takes the rows of a model away, within the caller's transaction.</summary>
    public async Task Rows(long key, CancellationToken cancel)
    {
        await db.LoggedModelParams.Where(row => row.ModelKey == key).ExecuteDeleteAsync(cancel);
        await db.LoggedModelTags.Where(row => row.ModelKey == key).ExecuteDeleteAsync(cancel);
        await db.LoggedModelMetrics.Where(row => row.ModelKey == key).ExecuteDeleteAsync(cancel);
        await db.LoggedModels.Where(row => row.Key == key).ExecuteDeleteAsync(cancel);
    }
}
