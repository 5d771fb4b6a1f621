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

public sealed record BindingDeleted(string Id, string Principal, string Role, BindingEffect Effect, string? BoundProject)
    : LedgerEvent("binding.deleted", Principal);

internal static class BindingRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/bindings").WithTags("Access");
        group.MapPost("/", Create).WithName("CreateBinding").RequiresSomewhere(GovernancePermissions.BindingsAdmin).Idempotent();
        group.MapGet("/", List).WithName("ListBindings").Requires(GovernancePermissions.AccessRead);
        group.MapDelete("/{id}", Delete).WithName("DeleteBinding").RequiresSomewhere(GovernancePermissions.BindingsAdmin);
    }

    private static async Task<Created<BindingSummary>> Create(CreateBindingRequest request, BindingBook book, CancellationToken cancel)
    {
        var binding = await book.Create(request, cancel);
        return TypedResults.Created($"/api/v1/bindings/{binding.Id}", Summary(binding, book.Before));
    }

    /// <summary>All bindings for who may see the whole installation's; else those of the request's project.</summary>
    private static async Task<Page<BindingSummary>> List(
        [AsParameters] PageRequest page, [AsParameters] BindingFilter wanted, AssayDb db, AccessState access, HttpContext http, CancellationToken cancel)
    {
        var everything = access.Current.Allows(http.User, GovernancePermissions.AccessRead, Place.Installation);
        var here = http.RequestServices.GetRequiredService<ProjectScope>().Name;
        var after = page.AfterId();
        var rows = await db.Bindings.AsNoTracking()
            .Where(row => everything || row.Project == here)
            .Where(row => wanted.Principal == null || row.PrincipalId == wanted.Principal)
            .Where(row => wanted.Role == null || row.Role == wanted.Role)
            .Where(row => wanted.Project == null || row.Project == wanted.Project)
            .Where(row => after == null || string.Compare(row.Id, after) > 0)
            .OrderBy(row => row.Id).Take(page.Size + 1).ToListAsync(cancel);
        return page.Of(rows.ConvertAll(row => Summary(row, access.Current)), binding => binding.Id);
    }

    private static async Task<NoContent> Delete(string id, AssayDb db, BindingBook book, CancellationToken cancel)
    {
        await book.Delete(await db.Bindings.FindAsync([id], cancel) ?? throw Refusal.NotFound("binding", id), cancel);
        return TypedResults.NoContent();
    }

    private static BindingSummary Summary(Binding row, AccessSnapshot accounts) => new(
        row.Id, row.PrincipalId, accounts.NameOf(row.PrincipalId), row.Role, row.Effect, row.Project, ResourceText.Of(row), row.ExpiresAt, row.CreatedAt);
}

/// <summary>Which bindings are wanted; what is left out does not matter.</summary>
public sealed record BindingFilter
{
    /// <summary>Id of a person, group or service account.</summary>
    [StringLength(20)]
    public string? Principal { get; init; }

    /// <summary>Name of a role.</summary>
    [StringLength(63)]
    public string? Role { get; init; }

    /// <summary>Name of a project.</summary>
    [StringLength(63)]
    public string? Project { get; init; }
}

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
