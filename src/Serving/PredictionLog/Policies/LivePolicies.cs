using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Assay.Kernel;
using Assay.Kernel.Blobs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Serving.PredictionLog.Policies;

/// <summary>A policy as it is obeyed.</summary>
internal sealed record LivePolicy(bool Enabled, int KeepDays, IReadOnlyList<string> LeftOut, IReadOnlyList<string> Hashed, byte[] HashKey);

/// <summary>The policies of all endpoints, as this process obeys them.</summary>
internal sealed class LivePolicies(IBlobs blobs, IOptions<PredictionLogOptions> options, ILogger<LivePolicies> log)
{
    /// <summary>Bytes of the key of hashes.</summary>
    public const int KeySize = 32;

    private readonly ConcurrentDictionary<(string Project, string Endpoint), LivePolicy> _policies = new();

    /// <summary>That of endpoints without one of their own.</summary>
    public LivePolicy Usual { get; } = new(options.Value.Enabled, options.Value.KeepDays, [], [], []);

    /// <summary>The endpoint's own policy, or the installation's.</summary>
    public LivePolicy Of(string project, string endpoint) => _policies.GetValueOrDefault((project, endpoint), Usual);

    /// <summary>Reads them all. Before this is done nothing may be written, for an input might be kept that shall not be.</summary>
    public async Task Load(AssayDb db, CancellationToken cancel)
    {
        foreach (var row in await db.LogPolicies.IgnoreQueryFilters([AssayDb.ProjectFilter]).AsNoTracking().ToListAsync(cancel))
            await Load(row, cancel);
    }

    /// <summary>Reads the key of a policy's hashes.</summary>
    public async Task<byte[]> Key(LogPolicy row, CancellationToken cancel)
    {
        await using var content = await blobs.Open(Digest.Parse(row.HashKey), cancel);
        var key = new byte[KeySize];
        await content.ReadExactlyAsync(key, cancel);
        return key;
    }

    /// <summary>Whether <see cref="Key"/> failed because the key is away, was changed, or can't be decrypted.</summary>
    public static bool IsUnreadable(Exception problem) =>
        problem is IOException or UnauthorizedAccessException or CryptographicException or FormatException;

    /// <summary>Obeys a policy from now on. Nothing here waits or fails, for by now the database says the same.</summary>
    public void Obey(LogPolicy row, byte[] key) => Obey(row, key, row.Enabled);

    public static IReadOnlyList<string> Names(string json) => JsonSerializer.Deserialize<List<string>>(json)!;

    private async Task Load(LogPolicy row, CancellationToken cancel)
    {
        try
        {
            Obey(row, await Key(row, cancel));
        }
        catch (Exception problem) when (IsUnreadable(problem))
        {
            // Nothing is kept rather than personal data in clear, and the other endpoints don't wait. Sinks get hashes that nobody can try out.
            log.LogError(problem, "The key of the prediction log of endpoint {Endpoint} in project {Project} can't be read. Its calls are not logged until the key is back and the server starts again.", row.Endpoint, row.Project);
            Obey(row, RandomNumberGenerator.GetBytes(KeySize), isEnabled: false);
        }
    }

    private void Obey(LogPolicy row, byte[] key, bool isEnabled) =>
        _policies[(row.Project, row.Endpoint)] = new(isEnabled, row.KeepDays, Names(row.LeftOut), Names(row.Hashed), key);
}
