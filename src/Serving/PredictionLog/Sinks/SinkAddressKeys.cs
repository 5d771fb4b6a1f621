using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;

namespace Assay.Serving.PredictionLog.Sinks;

/// <summary>The address of a sink, which stays the same, was wrapped by another version of the key-encryption key.</summary>
internal sealed record EventSinkRewrapped(string Endpoint, int Version) : LedgerEvent("predictions.sink-rewrapped", $"endpoint:{Endpoint}");

/// <summary>The keys of sinks' addresses stand under the key-encryption key, too.</summary>
internal sealed class SinkAddressKeys(AssayDb db, IKeyRing ring, IServiceScopeFactory scopes, Caller caller) : IWrappedSecrets
{
    public async Task<IReadOnlyDictionary<int, long>> Count(CancellationToken cancel) =>
        (await All(cancel)).GroupBy(sink => sink.Version).ToDictionary(sinks => sinks.Key, sinks => sinks.LongCount());

    public async Task<int> Rewrap(CancellationToken cancel)
    {
        var old = (await All(cancel)).FindAll(sink => sink.Version != ring.Newest);
        foreach (var each in old)
        {
            await using var scope = scopes.Enter(each.Project, caller.Id);
            var scoped = scope.ServiceProvider.GetRequiredService<AssayDb>();
            if (await scoped.EventSinks.SingleOrDefaultAsync(sink => sink.Endpoint == each.Endpoint, cancel) is not { } sink)
                continue;   // deleted in the meantime
            SinkAddress.Rewrap(sink, ring);
            scope.ServiceProvider.GetRequiredService<ILedger>().Append(new EventSinkRewrapped(sink.Endpoint, ring.Newest));
            await scoped.SaveChangesAsync(cancel);
        }

        return old.Count;
    }

    private async Task<List<(string Project, string Endpoint, int Version)>> All(CancellationToken cancel) =>
        [.. (await db.EventSinks.IgnoreQueryFilters([AssayDb.ProjectFilter]).AsNoTracking().ToListAsync(cancel))
            .Where(sink => SinkAddress.VersionOf(sink.Url) is not null)
            .Select(sink => (sink.Project, sink.Endpoint, SinkAddress.VersionOf(sink.Url)!.Value))];
}
