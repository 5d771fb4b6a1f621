using System.ComponentModel.DataAnnotations;
using Assay.Governance.Access.Bindings;
using Assay.Governance.Access.Decisions;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Access.Roles;

/// <summary>What a custom role is to be.</summary>
/// <param name="Permissions">All its permissions; those of the present role that are not listed are taken away.</param>
/// <param name="Description">What it is for.</param>
public sealed record PutRoleRequest(
    [Required, MinLength(1), MaxLength(100)] IReadOnlyList<string> Permissions,
    [StringLength(500)] string? Description = null);

/// <summary>A role.</summary>
/// <param name="BuiltIn">Whether it comes with Assay and can't be changed.</param>
public sealed record RoleSummary(string Name, bool BuiltIn, string? Description, IReadOnlyList<string> Permissions);

public sealed record RoleChanged(string Name, IReadOnlyList<string> Permissions) : LedgerEvent("role.changed", $"role:{Name}");

public sealed record RoleDeleted(string Name) : LedgerEvent("role.deleted", $"role:{Name}");

internal static class RoleRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/roles").WithTags("Access");
        group.MapGet("/", List).WithName("ListRoles").Requires(GovernancePermissions.AccessRead);
        group.MapPut("/{name}", Put).WithName("PutRole").Requires(GovernancePermissions.AccessAdmin);
        group.MapDelete("/{name}", Delete).WithName("DeleteRole").Requires(GovernancePermissions.AccessAdmin);
    }

    private static async Task<Page<RoleSummary>> List([AsParameters] PageRequest page, AssayDb db, CancellationToken cancel)
    {
        var custom = await db.CustomRoles.AsNoTracking()
            .Where(row => page.Cursor == null || string.Compare(row.Name, page.Cursor) > 0)
            .OrderBy(row => row.Name).Take(page.Size + 1).ToListAsync(cancel);
        var builtIn = RoleTable.Roles
            .Where(role => page.Cursor is null || string.CompareOrdinal(role.Key, page.Cursor) > 0)
            .Select(role => new RoleSummary(role.Key, true, null, [.. role.Value.Order(StringComparer.Ordinal)]));
        return page.Of([.. custom.ConvertAll(Summary).Concat(builtIn).OrderBy(role => role.Name, StringComparer.Ordinal).Take(page.Size + 1)], role => role.Name);
    }

    private static async Task<RoleSummary> Put(
        string name, PutRoleRequest request, AssayDb db, AccessChange change, TimeProvider clock, CancellationToken cancel)
    {
        if (!ProjectName.Fits(name))
            throw Refusal.Invalid("name", "A role's name has 1 to 63 lower-case letters, digits and dashes, and starts with a letter or digit.");
        if (RoleTable.Roles.ContainsKey(name))
            throw Refusal.Conflict($"'{name}' is a built-in role and stays as it is: choose another name.");
        var permissions = PermissionList.Of(request.Permissions);
        change.MayGive(permissions.Split(' '), Place.Installation);

        var role = await db.CustomRoles.FindAsync([name], cancel);
        if (role is not null && await db.Bindings.AnyAsync(row => row.Role == name && row.Effect == BindingEffect.Deny, cancel))
            change.MayGive(role.Permissions.Split(' '), Place.Installation);   // what the role loses is no longer denied
        if (role is null)
            db.CustomRoles.Add(role = new() { Name = name, Description = null, Permissions = "", CreatedAt = clock.GetUtcNow() });
        (role.Permissions, role.Description) = (permissions, request.Description);
        await change.Save(new RoleChanged(name, permissions.Split(' ')), cancel);
        return Summary(role);
    }

    private static async Task<NoContent> Delete(string name, AssayDb db, AccessChange change, CancellationToken cancel)
    {
        if (RoleTable.Roles.ContainsKey(name))
            throw Refusal.Conflict($"'{name}' is a built-in role and can't be deleted.");
        var role = await db.CustomRoles.FindAsync([name], cancel) ?? throw Refusal.NotFound("role", name);
        if (await db.Bindings.AnyAsync(row => row.Role == name, cancel))
            throw Refusal.Conflict($"The role '{name}' is bound to somebody: delete those bindings first.");
        db.Remove(role);
        await change.Save(new RoleDeleted(name), cancel);
        return TypedResults.NoContent();
    }

    private static RoleSummary Summary(CustomRole row) => new(row.Name, false, row.Description, row.Permissions.Split(' '));
}
