using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Assay.Governance.Ledger;

namespace Assay.Console.Pages.Ledger;

/// <summary>
/// Checks a proof of inclusion from its own bytes, so that the page claims nothing that it has not recomputed
/// (RFC 9162 section 2.1.3.2; the root and size are those of the signed note).
/// </summary>
internal static class InclusionProof
{
    /// <summary>Whether entry, leaf hash, siblings and signed root agree.</summary>
    public static bool Holds(LedgerProof proof) =>
        Head(proof) is { } head && Recompute(proof, head.Size) is { } root && root.AsSpan().SequenceEqual(head.Root)
        && Convert.ToHexStringLower(Leaf(proof)) == proof.LeafHash;

    /// <summary>Root of the signed head, hexadecimal; null when the note can't be read.</summary>
    public static string? Root(LedgerProof proof) => Head(proof) is { } head ? Convert.ToHexStringLower(head.Root) : null;

    private static byte[] Leaf(LedgerProof proof) => SHA256.HashData([0, .. Encoding.UTF8.GetBytes(proof.Entry)]);

    // A checkpoint's lines: origin, size, root in base64, then signatures.
    private static (long Size, byte[] Root)? Head(LedgerProof proof)
    {
        var lines = proof.Checkpoint.Split('\n');
        return lines.Length >= 3 && long.TryParse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            ? (size, Convert.FromBase64String(lines[2]))
            : null;
    }

    private static byte[]? Recompute(LedgerProof proof, long size)
    {
        if (proof.Index < 0 || proof.Index >= size)
            return null;
        var (node, last, hash) = (proof.Index, size - 1, Leaf(proof));
        foreach (var sibling in proof.Hashes.Select(Convert.FromBase64String))
        {
            if (last == 0)
                return null;
            if ((node & 1) == 1 || node == last)
            {
                hash = Parent(sibling, hash);
                while ((node & 1) == 0 && node != 0)
                    (node, last) = (node >> 1, last >> 1);
            }
            else
            {
                hash = Parent(hash, sibling);
            }

            (node, last) = (node >> 1, last >> 1);
        }

        return last == 0 ? hash : null;
    }

    private static byte[] Parent(byte[] left, byte[] right) => SHA256.HashData([1, .. left, .. right]);
}
