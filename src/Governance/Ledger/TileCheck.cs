using Assay.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Ledger;

/// <summary>Walks the stored leaf hashes beside the events, and recomputes the levels above them.</summary>
internal sealed class TileCheck(AssayDb db, Problems problems)
{
    private readonly Dictionary<int, List<byte[]>> _levels = [];
    private LedgerTile? _tile;
    private long _next;

    /// <summary>
    /// Compares the next stored leaf hash with the one recomputed from its event, names the event when they differ, and
    /// returns the stored one (the recomputed one when it is missing, zeros when both are).
    /// </summary>
    public async Task<byte[]> Next(byte[]? recomputed, string name, CancellationToken cancel)
    {
        var (number, at) = (_next / TileWriter.Width, (int)(_next % TileWriter.Width) * 32);
        if (_tile is null || _tile.Number != number)
            _tile = await db.LedgerTiles.AsNoTracking().SingleOrDefaultAsync(tile => tile.Level == 0 && tile.Number == number, cancel);

        var stored = _tile is not null && _tile.Hashes.Length >= at + 32 ? _tile.Hashes[at..(at + 32)] : null;
        if (stored is null)
            problems.Add($"The hash of event {_next} is missing from governance_ledger_tiles (level 0, tile {number}).");
        else if (recomputed is not null && !stored.AsSpan().SequenceEqual(recomputed))
            problems.Add($"{name} was changed: its hash is not the one in the tree.");

        var hash = stored ?? recomputed ?? new byte[32];
        Fold(0, hash);
        _next++;
        return hash;
    }

    /// <summary>Compares every stored tile above the leaves with what its children make, and finds tiles too many or too few.</summary>
    public async Task Finish(CancellationToken cancel)
    {
        var expected = _levels.Where(level => level.Key > 0).SelectMany(level => level.Value.Chunk(TileWriter.Width)
            .Select((hashes, number) => (Key: (level.Key, (long)number), Hashes: hashes.SelectMany(hash => hash).ToArray())))
            .ToDictionary(tile => tile.Key, tile => tile.Hashes);
        var leafTiles = (_next + TileWriter.Width - 1) / TileWriter.Width;

        await foreach (var tile in db.LedgerTiles.AsNoTracking().Where(tile => tile.Level > 0).AsAsyncEnumerable().WithCancellation(cancel))
        {
            if (!expected.Remove((tile.Level, tile.Number), out var hashes) || !hashes.AsSpan().SequenceEqual(tile.Hashes))
                problems.Add($"Tile {tile.Number} of level {tile.Level} in governance_ledger_tiles does not follow from the level below.");
        }

        foreach (var (level, number) in expected.Keys)
            problems.Add($"Tile {number} of level {level} was deleted from governance_ledger_tiles.");
        if (await db.LedgerTiles.CountAsync(tile => tile.Level == 0, cancel) != leafTiles)
            problems.Add($"governance_ledger_tiles should have {leafTiles} tiles of leaves for {_next} events.");
        if (_tile is not null && _tile.Hashes.Length > ((_next - 1) % TileWriter.Width + 1) * 32)
            problems.Add($"governance_ledger_tiles has more hashes than there are events: events were deleted after event {_next - 1}.");
    }

    // Levels above the leaves hold one hash for 256 below, so keeping them costs a 256th of the log's hashes.
    private void Fold(int level, byte[] hash)
    {
        if (!_levels.TryGetValue(level, out var hashes))
            _levels[level] = hashes = [];
        hashes.Add(hash);
        if (hashes.Count % TileWriter.Width != 0)
            return;
        Fold(level + 1, MerkleTree.Root(hashes.TakeLast(TileWriter.Width)));
        if (level == 0)
            hashes.Clear();
    }
}
