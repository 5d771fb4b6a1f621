using System.Security.Cryptography;

namespace Assay.Governance.Ledger;

/// <summary>Hashing and proofs of a Merkle tree (RFC 6962 §2.1 = RFC 9162 §2.1).</summary>
public static class MerkleTree
{
    /// <summary>Root of the tree without leaves: SHA-256 of nothing.</summary>
    public static byte[] EmptyRoot => SHA256.HashData([]);

    /// <summary>SHA-256(0x00 ‖ entry).</summary>
    public static byte[] LeafHash(ReadOnlySpan<byte> entry)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([0]);
        hash.AppendData(entry);
        return hash.GetHashAndReset();
    }

    /// <summary>SHA-256(0x01 ‖ left ‖ right).</summary>
    public static byte[] NodeHash(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        Span<byte> node = stackalloc byte[65];
        node[0] = 1;
        left.CopyTo(node[1..]);
        right.CopyTo(node[33..]);
        return SHA256.HashData(node);
    }

    /// <summary>Root over leaf hashes.</summary>
    public static byte[] Root(IEnumerable<byte[]> leafHashes)
    {
        var range = new CompactRange();
        foreach (var leaf in leafHashes)
            range.Append(leaf);
        return range.Root();
    }

    /// <summary>Checks that the leaf stands at <paramref name="index"/> in the tree of that size and root (RFC 9162 §2.1.3.2).</summary>
    public static bool VerifyInclusion(byte[] leafHash, long index, long size, IReadOnlyList<byte[]> proof, byte[] root)
    {
        if (index < 0 || index >= size)
            return false;
        var (position, last, hash) = (index, size - 1, leafHash);
        foreach (var sibling in proof)
        {
            if (last == 0)
                return false;
            if ((position & 1) == 1 || position == last)
            {
                hash = NodeHash(sibling, hash);
                while ((position & 1) == 0 && position != 0)
                    (position, last) = (position >> 1, last >> 1);
            }
            else
            {
                hash = NodeHash(hash, sibling);
            }

            (position, last) = (position >> 1, last >> 1);
        }

        return last == 0 && hash.AsSpan().SequenceEqual(root);
    }
}

/// <summary>The right edge of a growing tree: the roots of its perfect subtrees, largest first. Constant memory.</summary>
public sealed class CompactRange
{
    private readonly List<(int Level, byte[] Hash)> _roots = [];

    /// <summary>Leaves so far.</summary>
    public long Size { get; private set; }

    /// <summary>Adds the next leaf.</summary>
    public void Append(byte[] leafHash)
    {
        var (level, hash) = (0, leafHash);
        while (_roots.Count > 0 && _roots[^1].Level == level)
        {
            hash = MerkleTree.NodeHash(_roots[^1].Hash, hash);
            _roots.RemoveAt(_roots.Count - 1);
            level++;
        }

        _roots.Add((level, hash));
        Size++;
    }

    /// <summary>Root of the tree as it is now.</summary>
    public byte[] Root()
    {
        if (_roots.Count == 0)
            return MerkleTree.EmptyRoot;
        var hash = _roots[^1].Hash;
        for (var i = _roots.Count - 2; i >= 0; i--)
            hash = MerkleTree.NodeHash(_roots[i].Hash, hash);
        return hash;
    }
}
