using Assay.Governance.Access.Bindings;
using Assay.Governance.Access.Decisions;
using Assay.Governance.SignIn;
using Assay.Kernel;
using Assay.Kernel.Refusals;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Access.Accounts;

/// <summary>People by their user names, from the snapshot; changes take the way of every other change of an account.</summary>
internal sealed class Users(AssayDb db, AccessChange change, BindingBook bindings, AccessState access, UserPasswords passwords, TimeProvider clock) : IUsers
{
    public UserAccount? Current => change.Caller.PrincipalId() is { } id && access.Current.Principals.GetValueOrDefault(id) is { } principal ? Account(principal) : null;

    public UserAccount? Find(string userName) =>
        access.Current.Principals.Values
            .Where(principal => principal.Active && string.Equals(principal.Name, userName, StringComparison.OrdinalIgnoreCase))
            .MinBy(principal => principal.Kind) is { } found ? Account(found) : null;

    public IReadOnlyList<UserAccount> List() =>
        [.. access.Current.Principals.Values.Where(principal => principal is { Active: true, Kind: PrincipalKind.Person })
            .OrderBy(principal => principal.Name, StringComparer.Ordinal).Select(Account)];

    public async Task<UserAccount> Create(string userName, string password, CancellationToken cancel)
    {
        if (!PersonName.Fits(userName))
            throw Refusal.Invalid("username", PersonName.Remedy);
        PasswordRules.Check(password, userName, "password");
        var name = userName.ToLowerInvariant();
        if (await db.People.AnyAsync(row => row.UserName == name, cancel))
            throw Refusal.Conflict($"User (username={userName}) already exists.");
        var person = new Person { Id = AccountId.New(AccountId.Person), UserName = name, DisplayName = userName, Active = true, CreatedAt = clock.GetUtcNow() };
        db.People.Add(person);
        await passwords.First(person, password, cancel);
        await change.Save(new PersonCreated(person.Id), cancel);
        return new(person.Id, person.UserName, false);
    }

    public async Task SetPassword(UserAccount user, string password, string? old, CancellationToken cancel)
    {
        var person = await Person(user, cancel);
        PasswordRules.Check(password, person.UserName, "password");
        if (person.Id == change.Caller.PrincipalId())
            await passwords.CheckOwn(person, old, cancel);
        else
            change.MayGiveAllOf(person.Id);   // who sets the password can become the person
        await passwords.Replace(person, password, cancel);
    }

    public async Task SetAdministrator(UserAccount user, bool isAdministrator, CancellationToken cancel)
    {
        var own = await db.Bindings
            .Where(row => row.PrincipalId == user.Id && row.Role == Role.Administrator && row.Effect == BindingEffect.Allow && row.Project == null)
            .ToListAsync(cancel);
        if (!isAdministrator && own.Count == 0 && user.IsAdministrator)
            throw Refusal.Conflict($"'{user.UserName}' is an administrator by a group: take it out of the group.");
        if (isAdministrator == user.IsAdministrator)
            return;
        await bindings.Replace(own, isAdministrator ? new(user.Id, Role.Administrator) : null, cancel);
    }

    public async Task Deactivate(UserAccount user, CancellationToken cancel)
    {
        var person = await Person(user, cancel);
        person.Active = false;
        await passwords.EndWhatRests(person, cancel);
        await change.Save(new PersonChanged(person.Id, Active: false), cancel);
    }

    private async Task<Person> Person(UserAccount user, CancellationToken cancel) =>
        await db.People.FindAsync([user.Id], cancel) ?? throw Refusal.Conflict($"'{user.UserName}' is a service account, which has no password and is managed as one: it calls with tokens.");

    private UserAccount Account(Principal principal) => new(
        principal.Id, principal.Name,
        access.Current.AllBindingsOf(principal).Any(binding => binding is { Role: Role.Administrator, Effect: BindingEffect.Allow, Project: null }));
}
