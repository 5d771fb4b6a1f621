using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Assay.Governance.Access.Bindings;
using Assay.Governance.Access.Decisions;
using Assay.Kernel;
using Assay.Kernel.Idempotency;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Access.Accounts;

/// <summary>A new group, without members.</summary>
/// <param name="Name">Unique; bindings, gate policies and sign-in name it.</param>
/// <param name="ExternalId">The group's id in the directory that it comes from.</param>
public sealed record CreateGroupRequest(
    [Required, RegularExpression(GroupName.Pattern, ErrorMessage = GroupName.Remedy)] string Name,
    [StringLength(200)] string? ExternalId = null);

/// <summary>A group as listed.</summary>
public sealed record GroupSummary(string Id, string Name, string? ExternalId, DateTimeOffset CreatedAt, int Members);

/// <summary>A person or service account that belongs to a group.</summary>
public sealed record GroupMemberSummary(string Id, PrincipalKind Kind, string Name, string DisplayName, bool Active);

/// <summary>A group with all its members.</summary>
public sealed record GroupDetail(GroupSummary Summary, IReadOnlyList<GroupMemberSummary> Members);

public sealed record GroupCreated(string Id, string Name) : LedgerEvent("group.created", Id);

/// <summary>An account joined or left.</summary>
public sealed record GroupChanged(string Id, string Member, bool Joined) : LedgerEvent("group.changed", Id);

/// <summary>A group is gone, with its members' places and its bindings.</summary>
public sealed record GroupDeleted(string Id, string Name) : LedgerEvent("group.deleted", Id);

internal static partial class GroupName
{
    public const string Pattern = "^[A-Za-z0-9][A-Za-z0-9 ._@-]{0,99}$";
    public const string Remedy = "A group's name has 1 to 100 letters, digits, spaces and . _ @ -, and starts with a letter or digit.";

    /// <summary>Whether it is a group's name to its very end: the pattern alone takes a newline behind it.</summary>
    public static bool Fits(string name) => Whole().IsMatch(name);

    [GeneratedRegex(Pattern + @"\z")]
    private static partial Regex Whole();
}

internal static class GroupRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/groups").WithTags("Access");
        group.MapPost("/", Create).WithName("CreateGroup").Requires(GovernancePermissions.AccessAdmin).Idempotent();
        group.MapGet("/", List).WithName("ListGroups").Requires(GovernancePermissions.AccessRead);
        group.MapGet("/{id}", Show).WithName("ShowGroup").Requires(GovernancePermissions.AccessRead);
        group.MapDelete("/{id}", Delete).WithName("DeleteGroup").Requires(GovernancePermissions.AccessAdmin);
        group.MapPut("/{id}/members/{member}", Join).WithName("JoinGroup").Requires(GovernancePermissions.AccessAdmin);
        group.MapDelete("/{id}/members/{member}", Leave).WithName("LeaveGroup").Requires(GovernancePermissions.AccessAdmin);
    }

    private static async Task<Created<GroupSummary>> Create(
        CreateGroupRequest request, AssayDb db, AccessChange change, TimeProvider clock, CancellationToken cancel)
    {
        if (await db.Groups.AnyAsync(row => row.Name == request.Name, cancel))
            throw Refusal.Conflict($"There is a group '{request.Name}' already.");
        var group = new Group { Id = AccountId.New(AccountId.Group), Name = request.Name, ExternalId = request.ExternalId, CreatedAt = clock.GetUtcNow() };
        db.Groups.Add(group);
        await change.Save(new GroupCreated(group.Id, group.Name), cancel);
        return TypedResults.Created($"/api/v1/groups/{group.Id}", Summary(group, 0));
    }

    private static async Task<Page<GroupSummary>> List([AsParameters] PageRequest page, AssayDb db, CancellationToken cancel)
    {
        var all = db.GroupMembers;
        var rows = await db.Groups.AsNoTracking()
            .Where(row => page.Cursor == null || string.Compare(row.Name, page.Cursor) > 0)
            .OrderBy(row => row.Name).Take(page.Size + 1)
            .Select(row => new { Group = row, Members = all.Count(member => member.GroupId == row.Id) })
            .ToListAsync(cancel);
        return page.Of(rows.ConvertAll(row => Summary(row.Group, row.Members)), group => group.Name);
    }

    private static async Task<GroupDetail> Show(string id, AssayDb db, AccessState access, CancellationToken cancel)
    {
        var group = await Find(id, db, cancel);
        var members = access.Current.Principals.Values.Where(principal => principal.Groups.Contains(id))
            .OrderBy(principal => principal.Name, StringComparer.Ordinal)
            .Select(principal => new GroupMemberSummary(principal.Id, principal.Kind, principal.Name, principal.DisplayName, principal.Active)).ToList();
        return new(Summary(group, members.Count), members);
    }

    private static async Task<NoContent> Delete(string id, AssayDb db, AccessChange change, CancellationToken cancel)
    {
        var group = await Find(id, db, cancel);
        var bindings = await db.Bindings.Where(binding => binding.PrincipalId == id).ToListAsync(cancel);
        change.MayEnd(bindings);
        db.RemoveRange(bindings);
        db.RemoveRange(await db.GroupMembers.Where(member => member.GroupId == id).ToListAsync(cancel));
        db.Remove(group);
        await change.Save(new GroupDeleted(id, group.Name), cancel);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> Join(string id, string member, AssayDb db, AccessChange change, CancellationToken cancel)
    {
        await Find(id, db, cancel);
        if (!change.Before.Principals.ContainsKey(member))
            throw Refusal.NotFound("person or service account", member);
        if (await db.GroupMembers.FindAsync([id, member], cancel) is null)
        {
            change.MayGiveAll(change.Before.BindingsOf(id));
            db.GroupMembers.Add(new() { GroupId = id, PrincipalId = member });
            await change.Save(new GroupChanged(id, member, Joined: true), cancel);
        }

        return TypedResults.NoContent();
    }

    private static async Task<NoContent> Leave(string id, string member, AssayDb db, AccessChange change, CancellationToken cancel)
    {
        await Find(id, db, cancel);
        if (await db.GroupMembers.FindAsync([id, member], cancel) is { } row)
        {
            // Who leaves a group escapes what the group is denied.
            change.MayEnd(change.Before.BindingsOf(id));
            db.Remove(row);
            await change.Save(new GroupChanged(id, member, Joined: false), cancel);
        }

        return TypedResults.NoContent();
    }

    private static async Task<Group> Find(string id, AssayDb db, CancellationToken cancel) =>
        await db.Groups.FindAsync([id], cancel) ?? throw Refusal.NotFound("group", id);

    private static GroupSummary Summary(Group row, int members) => new(row.Id, row.Name, row.ExternalId, row.CreatedAt, members);
}
