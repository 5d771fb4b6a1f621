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
        foreach (var used in _used)
        {
            await db.Tokens.Where(row => row.Id == used.Key).ExecuteUpdateAsync(row => row.SetProperty(token => token.LastUsedAt, used.Value), cancel);
            _used.TryRemove(used);   // unless it was used again meanwhile
        }
    }

    protected override string Failure => "The last use of tokens could not be written.";

    protected override Task Turn(CancellationToken cancel) => Write(cancel);
}
