using System.Security.Claims;
using Assay.Governance.Access.Accounts;
using Assay.Governance.Access.Decisions;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Governance.SignIn.Oidc;

/// <summary>Why the provider's word does not let somebody in; the sign-in page has a sentence for each.</summary>
internal enum OidcTrouble
{
    None,

    /// <summary>The account here is deactivated.</summary>
    Inactive,

    /// <summary>Nobody here is that subject, and no account may be made.</summary>
    Unknown,

    /// <summary>Somebody here has the user name, and nothing shows that it is the same person.</summary>
    Taken,

    /// <summary>The user name claim is missing, or is none that an account can have.</summary>
    Nameless,
}

/// <summary>
/// Finds the account of a subject: by issuer and subject, else by the directory's own id, else, where that is allowed, by a
/// verified e-mail address; else makes one, where that is allowed. A user name alone proves nothing.
/// </summary>
internal sealed class OidcPeople(AssayDb db, AccessChange change, Caller who, AccessState access, IOptions<OidcOptions> options, TimeProvider clock)
{
    public const string Actor = "system:oidc";

    /// <summary>The account of a subject that is known already, whether active or not.</summary>
    public async Task<Principal?> Known(string issuer, string subject, CancellationToken cancel)
    {
        var id = await db.ExternalLogins.Where(row => row.Issuer == issuer && row.Subject == subject)
            .Select(row => row.PrincipalId).SingleOrDefaultAsync(cancel);
        return id is null ? null : access.Current.Principals.GetValueOrDefault(id);
    }

    public async Task<(Principal? Account, OidcTrouble Trouble)> Find(string issuer, string subject, ClaimsPrincipal said, CancellationToken cancel)
    {
        if (await Known(issuer, subject, cancel) is { } known)
            return known is { Active: true, Kind: PrincipalKind.Person } ? (known, OidcTrouble.None) : (known, OidcTrouble.Inactive);

        who.Set(Actor);
        if (await Same(subject, said, cancel) is { } person)
        {
            if (!person.Active)
                return (access.Current.Principals.GetValueOrDefault(person.Id), OidcTrouble.Inactive);
            await change.Save(Link(issuer, subject, person.Id), cancel);
            return (access.Current.Principals[person.Id], OidcTrouble.None);
        }

        if (!options.Value.Provision)
            return (null, OidcTrouble.Unknown);
        return await Make(issuer, subject, said, cancel);
    }

    private async Task<Person?> Same(string subject, ClaimsPrincipal said, CancellationToken cancel)
    {
        if (await db.People.Where(row => row.ExternalId == subject).Take(2).ToListAsync(cancel) is [var directory])
            return directory;
        if (!options.Value.LinkByEmail || Email(said) is not { } email)
            return null;

        // Two people with one address: nothing says which one it is.
#pragma warning disable CA1862 // the database compares, which knows no StringComparison
        return await db.People.Where(row => row.Email != null && row.Email.ToLower() == email).Take(2).ToListAsync(cancel) is [var one] ? one : null;
#pragma warning restore CA1862
    }

    private async Task<(Principal? Account, OidcTrouble Trouble)> Make(string issuer, string subject, ClaimsPrincipal said, CancellationToken cancel)
    {
        var userName = said.FindFirstValue(options.Value.UserNameClaim)?.ToLowerInvariant();
        if (userName is null || !PersonName.Fits(userName))
            return (null, OidcTrouble.Nameless);
        if (await db.People.AnyAsync(row => row.UserName == userName, cancel))
            return (null, OidcTrouble.Taken);
        var person = new Person
        {
            Id = AccountId.New(AccountId.Person),
            UserName = userName,
            DisplayName = said.FindFirstValue("name") is { Length: > 0 and <= 200 } name ? name : userName,
            Email = Email(said),
            Active = true,
            CreatedAt = clock.GetUtcNow(),
        };
        db.People.Add(person);
        var linked = Link(issuer, subject, person.Id);
        await change.Save(linked, cancel, also: new PersonCreated(person.Id));
        return (access.Current.Principals[person.Id], OidcTrouble.None);
    }

    private LoginLinked Link(string issuer, string subject, string person)
    {
        var now = clock.GetUtcNow();
        var login = new ExternalLogin { Id = Guid.CreateVersion7(now).ToString("N"), Issuer = issuer, Subject = subject, PrincipalId = person, CreatedAt = now };
        db.ExternalLogins.Add(login);
        return new(login.Id, person, issuer);
    }

    private static string? Email(ClaimsPrincipal said) =>
        string.Equals(said.FindFirstValue("email_verified"), "true", StringComparison.OrdinalIgnoreCase)
        && said.FindFirstValue("email") is { Length: > 2 and <= 320 } email ? email.ToLowerInvariant() : null;
}
