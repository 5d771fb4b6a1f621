using System.Diagnostics.Metrics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Assay.Governance.Keys;
using Assay.Kernel.Homes;
using NSec.Cryptography;

namespace Assay.Governance.SignIn;

/// <summary>
/// Argon2id in PHC string form, of the password keyed with a secret of the home and the person's id: who writes into the
/// database alone can make no hash that lets anybody in, nor move one to another person. The parameters stand in the string,
/// so they can be raised: older hashes still verify, and are made anew when their owner signs in.
/// </summary>
/// <param name="secret">Held outside the database.</param>
/// <param name="memoryKibibytes">Argon2's m; what OWASP recommends at the least when left out.</param>
/// <param name="passes">Argon2's t; likewise.</param>
internal sealed partial class PasswordHashes(byte[] secret, int memoryKibibytes = 19_456, int passes = 2) : IDisposable
{
    private long _changes;
    private const string SecretFile = "passwords.key";
    private const int SaltBytes = 16;
    private const int HashBytes = 32;

    /// <summary>What a hash from the database may ask for at most.</summary>
    private const int MemoryKibibytesMax = 1 << 18;
    private const int PassesMax = 16;

    /// <summary>Each takes about 19 MiB and some 30 ms of a core: others wait.</summary>
    private readonly SemaphoreSlim _turns = new(2);

    /// <summary>Verified when there is nothing to verify, so that an answer takes as long for a name that nobody has.</summary>
    private readonly string _decoy = Format(memoryKibibytes, passes, RandomNumberGenerator.GetBytes(SaltBytes), RandomNumberGenerator.GetBytes(HashBytes));

    private long _computed;

    /// <summary>Hashes that were computed since the start: every answer costs one, whoever asks.</summary>
    public long Computed => Interlocked.Read(ref _computed);

    /// <summary>The home's secret for what lets people in, made at first use.</summary>
    public static byte[] Secret(AssayHome home) => KeyFile.ReadOrCreate(Path.Combine(home.Keys, SecretFile), () => RandomNumberGenerator.GetBytes(HashBytes));

    /// <summary>With the home's secret, and watched as meter <c>Assay.SignIn</c>.</summary>
    public static PasswordHashes Of(AssayHome home, IMeterFactory meters)
    {
        var hashes = new PasswordHashes(Secret(home));
        meters.Create("Assay.SignIn").CreateObservableCounter(
            "signin_password_hashes", () => hashes.Computed, description: "Argon2id hashes that were computed: one for each password that is tried or set.");
        return hashes;
    }

    /// <summary>A new hash with a new salt.</summary>
    public async Task<string> Make(string personId, string password, CancellationToken cancel)
    {
        Interlocked.Increment(ref _changes);
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        return Format(memoryKibibytes, passes, salt, await Derive(Keyed(personId, password), salt, memoryKibibytes, passes, cancel));
    }

    /// <summary>Grows with each password that is set; what was found out with the ones before is no longer sure.</summary>
    public long Changes => Interlocked.Read(ref _changes);

    /// <summary>Whether the password made the hash. Without a hash it takes as long, and the answer is no.</summary>
    public async Task<bool> Verify(string? personId, string password, string? hash, CancellationToken cancel) =>
        await Matches(Keyed(personId ?? "", password), hash ?? _decoy, cancel) && hash is not null;

    /// <summary>Whether the hash was made with less than today's parameters.</summary>
    public bool IsWeak(string hash) => Parse(hash) is not { } parts || parts.Memory < memoryKibibytes || parts.Passes < passes;

    /// <summary>Plain Argon2id: whether the text made the hash.</summary>
    internal async Task<bool> Matches(string text, string hash, CancellationToken cancel)
    {
        var (memory, iterations, salt, expected) = Parse(hash) ?? Parse(_decoy)!.Value;
        return CryptographicOperations.FixedTimeEquals(await Derive(text, salt, memory, iterations, cancel), expected);
    }

    public void Dispose() => _turns.Dispose();

    private async Task<byte[]> Derive(string text, byte[] salt, int memory, int iterations, CancellationToken cancel)
    {
        var bytes = Encoding.UTF8.GetBytes(text);   // the library would take a string in UTF-16, as no other does
        await _turns.WaitAsync(cancel);
        Interlocked.Increment(ref _computed);
        try
        {
            var algorithm = PasswordBasedKeyDerivationAlgorithm.Argon2id(
                new Argon2Parameters { DegreeOfParallelism = 1, MemorySize = memory, NumberOfPasses = iterations });
            return await Task.Run(() => algorithm.DeriveBytes(bytes, salt, HashBytes), cancel);
        }
        finally
        {
            _turns.Release();
        }
    }

    private string Keyed(string personId, string password) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"{personId}\n{password}")));

    private static string Format(int memory, int iterations, byte[] salt, byte[] hash) =>
        string.Create(CultureInfo.InvariantCulture, $"$argon2id$v=19$m={memory},t={iterations},p=1${Base64(salt)}${Base64(hash)}");

    private static string Base64(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    private static (int Memory, int Passes, byte[] Salt, byte[] Hash)? Parse(string text)
    {
        if (Phc().Match(text) is not { Success: true } match)
            return null;
        var memory = int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        var iterations = int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture);
        if (memory is < 8 or > MemoryKibibytesMax || iterations is < 1 or > PassesMax)
            return null;
        return (memory, iterations, Convert.FromBase64String(match.Groups[3].Value + "=="), Convert.FromBase64String(match.Groups[4].Value + "="));
    }

    // The lengths are fixed: 16 bytes of salt are 22 digits, 32 bytes of hash are 43.
    [GeneratedRegex(@"^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=1\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})\z")]
    private static partial Regex Phc();
}
