using System.Text.Json;
using Assay.Kernel;
using Assay.Kernel.Blobs;

namespace Assay.Governance.Keys;

/// <summary>A version of the signing key, as the file <c>signing-keys.json</c> has it. Public: it holds no secret.</summary>
/// <param name="Version">1 for the first.</param>
/// <param name="Provider">Where the private key is: <c>file</c> or <c>pkcs11</c>.</param>
/// <param name="Hint">How signatures name it.</param>
/// <param name="PublicKeyPem">The public key.</param>
/// <param name="CreatedAt">When it began to sign.</param>
/// <param name="RetiredAt">When it stopped signing; null for the one that signs. What it signed before stays valid.</param>
public sealed record SigningKeyVersion(
    int Version, string Provider, string Hint, string PublicKeyPem, DateTimeOffset CreatedAt, DateTimeOffset? RetiredAt);

/// <summary>
/// The versions, in a file beside the keys: which public keys are trusted is decided where the private ones are, and not by
/// a row of the database. Every change of the file is an event of the ledger, see <see cref="KeyBook"/>.
/// </summary>
internal sealed class SigningKeyRing : ISigningKeys, IDisposable
{
    private readonly string _path;
    private readonly IReadOnlyList<IKeyProvider> _providers;
    private readonly TimeProvider _clock;
    private readonly Lock _rotating = new();
    private volatile Held _held;

    /// <param name="folder">Folder of the keys.</param>
    /// <param name="providers">Where private keys may be; new versions are made by the first.</param>
    /// <param name="clock">For the times of versions.</param>
    public SigningKeyRing(string folder, IReadOnlyList<IKeyProvider> providers, TimeProvider clock)
    {
        (_path, _providers, _clock) = (Path.Combine(folder, "signing-keys.json"), providers, clock);
        if (!File.Exists(_path))
            Start(folder);
        _held = Hold(Read());
    }

    public ISigningKey Current => _held;

    /// <summary>All versions, oldest first.</summary>
    public IReadOnlyList<SigningKeyVersion> Versions => _held.Versions;

    public string InstallationHint => _held.Versions[0].Hint;

    public string? PublicKeyOf(string hint) => _held.Versions.FirstOrDefault(version => version.Hint == hint)?.PublicKeyPem;

    /// <summary>Makes the next version, which signs from now on.</summary>
    public SigningKeyVersion Rotate()
    {
        lock (_rotating)
        {
            var versions = Read();
            var number = versions[^1].Version + 1;
            var key = _providers[0].Make(number);
            var now = _clock.GetUtcNow();
            versions[^1] = versions[^1] with { RetiredAt = now };
            versions.Add(new(number, _providers[0].Name, key.Hint, key.PublicKeyPem, now, null));
            (key as IDisposable)?.Dispose();
            Write(versions);
            _held = Hold(versions);   // who holds the older one may still finish a signature with it
            return versions[^1];
        }
    }

    public void Dispose() => (_held.Key as IDisposable)?.Dispose();

    // A home of before there were versions has a file with its key, which becomes the first.
    private void Start(string folder)
    {
        var old = _providers.FirstOrDefault(provider => provider is FileKeyProvider && File.Exists(Path.Combine(folder, "signing-key.pem")));
        var provider = old ?? _providers[0];
        var key = provider.Make(1);
        DurableFile.TryCreate(_path, Json([new(1, provider.Name, key.Hint, key.PublicKeyPem, _clock.GetUtcNow(), null)]));
        (key as IDisposable)?.Dispose();
    }

    private Held Hold(List<SigningKeyVersion> versions)
    {
        var newest = versions[^1];
        var provider = _providers.FirstOrDefault(provider => provider.Name == newest.Provider)
            ?? throw new InvalidDataException($"The signing key of version {newest.Version} is held by '{newest.Provider}', which is not configured: set Keys:Provider and its settings.");
        var key = provider.Open(newest.Version);
        return key.Hint == newest.Hint
            ? new(versions, key)
            : throw new InvalidDataException($"The signing key of version {newest.Version} is not the one that {_path} names. Restore both from a backup.");
    }

    private List<SigningKeyVersion> Read()
    {
        try
        {
            var versions = JsonSerializer.Deserialize<List<SigningKeyVersion>>(File.ReadAllBytes(_path), AssayJson.Options);
            if (versions is { Count: > 0 } && versions.TrueForAll(version => version.Hint == KeyHint.Of(version.PublicKeyPem)))
                return versions;
        }
        catch (JsonException)
        {
            // Said below.
        }

        throw new InvalidDataException($"{_path} is damaged. Restore it from a backup: it says which signatures are trusted.");
    }

    private void Write(List<SigningKeyVersion> versions) => DurableFile.Replace(_path, Json(versions));

    private static byte[] Json(List<SigningKeyVersion> versions) => JsonSerializer.SerializeToUtf8Bytes(versions, AssayJson.Indented);

    /// <summary>The versions and the key of the newest. It hands the key out without the means to end it, which scopes would use.</summary>
    private sealed record Held(IReadOnlyList<SigningKeyVersion> Versions, ISigningKey Key) : ISigningKey
    {
        public string PublicKeyPem => Key.PublicKeyPem;

        public string Hint => Key.Hint;

        public byte[] Sign(byte[] data) => Key.Sign(data);
    }
}
