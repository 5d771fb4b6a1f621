using System.Data;
using System.Data.Common;
using System.Security.Claims;
using Assay.Governance.Access.Bindings;
using Assay.Kernel;
using Assay.Kernel.Refusals;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Access.Decisions;

/// <summary>
/// Saves what a request changes about accounts, roles or bindings, and makes it hold at once in this process. Whatever
/// changes those tables saves through it, and asks it first whether the caller may give what the change gives.
/// </summary>
internal sealed class AccessChange(AssayDb db, ILedger ledger, AccessState state, Tokens tokens, IHttpContextAccessor http)
{
    private const string SerializationFailure = "40001";

    /// <summary>What holds before the change.</summary>
    public AccessSnapshot Before { get; } = state.Current;

    /// <summary>Who asks for the change.</summary>
    public ClaimsPrincipal Caller => http.HttpContext!.User;

    /// <exception cref="Refusal">Nobody would be left who may change everything, or somebody else changed the same at the same time.</exception>
    public async Task Save(LedgerEvent happened, CancellationToken cancel, LedgerEvent? also = null)
    {
        if (also is not null)
            ledger.Append(also);
        ledger.Append(happened);
        try
        {
            // Serializable, so that two changes at the same time can't take out one of the last two administrators each.
            await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.Serializable, cancel);
            await db.SaveChangesAsync(cancel);
            var inTheEnd = await AccessSnapshot.Load(db, DateTimeOffset.MaxValue, cancel);
            if (!inTheEnd.HasAdministrator)
                throw Refusal.Conflict("This would leave nobody who may change everything: give somebody else the role administrator for the whole installation, without an expiry, first.");
            await transaction.CommitAsync(cancel);
        }
        catch (Exception clash) when (StateOf(clash) == SerializationFailure)
        {
            throw Refusal.Conflict("Somebody else changed accounts or bindings at the same time. Read them, and try again if needed.");
        }

        try
        {
            await state.Reload(CancellationToken.None);   // it holds, also when whoever changed it has left
        }
        finally
        {
            tokens.Forget();
        }
    }

    /// <summary>Refuses when the caller lacks one of the permissions there.</summary>
    public void MayGive(IEnumerable<string> permissions, Place place) => Guard.MayGive(Before, Caller, permissions, place, "a role with");

    /// <summary>Refuses when the caller lacks something that these bindings give, for whoever gets them.</summary>
    public void MayGiveAll(IEnumerable<Binding> bindings) =>
        Guard.MayGiveAll(Before, Caller, bindings.Where(binding => binding.Effect == BindingEffect.Allow));

    /// <summary>Refuses when the caller lacks something that these bindings deny, for whoever escapes them.</summary>
    public void MayEnd(IEnumerable<Binding> bindings) =>
        Guard.MayGiveAll(Before, Caller, bindings.Where(binding => binding.Effect == BindingEffect.Deny));

    /// <summary>Refuses when the caller lacks something that the account, or one that it owns, would have were it active.</summary>
    public void MayGiveAllOf(string principalId)
    {
        foreach (var principal in Before.Principals.Values.Where(principal => principal.Id == principalId || principal.Human == principalId))
            Guard.MayGiveAllOf(Before, Caller, principal);
    }

    private static string? StateOf(Exception? problem) =>
        problem is DbException { SqlState: { } state } ? state : problem?.InnerException is { } inner ? StateOf(inner) : null;
}
