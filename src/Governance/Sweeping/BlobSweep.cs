using System.Buffers.Binary;
using Assay.Governance.Ledger;
using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Kernel.Homes;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Sweeping;

/// <summary>
/// One sweep. A blob goes when no row named it, twice, and nobody has put it for the time of grace: whoever is about to name
/// one has just put it, and putting counts even where the bytes were there. What a crash leaves, the next sweep finds.
/// </summary>
internal sealed class BlobSweep(
    AssayDb db, IBlobs blobs, IEnumerable<IBlobNames> modules, ILedger ledger, BlobMeter meter, SweepGuard guard, TimeProvider clock)
{
    /// <summary>Digests that one event can name with room to spare.</summary>
    private const int AtOnce = 500;
    private const int SweptMax = 20_000;

    public async Task<int> Run(TimeSpan grace, CancellationToken cancel)
    {
        if (!await guard.IsOurs(db, cancel))
            return 0;
        var before = clock.GetUtcNow() - grace;
        var found = await Unnamed(before, cancel);
        if (found.Count > 0)
        {
            var named = await Named(cancel);
            found.RemoveAll(digest => named.Contains(Short(digest)));
        }

        var removed = 0;
        foreach (var some in found.Chunk(AtOnce))
        {
            // Stated first: bytes may be there that are said to go, never the other way about.
            ledger.Append(new BlobsSwept(some.Length, [.. some.Select(digest => digest.ToString())]));
            await db.SaveChangesAsync(cancel);
            db.ChangeTracker.Clear();
            foreach (var digest in some)
            {
                if (await blobs.Remove(digest, before, cancel) is not { } size)
                    continue;
                meter.Swept(size);
                removed++;
            }
        }

        return removed;
    }

    private async Task<List<Digest>> Unnamed(DateTimeOffset before, CancellationToken cancel)
    {
        var named = await Named(cancel);
        var found = new List<Digest>();
        await foreach (var digest in blobs.List(cancel))
        {
            if (!named.Contains(Short(digest)) && await blobs.LastPut(digest, cancel) < before)
                found.Add(digest);
            if (found.Count == SweptMax)
                break;
        }

        return found;
    }

    // 8 of 32 bytes: a million names take some 20 MB, and two that agree in them keep bytes rather than lose any.
    private async Task<HashSet<ulong>> Named(CancellationToken cancel)
    {
        var named = new HashSet<ulong>();
        foreach (var module in modules)
        {
            await foreach (var text in module.All(db, cancel))
            {
                if (Digest.TryParse(text, null, out var digest))
                    named.Add(Short(digest));
            }
        }

        return named;
    }

    private static ulong Short(Digest digest) => BinaryPrimitives.ReadUInt64BigEndian(digest.ToBytes());
}

/// <summary>
/// Keeps the sweep from a database that does not belong to the blobs (an older copy, or a new one beside an old home, names
/// none of what came since), and from one whose rows were changed by other means than the server.
/// </summary>
internal sealed class SweepGuard(AssayHome home, LedgerKeys keys, LastVerification last, ILogger<SweepGuard> log)
{
    public async Task<bool> IsOurs(AssayDb db, CancellationToken cancel)
    {
        if (last.Value is { Verified: false })
        {
            log.LogError("No bytes are removed: the ledger does not verify, so that rows may not name what they named. Run 'assay ledger verify'.");
            return false;
        }

        if (!File.Exists(home.CheckpointFile))
            return true;
        var text = await File.ReadAllTextAsync(home.CheckpointFile, cancel);
        var kept = Checkpoint.Open(text, keys.Origin, keys.PublicKey);
        if (kept is not null && await db.LedgerHeads.AnyAsync(head => head.Size == kept.Size && head.Checkpoint == text, cancel))
            return true;
        log.LogError("No bytes are removed: the database does not have the head of the ledger that the home keeps. Run 'assay ledger verify'.");
        return false;
    }
}
