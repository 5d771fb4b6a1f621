using Assay.Kernel;

namespace Assay.Governance.Access.Decisions;

/// <summary>Holds the snapshot that decisions are made by, and replaces it.</summary>
internal sealed class AccessState(IServiceScopeFactory scopes, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim _loading = new(1, 1);
    private AccessSnapshot? _current;

    /// <summary>The newest snapshot, without what has expired by now.</summary>
    public AccessSnapshot Current
    {
        get
        {
            var current = Volatile.Read(ref _current) ?? throw new InvalidOperationException("Accounts are read at start, before the first request.");
            if (current.NextExpiry is not { } expiry || expiry > clock.GetUtcNow())
                return current;

            // Whoever loses this race has found a newer snapshot, which is asked again.
            Interlocked.CompareExchange(ref _current, current.At(clock.GetUtcNow()), current);
            return Current;
        }
    }

    /// <summary>Reads the tables again. One at a time, so that an older reading never replaces a newer one.</summary>
    public async Task Reload(CancellationToken cancel)
    {
        await _loading.WaitAsync(cancel);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            Volatile.Write(ref _current, await AccessSnapshot.Load(scope.ServiceProvider.GetRequiredService<AssayDb>(), clock.GetUtcNow(), cancel));
        }
        finally
        {
            _loading.Release();
        }
    }

    public void Dispose() => _loading.Dispose();
}
