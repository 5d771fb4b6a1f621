using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Assay.Governance.Access.Decisions;
using Assay.Governance.SignIn;
using Assay.Kernel;
using Assay.Kernel.Idempotency;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Access.Accounts;

/// <summary>A new person. It has no rights until a binding or a group gives some.</summary>
/// <param name="UserName">What the person signs in as; unique without regard to case, kept in lower case.</param>
/// <param name="DisplayName">The name that people read.</param>
/// <param name="Email">Left out when not known.</param>
/// <param name="ExternalId">The person's id in the directory that it comes from.</param>
public sealed record CreatePersonRequest(
    [Required, RegularExpression(PersonName.Pattern, ErrorMessage = PersonName.Remedy)] string UserName,
    [Required, StringLength(200, MinimumLength = 1)] string DisplayName,
    [StringLength(320), EmailAddress] string? Email = null,
    [StringLength(200)] string? ExternalId = null);

/// <summary>Changes of a person; what is left out stays.</summary>
/// <param name="DisplayName">The name that people read.</param>
/// <param name="Email">An empty text takes it away.</param>
/// <param name="Active">False ends the person's tokens and sessions, and those of service accounts it owns, at once.</param>
public sealed record ChangePersonRequest(
    [StringLength(200, MinimumLength = 1)] string? DisplayName = null,
    [StringLength(320)] string? Email = null,
    bool? Active = null);

/// <summary>A person.</summary>
/// <param name="Id">The pseudonym that the ledger uses.</param>
/// <param name="Groups">Names of the groups that the person belongs to.</param>
public sealed record PersonSummary(
    string Id, string UserName, string DisplayName, string? Email, bool Active, string? ExternalId, DateTimeOffset CreatedAt, IReadOnlyList<string> Groups);

public sealed record PersonCreated(string Id) : LedgerEvent("person.created", Id);

/// <summary>Something about a person changed; only whether it is active is said, the rest is personal.</summary>
public sealed record PersonChanged(string Id, bool Active) : LedgerEvent("person.changed", Id);

internal static partial class PersonName
{
    public const string Pattern = "^[A-Za-z0-9][A-Za-z0-9._@+-]{0,199}$";
    public const string Remedy = "A user name has 1 to 200 letters, digits and . _ @ + -, and starts with a letter or digit.";

    /// <summary>Whether it is a user name to its very end: the pattern alone takes a newline behind it.</summary>
    public static bool Fits(string name) => Whole().IsMatch(name);

    [GeneratedRegex(Pattern + @"\z")]
    private static partial Regex Whole();
}

internal static class PersonRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/people").WithTags("Access");
        group.MapPost("/", Create).WithName("CreatePerson").Requires(GovernancePermissions.AccessAdmin).Idempotent();
        group.MapGet("/", List).WithName("ListPeople").Requires(GovernancePermissions.AccessRead);
        group.MapGet("/{id}", Show).WithName("ShowPerson").Requires(GovernancePermissions.AccessRead);
        group.MapPatch("/{id}", Change).WithName("ChangePerson").Requires(GovernancePermissions.AccessAdmin);
    }

    private static async Task<Created<PersonSummary>> Create(
        CreatePersonRequest request, AssayDb db, AccessChange change, TimeProvider clock, CancellationToken cancel)
    {
        var userName = request.UserName.ToLowerInvariant();
        if (await db.People.AnyAsync(row => row.UserName == userName, cancel))
            throw Refusal.Conflict($"There is a person '{userName}' already.");
        var person = new Person
        {
            Id = AccountId.New(AccountId.Person),
            UserName = userName,
            DisplayName = request.DisplayName,
            Email = request.Email,
            ExternalId = request.ExternalId,
            Active = true,
            CreatedAt = clock.GetUtcNow(),
        };
        db.People.Add(person);
        await change.Save(new PersonCreated(person.Id), cancel);
        return TypedResults.Created($"/api/v1/people/{person.Id}", Summary(person, []));
    }

    private static async Task<Page<PersonSummary>> List(
        [AsParameters] PageRequest page, string? userName, AssayDb db, AccessState access, CancellationToken cancel)
    {
        var wanted = userName?.ToLowerInvariant();
        var rows = await db.People.AsNoTracking()
            .Where(row => wanted == null || row.UserName == wanted)
            .Where(row => page.Cursor == null || string.Compare(row.UserName, page.Cursor) > 0)
            .OrderBy(row => row.UserName).Take(page.Size + 1).ToListAsync(cancel);
        return page.Of(rows.ConvertAll(row => Summary(row, access.Current.GroupNamesOf(row.Id))), person => person.UserName);
    }

    private static async Task<PersonSummary> Show(string id, AssayDb db, AccessState access, CancellationToken cancel) =>
        Summary(await Find(id, db, cancel), access.Current.GroupNamesOf(id));

    private static async Task<PersonSummary> Change(
        string id, ChangePersonRequest request, AssayDb db, AccessChange change, Deactivation deactivation, CancellationToken cancel)
    {
        var person = await Find(id, db, cancel);
        var email = request.Email is "" ? null : request.Email ?? person.Email;
        // A provider's subject may become the person by the address; by one's own, a token would get all that its account has.
        if (email != person.Email || (request.Active is true && !person.Active))
            change.MayGiveAllOf(id);
        person.DisplayName = request.DisplayName ?? person.DisplayName;
        person.Email = email;
        person.Active = request.Active ?? person.Active;
        await deactivation.EndWhatRests(person, cancel);
        await change.Save(new PersonChanged(person.Id, person.Active), cancel);
        return Summary(person, change.Before.GroupNamesOf(id));
    }

    private static async Task<Person> Find(string id, AssayDb db, CancellationToken cancel) =>
        await db.People.FindAsync([id], cancel) ?? throw Refusal.NotFound("person", id);

    private static PersonSummary Summary(Person row, IReadOnlyList<string> groups) =>
        new(row.Id, row.UserName, row.DisplayName, row.Email, row.Active, row.ExternalId, row.CreatedAt, groups);
}
