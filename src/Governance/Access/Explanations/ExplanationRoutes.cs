using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Assay.Governance.Access.Accounts;
using Assay.Governance.Access.Bindings;
using Assay.Governance.Access.Decisions;
using Assay.Governance.Access.Roles;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Assay.Kernel.Refusals;

namespace Assay.Governance.Access.Explanations;

/// <summary>An account, as far as an explanation needs it.</summary>
public sealed record AccountSummary(string Id, PrincipalKind Kind, string Name, string DisplayName, bool Active)
{
    internal static AccountSummary Of(Principal principal) =>
        new(principal.Id, principal.Kind, principal.Name, principal.DisplayName, principal.Active);
}

/// <summary>A binding as a reason.</summary>
/// <param name="Group">Name of the group that it is bound to; null when it is bound to the account itself.</param>
public sealed record ExplainedBinding(
    string Id, string Role, BindingEffect Effect, string? Group, string? Project, string? Resource, DateTimeOffset? ExpiresAt);

/// <summary>Whether an account may do something, and why.</summary>
/// <param name="Allowed">The decision.</param>
/// <param name="Because">The reason, in a sentence.</param>
/// <param name="Account">Who was asked about.</param>
/// <param name="Permission">What was asked about.</param>
/// <param name="Project">Where; null for the whole installation.</param>
/// <param name="Resource">On what, such as <c>models/churn</c>; null for all of the project.</param>
/// <param name="Bindings">All bindings that have a say in it, denials first.</param>
public sealed record AccessExplanation(
    bool Allowed, string Because, AccountSummary Account, string Permission, string? Project, string? Resource, IReadOnlyList<ExplainedBinding> Bindings);

/// <summary>What an account is given, and what follows from it in one project.</summary>
/// <param name="Account">Who.</param>
/// <param name="Groups">Names of its groups.</param>
/// <param name="Bindings">
/// All that is given and denied: everywhere for who may see access of the whole installation, else what holds in the
/// request's project.
/// </param>
/// <param name="Permissions">Every permission, whether it is held in the request's project, and why.</param>
public sealed record AccountRights(
    AccountSummary Account, IReadOnlyList<string> Groups, IReadOnlyList<ExplainedBinding> Bindings, IReadOnlyList<PermissionHeld> Permissions);

/// <summary>A permission, and whether and why an account holds it.</summary>
public sealed record PermissionHeld(string Permission, string Opens, bool Allowed, string Because);

/// <summary>An account that may do something to a resource.</summary>
/// <param name="Account">Who.</param>
/// <param name="Permissions">What, of those that were asked about.</param>
/// <param name="Because">Why the first of them is held.</param>
public sealed record PermissionHolder(AccountSummary Account, IReadOnlyList<string> Permissions, string Because);

internal static class ExplanationRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/access").WithTags("Access");
        group.MapGet("/explanation", Explain).WithName("ExplainAccess").Requires(GovernancePermissions.AccessRead);
        group.MapGet("/rights", Rights).WithName("ShowRights").Requires(GovernancePermissions.AccessRead);
        group.MapGet("/holders", Holders).WithName("ListHolders").Requires(GovernancePermissions.AccessRead);
    }

    /// <summary>Why an account or a token may do something in the request's project, or on one resource of it.</summary>
    private static async Task<AccessExplanation> Explain(
        [Required, StringLength(200)] string who, [Required, StringLength(100)] string permission, [StringLength(240)] string? resource,
        Explainer explainer, ProjectScope scope, CancellationToken cancel)
    {
        if (!RoleTable.Permissions.Contains(permission))
            throw Refusal.Invalid("permission", $"There is no permission '{permission}'. docs/reference/access.md lists them all.");
        var (principal, token) = await Who(who, explainer, cancel);
        var (kind, name) = ResourceText.Read(resource);
        return explainer.Explain(principal, token, permission, new(scope.Name, kind, name));
    }

    /// <summary>What an account may do in the request's project.</summary>
    private static async Task<AccountRights> Rights(
        [Required, StringLength(200)] string who, Explainer explainer, AccessState access, ProjectScope scope, ClaimsPrincipal user, CancellationToken cancel)
    {
        var (principal, token) = await Who(who, explainer, cancel);
        var everything = access.Current.Allows(user, GovernancePermissions.AccessRead, Place.Installation);
        return new(
            AccountSummary.Of(principal),
            access.Current.GroupNamesOf(principal.Id),
            explainer.BindingsOf(principal, everything ? null : scope.Name),
            [.. RoleTable.Rows.Select(row =>
            {
                var found = explainer.Explain(principal, token, row.Permission, new(scope.Name));
                return new PermissionHeld(row.Permission, row.Opens, found.Allowed, found.Because);
            })]);
    }

    /// <summary>Active accounts that may do something to a resource, or in the project: all permissions of the resource's kind, or the one that is named.</summary>
    private static Page<PermissionHolder> Holders(
        [AsParameters] PageRequest page, [StringLength(100)] string? permission, [StringLength(240)] string? resource,
        Explainer explainer, AccessState access, ProjectScope scope)
    {
        if (permission is not null && !RoleTable.Permissions.Contains(permission))
            throw Refusal.Invalid("permission", $"There is no permission '{permission}'. docs/reference/access.md lists them all.");
        var (kind, name) = ResourceText.Read(resource);
        var place = new Place(scope.Name, kind, name);
        var asked = permission is not null ? [permission]
            : RoleTable.Rows.Select(row => row.Permission).Where(each => kind is null || RoleTable.IsAbout(each, kind)).ToList();

        var (snapshot, after) = (access.Current, page.AfterId(AccountId.Is));
        List<PermissionHolder> found = [.. snapshot.Principals.Values
            .Where(principal => after is null || string.CompareOrdinal(principal.Id, after) > 0)
            .OrderBy(principal => principal.Id, StringComparer.Ordinal)
            .Select(principal => (Principal: principal, Held: asked.FindAll(each => snapshot.Allows(principal.Id, each, RoleTable.InstallationWide.Contains(each) ? Place.Installation : place))))
            .Where(holder => holder.Held.Count > 0)
            .Take(page.Size + 1)
            .Select(holder => new PermissionHolder(
                AccountSummary.Of(holder.Principal), holder.Held, explainer.Explain(holder.Principal, null, holder.Held[0], place).Because))];
        return page.Of(found, holder => holder.Account.Id);
    }

    private static async Task<(Principal Principal, AccessToken? Token)> Who(string who, Explainer explainer, CancellationToken cancel) =>
        await explainer.Find(who, cancel)
        ?? throw Refusal.Invalid("who", $"There is no person, service account or token '{who}'. Name it by its id, or an account by its name.");
}
