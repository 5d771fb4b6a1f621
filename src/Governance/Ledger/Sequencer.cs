using System.Text;
using Assay.Kernel;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;

namespace Assay.Governance.Ledger;

/// <summary>
/// Gives committed events their place in the tree and signs the new head. Any replica may run it: the head's next number
/// is a primary key, so of two that try at once one fails and finds the work done. What the server didn't write it leaves aside.
/// </summary>
internal sealed class Sequencer(
    IServiceScopeFactory scopes, LedgerKeys keys, LedgerSignal signal, KeptHead keptHead, LeftAside leftAside, TimeProvider clock, ILogger<Sequencer> log)
    : BackgroundService
{
    private const int BatchMax = 1000;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private volatile TaskCompletionSource _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the tree next grows; take it before reading, so that no growth is missed.</summary>
    public Task Grown => _grown.Task;

    /// <summary>Places every event committed so far. Returns the tree's size.</summary>
    public async Task<long> Flush(CancellationToken cancel)
    {
        await _oneAtATime.WaitAsync(cancel);
        try
        {
            while (true)
            {
                var (size, more) = await PlaceBatch(cancel);
                if (!more)
                    return size;
            }
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await signal.Wait(Interval, stoppingToken);
                await Flush(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception problem)
            {
                // Another replica was first, the disk is full or the database away: the events wait, and the next round tries again.
                log.LogWarning(problem, "The ledger could not be extended. It is tried again.");
                await Task.Delay(Interval, clock, stoppingToken);
            }
        }
    }

    private async Task<(long Size, bool More)> PlaceBatch(CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AssayDb>();
        var head = await db.LedgerHeads.AsNoTracking().OrderByDescending(row => row.Number).FirstOrDefaultAsync(cancel);
        var size = head?.Size ?? 0;

        var (pending, more) = await new PendingEvents(db, keys.Events).Next(BatchMax, leftAside.Note, cancel);
        if (pending.Count == 0)
        {
            await Keep(head, new(db), cancel);
            return (size, false);
        }

        var tiles = new TileWriter(db);
        foreach (var row in pending)
        {
            row.Index = size++;
            await tiles.Append(0, MerkleTree.LeafHash(Encoding.UTF8.GetBytes(row.Body)), cancel);
        }

        var next = new LedgerHead
        {
            Number = (head?.Number ?? 0) + 1,
            Size = size,
            Checkpoint = keys.Sign(size, await tiles.Root(size, cancel)),
            At = clock.GetUtcNow(),
        };
        db.LedgerHeads.Add(next);
        await db.SaveChangesAsync(cancel);
        await Keep(next, tiles, cancel);   // after the commit: an older head in the file still verifies
        Interlocked.Exchange(ref _grown, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        return (size, more);
    }

    // The events have their places all the same, and every round tries again.
    private async Task Keep(LedgerHead? head, TileWriter tiles, CancellationToken cancel)
    {
        try
        {
            await keptHead.Advance(head, tiles, cancel);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            log.LogWarning(problem, "The ledger's newest head could not be kept in the home. It is tried again.");
        }
    }

    public override void Dispose()
    {
        _oneAtATime.Dispose();
        base.Dispose();
    }
}
