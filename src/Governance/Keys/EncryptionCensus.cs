using Assay.Kernel.Blobs;

namespace Assay.Governance.Keys;

/// <summary>How many objects stand under each version; 0 stands for keys that are damaged.</summary>
internal sealed record Census(IReadOnlyDictionary<int, long> Objects, DateTimeOffset At)
{
    public long Under(int version) => Objects.GetValueOrDefault(version);
}

/// <summary>Counts, at most once a minute and one at a time, since it reads a part of every blob.</summary>
internal sealed class EncryptionCensus(BlobKeys blobs, IServiceScopeFactory scopes, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Good = TimeSpan.FromMinutes(1);
    private readonly SemaphoreSlim _turn = new(1);
    private Census? _last;

    /// <summary>What was counted lately.</summary>
    public async Task<Census> Recent(CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        try
        {
            return _last is { } last && clock.GetUtcNow() - last.At < Good ? last : await Count(cancel);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Counts now.</summary>
    public async Task<Census> Fresh(CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        try
        {
            return await Count(cancel);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task<Census> Count(CancellationToken cancel)
    {
        var objects = new Dictionary<int, long>();
        foreach (var share in BlobKeys.Shares)
        {
            await foreach (var (_, version) in blobs.In(share, cancel))
                objects[version] = objects.GetValueOrDefault(version) + 1;
        }

        await using var scope = scopes.CreateAsyncScope();
        foreach (var secrets in scope.ServiceProvider.GetServices<IWrappedSecrets>())
        {
            foreach (var (version, count) in await secrets.Count(cancel))
                objects[version] = objects.GetValueOrDefault(version) + count;
        }

        return _last = new(objects, clock.GetUtcNow());
    }
}
