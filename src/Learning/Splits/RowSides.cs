using System.Buffers.Binary;
using System.Security.Cryptography;
using Assay.Kernel;

namespace Assay.Learning.Splits;

/// <summary>Which labelled rows are trained on and which are held out.</summary>
/// <param name="Train">Positions in the table, ascending.</param>
/// <param name="Holdout">Positions in the table, ascending.</param>
/// <param name="HoldoutDigest">SHA-256 over the held-out rows' identities in ascending order: the same rows, the same digest.</param>
internal sealed record RowSides(int[] Train, int[] Holdout, Digest HoldoutDigest)
{
    public static RowSides Of(byte[] identities, IEnumerable<int> rows)
    {
        List<int> train = [], holdout = [];
        foreach (var row in rows)
            (Split.IsHoldout(IdentityOf(identities, row)) ? holdout : train).Add(row);
        return new([.. train], [.. holdout], DigestOf(identities, holdout));
    }

    /// <summary>
    /// Deals the train rows to folds: within each class the different rows are put in the order of their identities and
    /// dealt in turn, so that every fold has its share of every class and equal rows are in the same fold.
    /// </summary>
    /// <param name="identities">Of every row of the table.</param>
    /// <param name="classOf">The class of a row; a constant for a number.</param>
    /// <param name="folds">How many.</param>
    /// <returns>For each of <see cref="Train"/> its fold, from 0.</returns>
    public int[] Deal(byte[] identities, Func<int, int> classOf, int folds)
    {
        var ordered = Enumerable.Range(0, Train.Length)
            .Select(position => (position, kind: classOf(Train[position]), key: OrderOf(identities, Train[position])))
            .OrderBy(row => row.kind)
            .ThenBy(row => row.key);

        var assigned = new int[Train.Length];
        var (dealt, lastKind, lastKey) = (-1, int.MinValue, 0UL);
        foreach (var (position, kind, key) in ordered)
        {
            if (kind != lastKind || key != lastKey || dealt < 0)
                dealt++;
            (lastKind, lastKey) = (kind, key);
            assigned[position] = dealt % folds;
        }

        return assigned;
    }

    private static Digest DigestOf(byte[] identities, List<int> rows)
    {
        var sorted = rows.Select(row => identities.AsMemory(row * Split.IdentityBytes, Split.IdentityBytes)).ToArray();
        Array.Sort(sorted, (a, b) => a.Span.SequenceCompareTo(b.Span));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var identity in sorted)
            hash.AppendData(identity.Span);
        return Digest.FromHash(hash.GetHashAndReset());
    }

    private static ReadOnlySpan<byte> IdentityOf(byte[] identities, int row) =>
        identities.AsSpan(row * Split.IdentityBytes, Split.IdentityBytes);

    // Not the bytes that decided the side: those are not uniform any more among the train rows.
    private static ulong OrderOf(byte[] identities, int row) =>
        BinaryPrimitives.ReadUInt64BigEndian(IdentityOf(identities, row)[8..]);
}
