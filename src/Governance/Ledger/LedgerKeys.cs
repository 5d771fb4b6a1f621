using System.Security.Cryptography;
using System.Text;
using Assay.Governance.Keys;
using Assay.Kernel.Homes;
using NSec.Cryptography;

namespace Assay.Governance.Ledger;

/// <summary>The ledger's own keys: Ed25519 for heads, a secret for digests of rows and MACs of events. Made at the first start.</summary>
internal sealed class LedgerKeys : IDisposable
{
    private readonly NSec.Cryptography.Key _head;

    public LedgerKeys(AssayHome home)
    {
        var seed = ReadOrMake(Path.Combine(home.Keys, "ledger-ed25519.key"));
        _head = NSec.Cryptography.Key.Import(SignatureAlgorithm.Ed25519, seed, KeyBlobFormat.RawPrivateKey);
        var secret = ReadOrMake(Path.Combine(home.Keys, "ledger-rows.key"));
        (Rows, Events) = (new(secret), new(secret));

        // The origin must be unique per log: take it from the key, so that a copied home stays the same log.
        var id = SHA256.HashData(_head.PublicKey.Export(KeyBlobFormat.RawPublicKey));
        Origin = $"assay.local/ledger/{Convert.ToHexStringLower(id.AsSpan(0, 8))}";
    }

    /// <summary>Name of this log in checkpoints.</summary>
    public string Origin { get; }

    public RowDigests Rows { get; }

    public EventMacs Events { get; }

    public PublicKey PublicKey => _head.PublicKey;

    public string VerifierKey => Checkpoint.VerifierKey(Origin, PublicKey);

    public string Sign(long size, byte[] root) => new Checkpoint(Origin, size, root).Sign(_head);

    public void Dispose() => _head.Dispose();

    private static byte[] ReadOrMake(string path) => Convert.FromBase64String(Encoding.ASCII.GetString(
        KeyFile.ReadOrCreate(path, () => Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))))));
}
