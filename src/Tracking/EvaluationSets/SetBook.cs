using Assay.Governance;
using Assay.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Assay.Tracking.EvaluationSets;

/// <summary>Makes evaluation sets and takes them away, each with its event.</summary>
internal sealed class SetBook(AssayDb db, ILedger ledger)
{
    public async Task Add(EvaluationSet set, IReadOnlyDictionary<string, string> tags, IReadOnlyList<string> experiments, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        db.Set<EvaluationSet>().Add(set);
        ledger.Append(new EvaluationSetCreated(set.Id, set.Name, SetEvents.Told(experiments)));
        await db.SaveChangesAsync(cancel);   // gives it the key that its parts refer to
        db.Set<EvaluationSetTag>().AddRange(tags.Select(tag => new EvaluationSetTag { SetKey = set.Key, Key = tag.Key, Value = tag.Value }));
        db.Set<EvaluationSetExperiment>().AddRange(experiments.Select(id => new EvaluationSetExperiment { SetKey = set.Key, ExperimentId = id }));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
    }

    public async Task Remove(SetRow set, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (await db.Set<EvaluationSet>().Where(row => row.Key == set.Key).ExecuteDeleteAsync(cancel) == 0)
            return;
        var records = await db.Set<EvaluationRecord>().Where(row => row.SetKey == set.Key).ExecuteDeleteAsync(cancel);
        await db.Set<EvaluationSetTag>().Where(row => row.SetKey == set.Key).ExecuteDeleteAsync(cancel);
        await db.Set<EvaluationSetExperiment>().Where(row => row.SetKey == set.Key).ExecuteDeleteAsync(cancel);
        ledger.Append(new EvaluationSetDeleted(set.Id, set.Name, records));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
    }
}
