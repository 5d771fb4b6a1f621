using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Assay.Kernel.Blobs;

namespace Assay.Governance.Keys;

/// <summary>
/// Key-encryption keys in the file <c>master.key</c>: one line per version, the version's number and the key's 32 bytes in
/// Base64, newest last. A wrapped key is a 96-bit nonce, the key under AES-256-GCM, and the tag; version and context are
/// its associated data.
/// </summary>
internal sealed class FileKeyRing : IKeyRing
{
    private const int KeySize = 32;
    private const int NonceSize = 12;
    private const int TagSize = 16;

    private readonly Dictionary<int, byte[]> _versions = [];
    private readonly int _newest;

    public FileKeyRing(string folder)
    {
        var path = Path.Combine(folder, "master.key");
        var content = KeyFile.ReadOrCreate(path, FirstVersion);
        foreach (var line in Encoding.ASCII.GetString(content).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = line.Split(' ');
            var key = new byte[KeySize];
            if (parts.Length != 2
                || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out _newest)
                || !Convert.TryFromBase64String(parts[1], key, out var size)
                || size != KeySize
                || !_versions.TryAdd(_newest, key))
                throw Damaged(path);
        }

        if (_versions.Count == 0)
            throw Damaged(path);
    }

    public WrappedKey Wrap(byte[] key, string context)
    {
        var wrapped = new byte[NonceSize + key.Length + TagSize];
        var nonce = wrapped.AsSpan(0, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(_versions[_newest], TagSize);   // of its own: an AesGcm can't be used by two threads
        cipher.Encrypt(nonce, key, wrapped.AsSpan(NonceSize, key.Length), wrapped.AsSpan(NonceSize + key.Length), Bound(_newest, context));
        return new(_newest, wrapped);
    }

    public byte[] Unwrap(WrappedKey wrapped, string context)
    {
        if (!_versions.TryGetValue(wrapped.Version, out var keyEncryptionKey))
            throw new CryptographicException($"master.key has no version {wrapped.Version}");
        if (wrapped.Ciphertext.Length != NonceSize + KeySize + TagSize)
            throw new CryptographicException("a wrapped key has 60 bytes");

        var key = new byte[KeySize];
        var bytes = wrapped.Ciphertext.AsSpan();
        using var cipher = new AesGcm(keyEncryptionKey, TagSize);
        cipher.Decrypt(
            bytes[..NonceSize], bytes.Slice(NonceSize, KeySize), bytes[(NonceSize + KeySize)..], key, Bound(wrapped.Version, context));
        return key;
    }

    private static byte[] FirstVersion() =>
        Encoding.ASCII.GetBytes($"1 {Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeySize))}\n");

    private static byte[] Bound(int version, string context) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"assay data key\n{version}\n{context}"));

    private static InvalidDataException Damaged(string path) =>
        new($"{path} is not a key file. Restore it from a backup: without it nothing that was stored can be read.");
}
