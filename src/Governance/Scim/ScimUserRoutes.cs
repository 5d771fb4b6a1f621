using System.Text.Json.Nodes;
using Assay.Governance.Access.Accounts;
using Assay.Governance.Access.Decisions;
using Assay.Governance.SignIn;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Scim;

/// <summary>
/// <c>/scim/v2/Users</c>. A person without an external id is a local account: who makes one the directory's must have all
/// that it has, lest a directory's token take over an administrator.
/// </summary>
internal static class ScimUserRoutes
{
    private static readonly string[] Comparable = ["id", "username", "externalid", "displayname", "active", "emails", "emails.value"];

    public static void Map(RouteGroupBuilder scim)
    {
        var users = scim.MapGroup("/Users");
        users.MapGet("/", List).WithName("ScimListUsers").Requires(ScimRoutes.Write);
        users.MapGet("/{id}", Show).WithName("ScimShowUser").Requires(ScimRoutes.Write);
        users.MapPost("/", Create).WithName("ScimCreateUser").Requires(ScimRoutes.Write);
        users.MapPut("/{id}", Replace).WithName("ScimReplaceUser").Requires(ScimRoutes.Write);
        users.MapPatch("/{id}", Patch).WithName("ScimPatchUser").Requires(ScimRoutes.Write);
        users.MapDelete("/{id}", Deactivate).WithName("ScimDeactivateUser").Requires(ScimRoutes.Write);
    }

    private static async Task<IResult> List(HttpContext http, string? filter, AssayDb db)
    {
        var (page, rows, cancel) = (ScimPage.Of(http), db.People.AsNoTracking(), http.RequestAborted);
        foreach (var comparison in ScimFilter.Parse(filter, Comparable))
            rows = Where(rows, comparison);
        var total = await rows.CountAsync(cancel);
        var people = await rows.OrderBy(row => row.UserName).Skip(page.StartIndex - 1).Take(page.Count).ToListAsync(cancel);
        return page.Answer(total, people.Select(person => ScimUser.Show(http, person)));
    }

    private static async Task<IResult> Show(string id, HttpContext http, AssayDb db) =>
        ScimResource.Answer(http, ScimUser.Show(http, await Find(id, db, http.RequestAborted)));

    private static async Task<IResult> Create(HttpContext http, AssayDb db, AccessChange change, TimeProvider clock)
    {
        var user = ScimUser.Read(await ScimJson.Read(http));
        await DemandFree(user.UserName, null, db, http.RequestAborted);
        var person = new Person
        {
            Id = AccountId.New(AccountId.Person),
            UserName = user.UserName,
            DisplayName = user.DisplayName,
            Active = user.Active,
            CreatedAt = clock.GetUtcNow(),
        };

        // The directory's own from the start, also when it does not say what it calls the person.
        (user with { ExternalId = user.ExternalId ?? person.Id }).Write(person);
        db.People.Add(person);
        await change.Save(new PersonCreated(person.Id), http.RequestAborted);
        return ScimResource.Answer(http, ScimUser.Show(http, person), StatusCodes.Status201Created);
    }

    private static async Task<IResult> Replace(string id, HttpContext http, AssayDb db, AccessChange change, Deactivation deactivation) =>
        await Change(id, http, db, change, deactivation, (_, body) => body);

    private static async Task<IResult> Patch(string id, HttpContext http, AssayDb db, AccessChange change, Deactivation deactivation) =>
        await Change(id, http, db, change, deactivation, (shown, patch) =>
        {
            ScimPatch.Apply(shown, patch);
            return shown;
        });

    private static async Task<IResult> Deactivate(string id, HttpContext http, AssayDb db, AccessChange change, Deactivation deactivation)
    {
        var person = await Find(id, db, http.RequestAborted);
        ScimResource.DemandVersion(http, ScimUser.Show(http, person));
        DemandOwn(person, change);
        if (person.Active)
        {
            person.Active = false;
            await Save(person, change, deactivation, http.RequestAborted);
        }

        return Results.NoContent();
    }

    private static async Task<IResult> Change(
        string id, HttpContext http, AssayDb db, AccessChange change, Deactivation deactivation, Func<JsonObject, JsonObject, JsonObject> wanted)
    {
        var body = await ScimJson.Read(http);
        var person = await Find(id, db, http.RequestAborted);
        var shown = ScimUser.Show(http, person);
        ScimResource.DemandVersion(http, shown);
        DemandOwn(person, change);
        var before = ScimUser.Read(shown);
        var after = ScimUser.Read(wanted(shown, body));
        after = after with { ExternalId = after.ExternalId ?? person.ExternalId ?? person.Id };
        if (after != before)
        {
            await DemandFree(after.UserName, id, db, http.RequestAborted);
            after.Write(person);
            await Save(person, change, deactivation, http.RequestAborted);
        }

        return ScimResource.Answer(http, ScimUser.Show(http, person));
    }

    private static async Task Save(Person person, AccessChange change, Deactivation deactivation, CancellationToken cancel)
    {
        await deactivation.EndWhatRests(person, cancel);
        await change.Save(new PersonChanged(person.Id, person.Active), cancel);
    }

    private static void DemandOwn(Person person, AccessChange change)
    {
        if (person.ExternalId is null)
            change.MayGiveAllOf(person.Id);
    }

    private static async Task DemandFree(string userName, string? except, AssayDb db, CancellationToken cancel)
    {
        if (await db.People.AnyAsync(row => row.UserName == userName && row.Id != except, cancel))
            throw Refusal.Conflict($"There is a person '{userName}' already.");
    }

#pragma warning disable CA1862 // the database compares, which knows no StringComparison
    private static IQueryable<Person> Where(IQueryable<Person> rows, ScimComparison comparison)
    {
        var (value, lower) = (comparison.Value, comparison.Value.ToLowerInvariant());
        return (comparison.Attribute, comparison.Operator) switch
        {
            ("active", "eq") when bool.TryParse(value, out var active) => rows.Where(row => row.Active == active),
            ("active", _) => throw Refusal.Invalid("filter", "'active' is compared as 'active eq true' or 'active eq false'."),
            ("id", "eq") => rows.Where(row => row.Id == value),
            ("username", "eq") => rows.Where(row => row.UserName == lower),
            ("username", "sw") => rows.Where(row => row.UserName.StartsWith(lower)),
            ("username", _) => rows.Where(row => row.UserName.Contains(lower)),
            ("externalid", "eq") => rows.Where(row => row.ExternalId == value),
            ("externalid", "sw") => rows.Where(row => row.ExternalId!.StartsWith(value)),
            ("externalid", _) => rows.Where(row => row.ExternalId!.Contains(value)),
            ("displayname", "eq") => rows.Where(row => row.DisplayName.ToLower() == lower),
            ("displayname", "sw") => rows.Where(row => row.DisplayName.ToLower().StartsWith(lower)),
            ("displayname", _) => rows.Where(row => row.DisplayName.ToLower().Contains(lower)),
            ("emails" or "emails.value", "eq") => rows.Where(row => row.Email!.ToLower() == lower),
            _ => throw Refusal.Invalid("filter", $"'{comparison.Attribute}' is compared by 'eq' only."),
        };
    }
#pragma warning restore CA1862

    private static async Task<Person> Find(string id, AssayDb db, CancellationToken cancel) =>
        await db.People.FindAsync([id], cancel) ?? throw Refusal.NotFound("user", id);
}
