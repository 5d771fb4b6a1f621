using Assay.Governance.Access;
using Assay.Governance.Access.Accounts;
using Assay.Governance.Access.Decisions;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.SignIn;

/// <summary>A link with which a person chooses a password, once.</summary>
/// <param name="Path">Relative to the console's address; good for 24 hours.</param>
/// <param name="ExpiresAt">When it stops being good.</param>
public sealed record PasswordLinkIssued(string Path, DateTimeOffset ExpiresAt);

/// <summary>An administrator gave somebody a link to choose a password.</summary>
public sealed record PasswordLinkGiven(string Id) : LedgerEvent("password.link-issued", Id);

/// <summary>A person has another password, and all its sessions have ended.</summary>
/// <param name="ByLink">Whether it was chosen by a link that an administrator issued, rather than with the old password.</param>
public sealed record PasswordChanged(string Id, bool ByLink) : LedgerEvent("password.changed", Id);

/// <summary>Sets passwords: by the old one, or by a one-time link.</summary>
internal sealed class ChoosePassword(AssayDb db, ILedger ledger, Caller who, PasswordHashes hashes, SignInMacs macs, Lockout lockout, TimeProvider clock)
{
    private static readonly TimeSpan LinkLife = TimeSpan.FromHours(24);

    /// <summary>A link for a person. Links issued before stop being good, and a lock ends.</summary>
    public async Task<PasswordLinkIssued> Issue(Person person, CancellationToken cancel)
    {
        if (!person.Active)
            throw Refusal.Conflict($"'{person.UserName}' is deactivated: activate the account first.");
        var now = clock.GetUtcNow();
        db.PasswordLinks.RemoveRange(await db.PasswordLinks.Where(row => row.PersonId == person.Id || row.ExpiresAt < now).ToListAsync(cancel));
        var secret = TokenSecrets.NewSecret();
        var expires = now + LinkLife;
        db.PasswordLinks.Add(macs.Mark(new PasswordLink { Hash = TokenSecrets.Hash(secret), PersonId = person.Id, ExpiresAt = expires }));
        ledger.Append(new PasswordLinkGiven(person.Id));
        await db.SaveChangesAsync(cancel);
        return new($"/choose-password?code={secret}", expires);
    }

    /// <summary>The active person whose link has this code; null when the link is used, too old, or nobody's.</summary>
    public async Task<Person?> BehindLink(string code, CancellationToken cancel)
    {
        var (hash, now) = (TokenSecrets.Hash(code), clock.GetUtcNow());
        var link = await db.PasswordLinks.AsNoTracking().SingleOrDefaultAsync(row => row.Hash == hash && row.ExpiresAt > now, cancel);
        return link is null || !macs.Fits(link) ? null : await db.People.SingleOrDefaultAsync(row => row.Id == link.PersonId && row.Active, cancel);
    }

    /// <summary>Uses the link up. False when somebody else did at the same time.</summary>
    public async Task<bool> ByLink(Person person, string code, string password, CancellationToken cancel)
    {
        var hash = TokenSecrets.Hash(code);

        // Deleting is the claim: of two requests with the same code only one deletes the row.
        if (await db.PasswordLinks.Where(row => row.Hash == hash).ExecuteDeleteAsync(cancel) != 1)
            return false;
        who.Set(person.Id, person.Id);
        await Set(person, password, byLink: true, cancel);
        return true;
    }

    /// <summary>Sets the password and ends the person's sessions.</summary>
    public async Task Set(Person person, string password, bool byLink, CancellationToken cancel)
    {
        var hash = await hashes.Make(person.Id, password, cancel);
        var now = clock.GetUtcNow();
        if (await db.Passwords.SingleOrDefaultAsync(row => row.PersonId == person.Id, cancel) is { } stored)
            (stored.Hash, stored.ChangedAt) = (hash, now);
        else
            db.Passwords.Add(new() { PersonId = person.Id, Hash = hash, ChangedAt = now });
        await Sessions.End(db, ledger, person.Id, SessionEnd.PasswordChanged, cancel);
        ledger.Append(new PasswordChanged(person.Id, byLink));
        await db.SaveChangesAsync(cancel);
        await lockout.Clear(person.UserName, cancel);
    }
}
