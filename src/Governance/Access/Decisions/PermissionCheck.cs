using System.Security.Claims;
using Assay.Governance.Access.Roles;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Microsoft.AspNetCore.Authorization;

namespace Assay.Governance.Access.Decisions;

/// <summary>Decides whether a caller holds a route's permission in the request's project, or on the resource that the route names. Default deny.</summary>
internal sealed class PermissionCheck(AccessState state, ProjectScope scope) : AuthorizationHandler<Permission>
{
    protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, Permission requirement)
    {
        var (snapshot, http) = (state.Current, context.Resource as HttpContext);
        if (snapshot.Allows(context.User, requirement, await PlaceOf(http, requirement)) || MayList(snapshot, http, context.User, requirement))
            context.Succeed(requirement);
    }

    private bool MayList(AccessSnapshot snapshot, HttpContext? http, ClaimsPrincipal caller, Permission permission) =>
        http?.GetEndpoint()?.Metadata.GetMetadata<AnyResource>() is { } any
        && (any.Kind is null ? RoleTable.Kinds : [any.Kind])
            .Any(kind => snapshot.Reach(caller, permission with { Kind = kind }, scope.Name) is { IsAll: false, Names.Count: > 0 });

    private async ValueTask<Place> PlaceOf(HttpContext? http, Permission permission)
    {
        if (permission.InstallationWide)
            return Place.Installation;
        var metadata = http?.GetEndpoint()?.Metadata;
        if (metadata?.GetMetadata<NamedResource>() is { } named && Value(http!, named.RouteValue) is { } name)
            return new(scope.Name, named.Kind, name);
        return metadata?.GetMetadata<ResourceBehind>() is { } behind && Value(http!, behind.RouteValue) is { } value && await behind.Find(http!, value) is { } found
            ? new(scope.Name, behind.Kind, found)
            : new(scope.Name);
    }

    private static string? Value(HttpContext http, string name) => http.Request.RouteValues.GetValueOrDefault(name) as string;
}

/// <summary>What a signed-in caller may do: the rights of the account, within the limits of the token.</summary>
internal static class CallerRights
{
    public static bool Allows(this AccessSnapshot snapshot, ClaimsPrincipal caller, Permission permission, Place place) =>
        snapshot.Allows(caller, permission.Name, permission.InstallationWide ? Place.Installation : place);

    public static bool Allows(this AccessSnapshot snapshot, ClaimsPrincipal caller, string permission, Place place) =>
        caller.PrincipalId() is { } principal
        && (caller.BoundProject() is not { } bound || bound == place.Project)
        && WithinToken(snapshot, caller, permission)
        && snapshot.Allows(principal, permission, place);

    /// <summary>On which resources of the permission's kind a caller holds it in a project.</summary>
    public static ResourceReach Reach(this AccessSnapshot snapshot, ClaimsPrincipal caller, Permission permission, string? project) =>
        caller.PrincipalId() is { } principal && project is not null
        && (caller.BoundProject() is not { } bound || bound == project)
        && WithinToken(snapshot, caller, permission.Name)
            ? snapshot.Reach(principal, permission, project)
            : ResourceReach.None;

    private static bool WithinToken(AccessSnapshot snapshot, ClaimsPrincipal caller, string permission)
    {
        if (caller.FindFirst(AccessClaims.Limit) is not { Value: var limit })
            return true;
        return snapshot.PermissionsOf(limit) is { } role
            ? role.Contains(permission)
            : limit.Split(' ').Contains(permission);
    }
}
