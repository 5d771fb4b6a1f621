using System.Collections.Concurrent;
using System.Text.Json;
using Assay.Kernel;
using Assay.Kernel.Blobs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Serving.PredictionLog.Policies;

/// <summary>A policy as it is obeyed.</summary>
internal sealed record LivePolicy(bool Enabled, int KeepDays, IReadOnlyList<string> LeftOut, IReadOnlyList<string> Hashed, byte[] HashKey);

/// <summary>The policies of all endpoints, as this process obeys them.</summary>
internal sealed class LivePolicies(IBlobs blobs, IOptions<PredictionLogOptions> options)
{
    private readonly ConcurrentDictionary<(string Project, string Endpoint), LivePolicy> _policies = new();

    /// <summary>That of endpoints without one of their own.</summary>
    public LivePolicy Usual { get; } = new(options.Value.Enabled, options.Value.KeepDays, [], [], []);

    /// <summary>The endpoint's own policy, or the installation's.</summary>
    public LivePolicy Of(string project, string endpoint) => _policies.GetValueOrDefault((project, endpoint), Usual);

    /// <summary>Reads them all. Before this is done nothing may be written, for an input might be kept that shall not be.</summary>
    public async Task Load(AssayDb db, CancellationToken cancel)
    {
        foreach (var row in await db.LogPolicies.IgnoreQueryFilters([AssayDb.ProjectFilter]).AsNoTracking().ToListAsync(cancel))
            await Obey(row, cancel);
    }

    /// <summary>Obeys a policy from now on.</summary>
    public async Task Obey(LogPolicy row, CancellationToken cancel)
    {
        await using var content = await blobs.Open(Digest.Parse(row.HashKey), cancel);
        var key = new byte[32];
        await content.ReadExactlyAsync(key, cancel);
        _policies[(row.Project, row.Endpoint)] = new(row.Enabled, row.KeepDays, Names(row.LeftOut), Names(row.Hashed), key);
    }

    public static IReadOnlyList<string> Names(string json) => JsonSerializer.Deserialize<List<string>>(json)!;
}
