using Assay.Governance.Ledger;
using Assay.Kernel;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;

namespace Assay.Governance.Access.Decisions;

/// <summary>
/// Makes changes by other replicas hold here within a few seconds: the ledger says that there was one, and then the tables
/// are read again.
/// </summary>
internal sealed class FollowAccess(IServiceScopeFactory scopes, AccessState state, Tokens tokens, TimeProvider clock, ILogger<FollowAccess> log)
    : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    /// <summary>Types of events after which somebody may do more or less than before.</summary>
    private static readonly string[] Types =
    [
        "person.created", "person.changed", "group.created", "group.changed", "group.deleted", "service-account.created",
        "service-account.changed", "role.changed", "role.deleted", "binding.created", "binding.deleted", "token.revoked",
    ];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        var seen = -1L;
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    seen = await Catch(seen, stoppingToken);
                }
                catch (Exception problem) when (problem is System.Data.Common.DbException or InvalidOperationException { InnerException: System.Data.Common.DbException })
                {
                    log.LogWarning(problem, "Accounts could not be read again; the next try is in {Seconds} s", Period.TotalSeconds);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    /// <summary>Reads again if there was a change past <paramref name="seen"/>; returns up to where the ledger was looked at.</summary>
    private async Task<long> Catch(long seen, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var events = scope.ServiceProvider.GetRequiredService<AssayDb>().LedgerEvents.AsNoTracking();
        var end = await events.MaxAsync(row => row.Index, cancel) ?? -1;
        if (end == seen)
            return seen;

        if (await events.AnyAsync(row => row.Index > seen && row.Index <= end && Types.Contains(row.Type), cancel))
        {
            await state.Reload(cancel);
            tokens.Forget();
        }

        return end;
    }
}
