using System.Collections.Concurrent;
using Assay.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Access;

/// <summary>When tokens were used last, written once a minute, so that a use costs no write. A crash loses at most that minute.</summary>
internal sealed class LastUses(IServiceScopeFactory scopes, TimeProvider clock, ILogger<LastUses> log)
    : PeriodicWork(TimeSpan.FromMinutes(1), clock, log)
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> _used = new();

    public void Note(string tokenId) => _used[tokenId] = Clock.GetUtcNow();

    /// <summary>Writes what was noted since the last time.</summary>
    public async Task Write(CancellationToken cancel)
    {
        if (_used.IsEmpty)
            return;
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AssayDb>();
        foreach (var id in _used.Keys)
        {
            if (_used.TryRemove(id, out var at))
                await db.Tokens.Where(row => row.Id == id).ExecuteUpdateAsync(row => row.SetProperty(token => token.LastUsedAt, at), cancel);
        }
    }

    protected override string Failure => "The last use of tokens could not be written.";

    protected override Task Turn(CancellationToken cancel) => Write(cancel);
}
