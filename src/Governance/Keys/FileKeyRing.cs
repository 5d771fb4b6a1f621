using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Assay.Kernel.Blobs;

namespace Assay.Governance.Keys;

/// <summary>
/// Key-encryption keys in the file <c>master.key</c>: one line per version, the version's number and the key's 32 bytes in
/// Base64, newest last. A wrapped key is a 96-bit nonce, the key under AES-256-GCM, and the tag; version and context are
/// its associated data. Another process may change the file: each use looks whether it did.
/// </summary>
internal sealed class FileKeyRing : IKeyRing
{
    private const int KeySize = 32;
    private const int MacKeySize = 64;   // a block of HMAC-SHA-256
    private const int NonceSize = 12;
    private const int TagSize = 16;

    private readonly string _path;
    private volatile Held _held;

    public FileKeyRing(string folder)
    {
        _path = Path.Combine(folder, "master.key");
        KeyFile.ReadOrCreate(_path, () => Encoding.ASCII.GetBytes(Line(1, RandomNumberGenerator.GetBytes(KeySize))));
        _held = Read();
    }

    public int Newest => Current().Newest;

    /// <summary>Numbers of the versions that are there, oldest first.</summary>
    public IReadOnlyList<int> Versions => [.. Current().Keys.Keys.Order()];

    public WrappedKey Wrap(byte[] key, string context)
    {
        var ring = Current();
        var wrapped = new byte[NonceSize + key.Length + TagSize];
        var nonce = wrapped.AsSpan(0, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(ring.Keys[ring.Newest], TagSize);   // of its own: an AesGcm can't be used by two threads
        cipher.Encrypt(nonce, key, wrapped.AsSpan(NonceSize, key.Length), wrapped.AsSpan(NonceSize + key.Length), Bound(ring.Newest, context));
        return new(ring.Newest, wrapped);
    }

    public byte[] Unwrap(WrappedKey wrapped, string context)
    {
        if (!Current().Keys.TryGetValue(wrapped.Version, out var keyEncryptionKey))
            throw new CryptographicException($"master.key has no version {wrapped.Version}");
        var size = wrapped.Ciphertext.Length - NonceSize - TagSize;
        if (size is not (KeySize or MacKeySize))
            throw new CryptographicException($"a wrapped key has {NonceSize + KeySize + TagSize} or {NonceSize + MacKeySize + TagSize} bytes");

        var key = new byte[size];
        var bytes = wrapped.Ciphertext.AsSpan();
        using var cipher = new AesGcm(keyEncryptionKey, TagSize);
        cipher.Decrypt(
            bytes[..NonceSize], bytes.Slice(NonceSize, size), bytes[(NonceSize + size)..], key, Bound(wrapped.Version, context));
        return key;
    }

    /// <summary>Makes the next version, which wraps from now on.</summary>
    /// <returns>Its number.</returns>
    public async Task<int> Rotate(CancellationToken cancel)
    {
        await using var turn = await LockFile(cancel);
        var ring = Read();
        var next = ring.Newest + 1;
        Write([.. ring.Keys, new(next, RandomNumberGenerator.GetBytes(KeySize))]);
        return next;
    }

    /// <summary>Forgets a version: what is wrapped by it can't be opened any more. No error when it is gone already.</summary>
    public async Task Forget(int version, CancellationToken cancel)
    {
        await using var turn = await LockFile(cancel);
        var ring = Read();
        if (version == ring.Newest)
            throw new ArgumentException("The version that wraps can't be forgotten.", nameof(version));
        if (ring.Keys.ContainsKey(version))
            Write(ring.Keys.Where(key => key.Key != version));
    }

    private void Write(IEnumerable<KeyValuePair<int, byte[]>> keys)
    {
        DurableFile.Replace(_path, Encoding.ASCII.GetBytes(string.Concat(keys.OrderBy(key => key.Key).Select(key => Line(key.Key, key.Value)))));
        _held = Read();
    }

    // Two processes that rotate at once must not both make the same number.
    private async Task<FileStream> LockFile(CancellationToken cancel)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return new FileStream(_path + ".lock", options);
            }
            catch (IOException) when (attempt < 100)   // another process has it, for some milliseconds
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), cancel);
            }
        }
    }

    private Held Current()
    {
        var held = _held;
        var file = new FileInfo(_path);
        return !file.Exists || (file.LastWriteTimeUtc == held.WrittenAt && file.Length == held.Length) ? held : _held = Read();
    }

    private Held Read()
    {
        var file = new FileInfo(_path);
        var (writtenAt, length) = (file.LastWriteTimeUtc, file.Length);   // before the content: a change in between is seen next time
        var keys = new Dictionary<int, byte[]>();
        var newest = 0;
        foreach (var line in Encoding.ASCII.GetString(File.ReadAllBytes(_path)).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = line.Split(' ');
            var key = new byte[KeySize];
            if (parts.Length != 2
                || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out newest)
                || !Convert.TryFromBase64String(parts[1], key, out var size)
                || size != KeySize
                || !keys.TryAdd(newest, key))
                throw Damaged();
        }

        return keys.Count > 0 ? new(keys, newest, writtenAt, length) : throw Damaged();
    }

    private static string Line(int version, byte[] key) =>
        string.Create(CultureInfo.InvariantCulture, $"{version} {Convert.ToBase64String(key)}\n");

    private static byte[] Bound(int version, string context) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"assay data key\n{version}\n{context}"));

    private InvalidDataException Damaged() =>
        new($"{_path} is not a key file. Restore it from a backup: without it nothing that was stored can be read.");

    private sealed record Held(IReadOnlyDictionary<int, byte[]> Keys, int Newest, DateTime WrittenAt, long Length);
}
