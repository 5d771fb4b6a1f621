using Assay.Governance.Access.Accounts;
using Assay.Kernel;
using Assay.Kernel.Refusals;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.SignIn;

/// <summary>Passwords as clients set them that know no links: at once with the account, by its owner, or by an administrator.</summary>
internal sealed class UserPasswords(
    AssayDb db, ILedger ledger, PasswordHashes hashes, PasswordSignIn signIn, ChoosePassword choice, Deactivation deactivation)
{
    /// <summary>The password of a person who is being made. Saved by the caller.</summary>
    public async Task First(Person person, string password, CancellationToken cancel)
    {
        db.Passwords.Add(new() { PersonId = person.Id, Hash = await hashes.Make(person.Id, password, cancel), ChangedAt = person.CreatedAt });
        ledger.Append(new PasswordChanged(person.Id, ByLink: false));
    }

    /// <exception cref="Refusal">The old password is not right, or the name is locked.</exception>
    public async Task CheckOwn(Person person, string? old, CancellationToken cancel)
    {
        if (string.IsNullOrEmpty(old))
            throw Refusal.Invalid("current_password", "Current password is required to change your own password.");
        if (!await db.Passwords.AnyAsync(row => row.PersonId == person.Id, cancel))
            throw Refusal.Conflict("You have no password yet: ask an administrator for a link with which you choose one.");
        if ((await signIn.Check(person.UserName, old, null, cancel)).Account is null)
            throw Refusal.Invalid("current_password", "Current password does not match.");
    }

    /// <summary>Another password, by which all sessions end.</summary>
    public Task Replace(Person person, string password, CancellationToken cancel) => choice.Set(person, password, byLink: false, cancel);

    /// <summary>What ends with a person who is inactive now. Saved by the caller.</summary>
    public Task EndWhatRests(Person person, CancellationToken cancel) => deactivation.EndWhatRests(person, cancel);
}
