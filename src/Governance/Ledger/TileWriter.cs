using Assay.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Ledger;

/// <summary>The stored tree (C2SP tlog-tiles): appends leaves, folds full tiles upwards, gives roots and proofs.</summary>
internal sealed class TileWriter(AssayDb db)
{
    /// <summary>Hashes per full tile.</summary>
    public const int Width = 256;
    private const int HashBytes = 32;
    private readonly Dictionary<int, LedgerTile> _edge = [];

    /// <summary>Adds one hash to the right edge of a level; a tile that becomes full adds its root to the level above.</summary>
    public async Task Append(int level, byte[] hash, CancellationToken cancel)
    {
        if (!_edge.TryGetValue(level, out var tile))
        {
            tile = await db.LedgerTiles.Where(row => row.Level == level).OrderByDescending(row => row.Number).FirstOrDefaultAsync(cancel);
            _edge[level] = tile ??= Add(level, 0);
        }

        if (tile.Hashes.Length == Width * HashBytes)
            _edge[level] = tile = Add(level, tile.Number + 1);

        tile.Hashes = [.. tile.Hashes, .. hash];   // a new array, so that the change is seen
        if (tile.Hashes.Length == Width * HashBytes)
            await Append(level + 1, MerkleTree.Root(Split(tile.Hashes)), cancel);
    }

    /// <summary>Root of the first <paramref name="size"/> leaves, from O(log n) tiles.</summary>
    public async Task<byte[]> Root(long size, CancellationToken cancel) =>
        size == 0 ? MerkleTree.EmptyRoot : await Subtree(0, size, cancel);

    /// <summary>Sibling hashes from leaf to root (RFC 9162 §2.1.3.1).</summary>
    public async Task<List<byte[]>> Proof(long index, long size, CancellationToken cancel)
    {
        var proof = new List<byte[]>();
        var (start, end) = (0L, size);
        while (end - start > 1)
        {
            var middle = start + SplitPoint(end - start);
            var left = index < middle;
            proof.Insert(0, left ? await Subtree(middle, end, cancel) : await Subtree(start, middle, cancel));
            (start, end) = left ? (start, middle) : (middle, end);
        }

        return proof;
    }

    /// <summary>The 32-byte hashes of a tile, one by one.</summary>
    public static IEnumerable<byte[]> Split(byte[] hashes)
    {
        for (var at = 0; at < hashes.Length; at += HashBytes)
            yield return hashes[at..(at + HashBytes)];
    }

    private async Task<byte[]> Subtree(long start, long end, CancellationToken cancel)
    {
        var size = end - start;
        if (StoredLevel(start, size) is { } level)
            return await Hash(level, start >> (8 * level), cancel);
        var middle = start + SplitPoint(size);
        var left = await Subtree(start, middle, cancel);
        var right = await Subtree(middle, end, cancel);
        return MerkleTree.NodeHash(left, right);
    }

    // A perfect subtree of 256^level leaves at a multiple of its size is stored as one hash of that level.
    private static int? StoredLevel(long start, long size)
    {
        for (var level = 0; (1L << (8 * level)) <= size; level++)
        {
            if (1L << (8 * level) == size && start % size == 0)
                return level;
        }

        return null;
    }

    private async Task<byte[]> Hash(int level, long index, CancellationToken cancel)
    {
        var tile = await db.LedgerTiles.FindAsync([level, index / Width], cancel);
        var at = (int)(index % Width) * HashBytes;
        return tile is not null && tile.Hashes.Length >= at + HashBytes
            ? tile.Hashes[at..(at + HashBytes)]
            : throw new InvalidDataException($"Hash {index} of level {level} is missing from governance_ledger_tiles.");
    }

    private static long SplitPoint(long size)
    {
        var split = 1L;
        while (split * 2 < size)
            split *= 2;
        return split;
    }

    private LedgerTile Add(int level, long number)
    {
        var tile = new LedgerTile { Level = level, Number = number, Hashes = [] };
        db.LedgerTiles.Add(tile);
        return tile;
    }
}
