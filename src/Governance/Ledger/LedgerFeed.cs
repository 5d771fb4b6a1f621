using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Assay.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Ledger;

internal sealed class LedgerFeed(IServiceScopeFactory scopes, Sequencer sequencer, TimeProvider clock) : ILedgerFeed
{
    private const int BatchMax = 500;

    public Task<long> Size(CancellationToken cancel) => sequencer.Flush(cancel);

    public async IAsyncEnumerable<LedgerEntry> Follow(long fromIndex, [EnumeratorCancellation] CancellationToken cancel)
    {
        var next = fromIndex;
        while (!cancel.IsCancellationRequested)
        {
            var grown = sequencer.Grown;
            foreach (var entry in await Read(next, cancel))
            {
                yield return entry;
                next = entry.Index + 1;
            }

            // The time-out is for events that another replica has placed.
            if (await Max(cancel) <= next)
                await Task.WhenAny(grown, Task.Delay(TimeSpan.FromSeconds(1), clock, cancel));
        }
    }

    private async Task<List<LedgerEntry>> Read(long from, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AssayDb>();
        var rows = await db.LedgerEvents.AsNoTracking().Where(row => row.Index >= from).OrderBy(row => row.Index).Take(BatchMax).ToListAsync(cancel);
        return rows.ConvertAll(Entry);
    }

    private async Task<long> Max(CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AssayDb>();
        return (await db.LedgerEvents.MaxAsync(row => row.Index, cancel) ?? -1) + 1;
    }

    public static LedgerEntry Entry(LedgerRow row) => new(
        row.Index!.Value, row.Id, row.At, row.Type, row.Subject, row.Actor, row.Project, row.Outcome,
        JsonDocument.Parse(row.Body).RootElement.GetProperty("data"),
        LeafHash(row));

    /// <summary>RFC 6962 leaf hash of the canonical entry, hexadecimal.</summary>
    public static string LeafHash(LedgerRow row) => Convert.ToHexStringLower(MerkleTree.LeafHash(Encoding.UTF8.GetBytes(row.Body)));
}
