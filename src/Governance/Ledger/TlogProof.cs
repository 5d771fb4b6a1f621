using System.Globalization;
using System.Text;
using NSec.Cryptography;

namespace Assay.Governance.Ledger;

/// <summary>
/// A proof as a file that anybody can check without the server (C2SP tlog-proof). The entry itself is its extra data: who
/// checks hashes that, and so needs nothing but the file and the ledger's key.
/// </summary>
public static class TlogProof
{
    /// <summary>Ending of such files.</summary>
    public const string Extension = ".tlog-proof";

    private const string FirstLine = "c2sp.org/tlog-proof@v1";

    /// <summary>The proof as the file's text.</summary>
    public static string Write(LedgerProof proof)
    {
        var text = new StringBuilder(FirstLine).Append('\n')
            .Append("extra ").Append(Convert.ToBase64String(Encoding.UTF8.GetBytes(proof.Entry))).Append('\n')
            .Append(CultureInfo.InvariantCulture, $"index {proof.Index}\n");
        foreach (var hash in proof.Hashes)
            text.Append(hash).Append('\n');
        return text.Append('\n').Append(proof.Checkpoint).ToString();
    }

    /// <summary>Reads a file and checks it against a key: signature, tree and entry.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="verifierKey">The ledger's key in the form <c>name+id+key</c>.</param>
    /// <exception cref="FormatException">It is not such a file, or doesn't hold; the message says in one sentence why.</exception>
    public static CheckedProof Check(string text, string verifierKey)
    {
        var (origin, key) = ReadKey(verifierKey);
        var end = text.IndexOf("\n\n", StringComparison.Ordinal);
        var lines = end < 0 ? [] : text[..end].Split('\n');
        if (lines.Length < 3 || lines[0] != FirstLine)
            throw new FormatException($"This is no proof: its first line should be '{FirstLine}', with an entry, an index and a checkpoint below.");
        if (!lines[1].StartsWith("extra ", StringComparison.Ordinal) || !lines[2].StartsWith("index ", StringComparison.Ordinal)
            || !long.TryParse(lines[2]["index ".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            throw new FormatException("The proof has no entry or no index: lines two and three should begin with 'extra' and 'index'.");

        var entry = Convert.FromBase64String(lines[1]["extra ".Length..]);
        var hashes = lines.Skip(3).Select(Convert.FromBase64String).ToList();
        if (hashes.Exists(hash => hash.Length != 32))
            throw new FormatException("A hash of the proof does not have 32 bytes.");
        var head = Checkpoint.Open(text[(end + 2)..], origin, key)
            ?? throw new FormatException($"The checkpoint is not signed by the key of {origin}.");
        if (!MerkleTree.VerifyInclusion(MerkleTree.LeafHash(entry), index, head.Size, hashes, head.Root))
            throw new FormatException("The entry is not in the tree that the checkpoint signs: one of them was changed.");
        return new(index, Encoding.UTF8.GetString(entry), head.Size, Convert.ToHexStringLower(head.Root), origin);
    }

    private static (string Origin, PublicKey Key) ReadKey(string text)
    {
        var parts = text.Trim().Split('+', 3);
        var typed = new byte[64];
        if (parts.Length != 3 || !Convert.TryFromBase64String(parts[2], typed, out var length) || length != 33 || typed[0] != 1)
            throw new FormatException("The key has the form name+id+key and is an Ed25519 key; GET /api/v1/ledger/head gives it as verifierKey.");
        return (parts[0], PublicKey.Import(SignatureAlgorithm.Ed25519, typed.AsSpan(1, 32), KeyBlobFormat.RawPublicKey));
    }
}

/// <summary>A proof that holds.</summary>
/// <param name="Index">Place of the entry.</param>
/// <param name="Entry">The canonical entry that is proved.</param>
/// <param name="Size">Entries in the tree whose head was signed.</param>
/// <param name="Root">Its root, hexadecimal.</param>
/// <param name="Origin">The ledger that signed it.</param>
public sealed record CheckedProof(long Index, string Entry, long Size, string Root, string Origin);
