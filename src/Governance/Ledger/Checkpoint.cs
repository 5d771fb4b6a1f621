using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NSec.Cryptography;

namespace Assay.Governance.Ledger;

/// <summary>A tree head in the form of a signed note (C2SP tlog-checkpoint, signed-note).</summary>
/// <param name="Origin">Name of the log, a URL without scheme.</param>
/// <param name="Size">Leaves in the tree.</param>
/// <param name="Root">Its 32-byte root.</param>
public sealed record Checkpoint(string Origin, long Size, byte[] Root)
{
    private const byte Ed25519Type = 1;

    private string Body => string.Create(CultureInfo.InvariantCulture, $"{Origin}\n{Size}\n{Convert.ToBase64String(Root)}\n");

    /// <summary>The note with one Ed25519 signature line.</summary>
    public string Sign(NSec.Cryptography.Key key)
    {
        var signature = SignatureAlgorithm.Ed25519.Sign(key, Encoding.UTF8.GetBytes(Body));
        byte[] line = [.. KeyId(Origin, key.PublicKey), .. signature];
        return $"{Body}\n— {Origin} {Convert.ToBase64String(line)}\n";
    }

    /// <summary>Reads a note and checks its signature.</summary>
    /// <returns>The head, or null when the text isn't a note of this log signed by this key.</returns>
    public static Checkpoint? Open(string note, string origin, PublicKey key)
    {
        var end = note.IndexOf("\n\n", StringComparison.Ordinal);
        if (end < 0)
            return null;
        var lines = note[..end].Split('\n');
        if (lines.Length < 3 || lines[0] != origin || !long.TryParse(lines[1], CultureInfo.InvariantCulture, out var size))
            return null;

        var body = Encoding.UTF8.GetBytes(note[..(end + 1)]);
        var root = new byte[32];
        if (!Convert.TryFromBase64String(lines[2], root, out var length) || length != 32)
            return null;
        return note[(end + 2)..].Split('\n').Any(line => IsSignature(line, origin, key, body)) ? new(origin, size, root) : null;
    }

    /// <summary>The key as others take it: <c>name+keyid+base64(type ‖ key)</c>.</summary>
    public static string VerifierKey(string origin, PublicKey key)
    {
        byte[] typed = [Ed25519Type, .. key.Export(KeyBlobFormat.RawPublicKey)];
        return $"{origin}+{Convert.ToHexStringLower(KeyId(origin, key))}+{Convert.ToBase64String(typed)}";
    }

    private static bool IsSignature(string line, string origin, PublicKey key, byte[] body)
    {
        var parts = line.Split(' ');
        var blob = new byte[68];
        return parts is ["—", var name, var encoded] && name == origin
            && Convert.TryFromBase64String(encoded, blob, out var length) && length == 68
            && BinaryPrimitives.ReadUInt32BigEndian(blob) == BinaryPrimitives.ReadUInt32BigEndian(KeyId(origin, key))
            && SignatureAlgorithm.Ed25519.Verify(key, body, blob.AsSpan(4));
    }

    /// <summary>First four bytes of SHA-256(name ‖ 0x0A ‖ type ‖ public key).</summary>
    internal static byte[] KeyId(string origin, PublicKey key) =>
        SHA256.HashData([.. Encoding.UTF8.GetBytes(origin), 0x0A, Ed25519Type, .. key.Export(KeyBlobFormat.RawPublicKey)])[..4];
}
