using System.ComponentModel.DataAnnotations;
using Assay.Governance.Access.Accounts;
using Assay.Governance.Access.Decisions;
using Assay.Governance.Access.Roles;
using Assay.Kernel;
using Assay.Kernel.Idempotency;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Assay.Kernel.Refusals;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Access.Bindings;

/// <summary>A new binding.</summary>
/// <param name="Principal">Id of a person, a group or a service account.</param>
/// <param name="Role">Name of a built-in or a custom role.</param>
/// <param name="Effect">Whether the role is given or denied; given when left out.</param>
/// <param name="Project">Left out for the whole installation.</param>
/// <param name="Resource">One resource of the project, such as <c>models/churn</c>; left out for all of it.</param>
/// <param name="ExpiresAt">When it ends by itself; left out for never.</param>
public sealed record CreateBindingRequest(
    [Required, StringLength(20)] string Principal,
    [Required, StringLength(63)] string Role,
    BindingEffect Effect = BindingEffect.Allow,
    [StringLength(63)] string? Project = null,
    [StringLength(240)] string? Resource = null,
    DateTimeOffset? ExpiresAt = null);

/// <summary>A binding.</summary>
/// <param name="PrincipalName">Name of the person, group or service account, for people.</param>
public sealed record BindingSummary(
    string Id, string Principal, string PrincipalName, string Role, BindingEffect Effect, string? Project, string? Resource,
    DateTimeOffset? ExpiresAt, DateTimeOffset CreatedAt);

public sealed record BindingCreated(
    string Id, string Principal, string Role, BindingEffect Effect, string? BoundProject, string? Resource, DateTimeOffset? ExpiresAt)
    : LedgerEvent("binding.created", Principal)
{
    internal static BindingCreated Of(Binding row) =>
        new(row.Id, row.PrincipalId, row.Role, row.Effect, row.Project, ResourceText.Of(row), row.ExpiresAt);
}

public sealed record BindingDeleted(string Id, string Principal, string Role, BindingEffect Effect) : LedgerEvent("binding.deleted", Principal);

internal static class BindingRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/bindings").WithTags("Access");
        group.MapPost("/", Create).WithName("CreateBinding").Requires(GovernancePermissions.BindingsAdmin).Idempotent();
        group.MapGet("/", List).WithName("ListBindings").Requires(GovernancePermissions.AccessRead);
        group.MapDelete("/{id}", Delete).WithName("DeleteBinding").Requires(GovernancePermissions.BindingsAdmin);
    }

    private static async Task<Created<BindingSummary>> Create(
        CreateBindingRequest request, AssayDb db, AccessChange change, TimeProvider clock, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var binding = await Read(request, db, change.Before, now, cancel);
        var place = new Place(binding.Project, binding.ResourceKind, binding.ResourceName);
        Administers(change, place);
        if (binding.Effect == BindingEffect.Allow)
            change.MayGive(change.Before.PermissionsOf(binding.Role)!, place);
        db.Bindings.Add(binding);
        await change.Save(BindingCreated.Of(binding), cancel);
        return TypedResults.Created($"/api/v1/bindings/{binding.Id}", Summary(binding, change.Before));
    }

    /// <summary>All bindings for who may see the whole installation's; else those of the request's project.</summary>
    private static async Task<Page<BindingSummary>> List(
        [AsParameters] PageRequest page, [AsParameters] BindingFilter wanted, AssayDb db, AccessState access, HttpContext http, CancellationToken cancel)
    {
        var everything = access.Current.Allows(http.User, GovernancePermissions.AccessRead, Place.Installation);
        var here = http.RequestServices.GetRequiredService<ProjectScope>().Name;
        var rows = await db.Bindings.AsNoTracking()
            .Where(row => everything || row.Project == here)
            .Where(row => wanted.Principal == null || row.PrincipalId == wanted.Principal)
            .Where(row => wanted.Role == null || row.Role == wanted.Role)
            .Where(row => wanted.Project == null || row.Project == wanted.Project)
            .Where(row => page.Cursor == null || string.Compare(row.Id, page.Cursor) > 0)
            .OrderBy(row => row.Id).Take(page.Size + 1).ToListAsync(cancel);
        return page.Of(rows.ConvertAll(row => Summary(row, access.Current)), binding => binding.Id);
    }

    private static async Task<NoContent> Delete(string id, AssayDb db, AccessChange change, CancellationToken cancel)
    {
        var binding = await db.Bindings.FindAsync([id], cancel) ?? throw Refusal.NotFound("binding", id);
        var place = new Place(binding.Project, binding.ResourceKind, binding.ResourceName);
        Administers(change, place);
        if (binding.Effect == BindingEffect.Deny)
            change.MayGive(change.Before.PermissionsOf(binding.Role) ?? [], place);   // an end of a denial gives
        db.Remove(binding);
        await change.Save(new BindingDeleted(binding.Id, binding.PrincipalId, binding.Role, binding.Effect), cancel);
        return TypedResults.NoContent();
    }

    // The route asks for the permission in the request's project; the binding may be about another, or about all.
    private static void Administers(AccessChange change, Place place)
    {
        if (!change.Before.Allows(change.Caller, GovernancePermissions.BindingsAdmin, place))
            throw Refusal.Denied($"This needs the permission '{GovernancePermissions.BindingsAdmin.Name}' {place}, which your account or your token does not have there.");
    }

    private static async Task<Binding> Read(
        CreateBindingRequest request, AssayDb db, AccessSnapshot accounts, DateTimeOffset now, CancellationToken cancel)
    {
        if (!accounts.Principals.ContainsKey(request.Principal) && !accounts.Groups.ContainsKey(request.Principal))
            throw Refusal.Invalid("principal", $"There is no person, group or service account with the id '{request.Principal}'.");
        if (accounts.PermissionsOf(request.Role) is null)
            throw Refusal.Invalid("role", $"There is no role '{request.Role}'. 'assay access roles list' shows those that there are.");
        if (request.Project is { } project && !await db.Projects.AnyAsync(row => row.Name == project, cancel))
            throw Refusal.Invalid("project", $"There is no project '{project}'. Create it first.");
        if (request.Resource is not null && request.Project is null)
            throw Refusal.Invalid("project", "A resource belongs to a project: name the project as well.");
        if (request.ExpiresAt <= now)
            throw Refusal.Invalid("expiresAt", "A binding that has expired already gives nothing: choose a later time.");

        var (kind, name) = ResourceText.Read(request.Resource);
        if (await db.Bindings.AnyAsync(
            row => row.PrincipalId == request.Principal && row.Role == request.Role && row.Effect == request.Effect
                && row.Project == request.Project && row.ResourceKind == kind && row.ResourceName == name
                && (row.ExpiresAt == null || row.ExpiresAt > now), cancel))
            throw Refusal.Conflict("There is such a binding already. Delete it first to give it another expiry.");
        return new()
        {
            Id = Guid.CreateVersion7(now).ToString("N"),
            PrincipalId = request.Principal,
            Role = request.Role,
            Effect = request.Effect,
            Project = request.Project,
            ResourceKind = kind,
            ResourceName = name,
            ExpiresAt = request.ExpiresAt,
            CreatedAt = now,
        };
    }

    private static BindingSummary Summary(Binding row, AccessSnapshot accounts) => new(
        row.Id, row.PrincipalId, accounts.NameOf(row.PrincipalId), row.Role, row.Effect, row.Project, ResourceText.Of(row), row.ExpiresAt, row.CreatedAt);
}

/// <summary>Which bindings are wanted; what is left out does not matter.</summary>
public sealed record BindingFilter([StringLength(20)] string? Principal, [StringLength(63)] string? Role, [StringLength(63)] string? Project);

/// <summary>Resources as texts: the kind, a slash, the name.</summary>
internal static class ResourceText
{
    public static string? Of(Binding row) => row.ResourceKind is null ? null : $"{row.ResourceKind}/{row.ResourceName}";

    /// <exception cref="Refusal">It is not a kind and a name.</exception>
    public static (string? Kind, string? Name) Read(string? text)
    {
        if (text is null)
            return (null, null);
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && slash < text.Length - 1 && RoleTable.Kinds.Contains(text[..slash])
            ? (text[..slash], text[(slash + 1)..])
            : throw Refusal.Invalid("resource", $"Write a resource as kind and name, such as 'models/churn'. Kinds: {string.Join(", ", RoleTable.Kinds)}.");
    }
}
