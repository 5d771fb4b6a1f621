using System.Net;
using Assay.Governance.Access.Accounts;
using Assay.Governance.Access.Decisions;
using Assay.Governance.Audit;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.SignIn;

/// <summary>Why a sign-in was refused.</summary>
public enum SignInRefusal
{
    /// <summary>Nobody has that name.</summary>
    Unknown,

    /// <summary>The password is not right, or the person has none.</summary>
    Password,

    /// <summary>The name is locked after wrong passwords.</summary>
    Locked,

    /// <summary>The account is deactivated.</summary>
    Inactive,

    /// <summary>The OpenID provider's statement does not suffice.</summary>
    Oidc,
}

/// <summary>Somebody did not get in. The event names the person by pseudonym where there is one, and no name that was typed.</summary>
public sealed record SessionRefused(string? Person, SignInMethod Method, SignInRefusal Reason)
    : LedgerEvent("session.refused", Person ?? "person:unknown");

/// <summary>Too many wrong passwords for the person's name in a row.</summary>
/// <param name="Seconds">How long the name is locked from now on, for the network from which they came or for all.</param>
public sealed record PersonLocked(string Id, int Seconds) : LedgerEvent("person.locked", Id);

/// <summary>A hash was made anew with today's parameters; the password is the same.</summary>
public sealed record PasswordRehashed(string Id) : LedgerEvent("password.rehashed", Id);

/// <summary>What came of a user name and a password.</summary>
/// <param name="Account">Who it is; null when refused.</param>
/// <param name="Locked">How long the name is locked from now on.</param>
internal readonly record struct PasswordAnswer(Principal? Account, TimeSpan Locked);

/// <summary>
/// Checks a user name and a password. The answer, and the time it takes, is the same for a wrong password, a name that
/// nobody has, a person without a password and one that was deactivated.
/// </summary>
internal sealed class PasswordSignIn(
    AssayDb db, ILedger ledger, Caller who, Lockout lockout, PasswordHashes hashes, AccessState access, RefusalLimit limit)
{
    /// <param name="userName">As it was typed.</param>
    /// <param name="password">Likewise.</param>
    /// <param name="address">Who asks; null where the caller is signed in.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task<PasswordAnswer> Check(string userName, string password, IPAddress? address, CancellationToken cancel)
    {
        var name = userName.Trim().ToLowerInvariant();
        var account = access.Current.Principals.Values.FirstOrDefault(principal => principal.Kind == PrincipalKind.Person && principal.Name == name);
        var (allowed, locked) = await lockout.Take(name, SignInThrottle.Network(address), cancel);
        if (!allowed)
            return await Refuse(account, SignInRefusal.Locked, locked, cancel);

        var stored = account is null ? null : await db.Passwords.SingleOrDefaultAsync(row => row.PersonId == account.Id, cancel);
        var right = await hashes.Verify(account?.Id, password, stored?.Hash, cancel);
        if (!right)
        {
            if (account is not null && locked > TimeSpan.Zero)
                ledger.Append(new PersonLocked(account.Id, (int)locked.TotalSeconds));
            return await Refuse(account, account is null ? SignInRefusal.Unknown : SignInRefusal.Password, locked, cancel);
        }

        if (!account!.Active)
            return await Refuse(account, SignInRefusal.Inactive, locked, cancel);
        await lockout.Clear(name, cancel);
        if (hashes.IsWeak(stored!.Hash))
        {
            who.Set(account.Id, account.Id);
            stored.Hash = await hashes.Make(account.Id, password, cancel);
            ledger.Append(new PasswordRehashed(account.Id));
            await db.SaveChangesAsync(cancel);
        }

        return new(account, TimeSpan.Zero);
    }

    private async Task<PasswordAnswer> Refuse(Principal? account, SignInRefusal reason, TimeSpan locked, CancellationToken cancel)
    {
        if (limit.TryTake())   // a flood is counted, and is one event
            ledger.Append(new SessionRefused(account?.Id, SignInMethod.Password, reason));
        await db.SaveChangesAsync(cancel);
        return new(null, locked);
    }
}
