using Assay.Governance.Ledger;
using Assay.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Access.Decisions;

/// <summary>
/// Makes changes by other replicas hold here within a few seconds: the ledger says that there was one, and then the tables
/// are read again.
/// </summary>
internal sealed class FollowAccess(IServiceScopeFactory scopes, AccessState state, Tokens tokens, TimeProvider clock, ILogger<FollowAccess> log)
    : PeriodicWork(TimeSpan.FromSeconds(2), clock, log)
{
    /// <summary>Types of events after which somebody may do more or less than before.</summary>
    private static readonly string[] Types =
    [
        "person.created", "person.changed", "group.created", "group.changed", "group.deleted", "service-account.created",
        "service-account.changed", "role.changed", "role.deleted", "binding.created", "binding.deleted", "token.revoked",
    ];

    private long _seen = -1;

    protected override string Failure => "Accounts could not be read again.";

    protected override async Task Turn(CancellationToken cancel) => _seen = await Catch(_seen, cancel);

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
