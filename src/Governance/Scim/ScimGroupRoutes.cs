using System.Text.Json.Nodes;
using Assay.Governance.Access.Accounts;
using Assay.Governance.Access.Bindings;
using Assay.Governance.Access.Decisions;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Scim;

/// <summary>
/// <c>/scim/v2/Groups</c>: the directory's own groups, whose external id begins with <c>scim:</c>. Other groups are neither
/// shown nor changed. A role bound to a group of the directory is given to whom the directory puts into it: that is what the
/// administrator decided who bound it.
/// </summary>
internal static class ScimGroupRoutes
{
    public const string Prefix = "scim:";

    /// <summary>Members that one event of the ledger can name and state with room to spare.</summary>
    private const int ChangesAtOnce = 150;
    private static readonly string[] Comparable = ["id", "displayname", "externalid", "members", "members.value"];

    public static void Map(RouteGroupBuilder scim)
    {
        var groups = scim.MapGroup("/Groups");
        groups.MapGet("/", List).WithName("ScimListGroups").Requires(ScimRoutes.Write);
        groups.MapGet("/{id}", Show).WithName("ScimShowGroup").Requires(ScimRoutes.Write);
        groups.MapPost("/", Create).WithName("ScimCreateGroup").Requires(ScimRoutes.Write);
        groups.MapPut("/{id}", Replace).WithName("ScimReplaceGroup").Requires(ScimRoutes.Write);
        groups.MapPatch("/{id}", Patch).WithName("ScimPatchGroup").Requires(ScimRoutes.Write);
        groups.MapDelete("/{id}", Delete).WithName("ScimDeleteGroup").Requires(ScimRoutes.Write);
    }

    private static async Task<IResult> List(HttpContext http, string? filter, AssayDb db)
    {
        var (page, cancel) = (ScimPage.Of(http), http.RequestAborted);
        var rows = db.Groups.AsNoTracking().Where(row => row.ExternalId != null && row.ExternalId.StartsWith(Prefix));
        foreach (var comparison in ScimFilter.Parse(filter, Comparable))
            rows = Where(rows, comparison, db.GroupMembers);
        var total = await rows.CountAsync(cancel);
        var groups = await rows.OrderBy(row => row.Name).Skip(page.StartIndex - 1).Take(page.Count).ToListAsync(cancel);
        var members = await ScimGroup.MembersOf(db, [.. groups.Select(group => group.Id)], cancel);
        return page.Answer(total, groups.Select(group => ScimGroup.Show(http, group, members[group.Id])));
    }

    private static async Task<IResult> Show(string id, HttpContext http, AssayDb db) =>
        ScimResource.Answer(http, await Shown(await Find(id, db, http.RequestAborted), http, db));

    private static async Task<IResult> Create(HttpContext http, AssayDb db, AccessChange change, TimeProvider clock)
    {
        var wanted = ScimGroup.Read(await ScimJson.Read(http), change.Before);
        await DemandFree(wanted.Name, null, db, http.RequestAborted);
        var group = new Group
        {
            Id = AccountId.New(AccountId.Group),
            Name = wanted.Name,
            ExternalId = Prefix + wanted.ExternalId,
            CreatedAt = clock.GetUtcNow(),
        };
        db.Groups.Add(group);
        await change.Save(new GroupCreated(group.Id, group.Name), http.RequestAborted);
        await SetMembers(group.Id, wanted.Members, db, change, http.RequestAborted);
        return ScimResource.Answer(http, await Shown(group, http, db), StatusCodes.Status201Created);
    }

    private static Task<IResult> Replace(string id, HttpContext http, AssayDb db, AccessChange change) => Change(id, http, db, change, (_, body) => body);

    private static Task<IResult> Patch(string id, HttpContext http, AssayDb db, AccessChange change) => Change(id, http, db, change, (shown, patch) =>
    {
        ScimPatch.Apply(shown, patch);
        return shown;
    });

    private static async Task<IResult> Delete(string id, HttpContext http, AssayDb db, AccessChange change)
    {
        var cancel = http.RequestAborted;
        var group = await Find(id, db, cancel);
        ScimResource.DemandVersion(http, await Shown(group, http, db));
        db.RemoveRange(await db.Bindings.Where(binding => binding.PrincipalId == id).ToListAsync(cancel));
        db.RemoveRange(await db.GroupMembers.Where(member => member.GroupId == id).ToListAsync(cancel));
        db.Remove(group);
        await change.Save(new GroupDeleted(id, group.Name), cancel);
        return Results.NoContent();
    }

    private static async Task<IResult> Change(string id, HttpContext http, AssayDb db, AccessChange change, Func<JsonObject, JsonObject, JsonObject> wanted)
    {
        var (body, cancel) = (await ScimJson.Read(http), http.RequestAborted);
        var group = await Find(id, db, cancel);
        var shown = await Shown(group, http, db);
        ScimResource.DemandVersion(http, shown);
        var after = ScimGroup.Read(wanted(shown, body), change.Before);
        await DemandFree(after.Name, id, db, cancel);

        if (group.Name != after.Name || group.ExternalId != Prefix + after.ExternalId)
        {
            (group.Name, group.ExternalId) = (after.Name, Prefix + after.ExternalId);
            await change.Save(new GroupProvisioned(id, [], []), cancel);
        }

        await SetMembers(id, after.Members, db, change, cancel);
        return ScimResource.Answer(http, await Shown(group, http, db));
    }

    // Service accounts that an administrator put into the group are none of the directory's.
    private static async Task SetMembers(string group, IReadOnlySet<string> wanted, AssayDb db, AccessChange change, CancellationToken cancel)
    {
        var members = await db.GroupMembers.Where(member => member.GroupId == group && member.PrincipalId.StartsWith(AccountId.Person)).ToListAsync(cancel);
        var left = members.Where(member => !wanted.Contains(member.PrincipalId)).ToList();
        var joined = wanted.Except(members.Select(member => member.PrincipalId)).Select(member => new GroupMember { GroupId = group, PrincipalId = member }).ToList();
        foreach (var some in left.Select(member => (Member: member, Joins: false)).Concat(joined.Select(member => (Member: member, Joins: true))).Chunk(ChangesAtOnce))
        {
            db.RemoveRange(some.Where(one => !one.Joins).Select(one => one.Member));
            db.GroupMembers.AddRange(some.Where(one => one.Joins).Select(one => one.Member));
            var ids = some.ToLookup(one => one.Joins, one => one.Member.PrincipalId);
            await change.Save(new GroupProvisioned(group, [.. ids[true]], [.. ids[false]]), cancel);
        }
    }

    private static async Task<JsonObject> Shown(Group group, HttpContext http, AssayDb db) =>
        ScimGroup.Show(http, group, (await ScimGroup.MembersOf(db, [group.Id], http.RequestAborted))[group.Id]);

    private static async Task DemandFree(string name, string? except, AssayDb db, CancellationToken cancel)
    {
        if (await db.Groups.AnyAsync(row => row.Name == name && row.Id != except, cancel))
            throw Refusal.Conflict($"There is a group '{name}' already.");
    }

#pragma warning disable CA1862 // the database compares, which knows no StringComparison
    private static IQueryable<Group> Where(IQueryable<Group> rows, ScimComparison comparison, IQueryable<GroupMember> members)
    {
        var (value, lower, external) = (comparison.Value, comparison.Value.ToLowerInvariant(), Prefix + comparison.Value);
        return (comparison.Attribute, comparison.Operator) switch
        {
            ("id", "eq") => rows.Where(row => row.Id == value),
            ("displayname", "eq") => rows.Where(row => row.Name.ToLower() == lower),
            ("displayname", "sw") => rows.Where(row => row.Name.ToLower().StartsWith(lower)),
            ("displayname", _) => rows.Where(row => row.Name.ToLower().Contains(lower)),
            ("externalid", "eq") => rows.Where(row => row.ExternalId == external),
            ("members" or "members.value", "eq") => rows.Where(row => members.Any(member => member.GroupId == row.Id && member.PrincipalId == value)),
            _ => throw Refusal.Invalid("filter", $"'{comparison.Attribute}' is compared by 'eq' only."),
        };
    }
#pragma warning restore CA1862

    private static async Task<Group> Find(string id, AssayDb db, CancellationToken cancel) =>
        await db.Groups.SingleOrDefaultAsync(row => row.Id == id && row.ExternalId != null && row.ExternalId.StartsWith(Prefix), cancel)
        ?? throw Refusal.NotFound("group of the directory", id);
}
