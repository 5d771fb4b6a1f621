using System.Collections.Concurrent;
using Assay.Kernel;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;

namespace Assay.Governance.Access;

/// <summary>When tokens were used last, written once a minute, so that a use costs no write. A crash loses at most that minute.</summary>
internal sealed class LastUses(IServiceScopeFactory scopes, TimeProvider clock, ILogger<LastUses> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _used = new();

    public void Note(string tokenId) => _used[tokenId] = clock.GetUtcNow();

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

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await Write(stoppingToken);
                }
                catch (Exception problem) when (problem is System.Data.Common.DbException or DbUpdateException)
                {
                    log.LogWarning(problem, "The last use of tokens could not be written");   // a database that is busy now is not later
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }
}
