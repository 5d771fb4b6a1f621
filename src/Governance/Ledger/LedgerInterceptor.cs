using System.Data.Common;
using Assay.Kernel;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Assay.Governance.Ledger;

/// <summary>
/// Completes events as they are saved: the last one of a SaveChanges states every recorded row that it changes. A recorded
/// change without an event is a defect of the caller and throws, so it can't be written by accident.
/// </summary>
internal sealed class LedgerInterceptor(RowDigests digests, EventMacs macs, LedgerSignal signal) : SaveChangesInterceptor, IDbTransactionInterceptor
{
    public override ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        Complete(eventData.Context!);
        return ValueTask.FromResult(result);
    }

    public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result) =>
        throw new InvalidOperationException("Use SaveChangesAsync: the guards of AssayDb stand there.");

    public override ValueTask<int> SavedChangesAsync(SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        signal.Raise();
        return ValueTask.FromResult(result);
    }

    public Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        signal.Raise();
        return Task.CompletedTask;
    }

    private void Complete(DbContext context)
    {
        var entries = context.ChangeTracker.Entries().ToList();
        var changed = entries
            .Where(entry => entry.State is EntityState.Added or EntityState.Modified or EntityState.Deleted)
            .Where(entry => Recorded.HasStatements(entry.Metadata))
            .Where(entry => entry.State != EntityState.Modified || entry.Properties.Any(property => property.IsModified && Recorded.IsStated(property.Metadata)))
            .ToList();
        var events = entries.Where(entry => entry is { State: EntityState.Added, Entity: LedgerRow }).Select(entry => (LedgerRow)entry.Entity).ToList();

        if (changed.Count > 0 && events.Count == 0)
            throw new InvalidOperationException(
                $"A change of {changed[0].Metadata.GetTableName()} needs a ledger event in the same SaveChanges: call ILedger.Append first.");

        for (var i = 0; i < events.Count; i++)
        {
            var statements = i == events.Count - 1
                ? changed.Select(entry => digests.State(entry, entry.State == EntityState.Deleted)).ToList()
                : [];
            events[i].Body = LedgerBody.Complete(events[i].Body, statements);
            events[i].Mac = macs.Of(events[i].Id, events[i].Body);
        }
    }
}

/// <summary>Wakes the sequencer after a commit.</summary>
internal sealed class LedgerSignal : IDisposable
{
    private readonly SemaphoreSlim _pending = new(0, 1);

    public void Raise()
    {
        try
        {
            _pending.Release();
        }
        catch (SemaphoreFullException)
        {
            // Raised already and not yet seen: one wake-up is enough.
        }
    }

    public Task<bool> Wait(TimeSpan atMost, CancellationToken cancel) => _pending.WaitAsync(atMost, cancel);

    public void Dispose() => _pending.Dispose();
}
