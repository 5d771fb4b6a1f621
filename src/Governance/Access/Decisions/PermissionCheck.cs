using System.Security.Claims;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Microsoft.AspNetCore.Authorization;

namespace Assay.Governance.Access.Decisions;

/// <summary>Decides whether a caller holds a route's permission in the request's project, or on the resource that the route names. Default deny.</summary>
internal sealed class PermissionCheck(AccessState state, ProjectScope scope) : AuthorizationHandler<Permission>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, Permission requirement)
    {
        if (state.Current.Allows(context.User, requirement, PlaceOf(context.Resource as HttpContext, requirement)))
            context.Succeed(requirement);
        return Task.CompletedTask;
    }

    private Place PlaceOf(HttpContext? http, Permission permission)
    {
        if (permission.InstallationWide)
            return Place.Installation;
        var resource = http?.GetEndpoint()?.Metadata.GetMetadata<NamedResource>();
        return resource is not null && http!.Request.RouteValues.TryGetValue(resource.RouteValue, out var name) && name is string text
            ? new(scope.Name, resource.Kind, text)
            : new(scope.Name);
    }
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

    private static bool WithinToken(AccessSnapshot snapshot, ClaimsPrincipal caller, string permission)
    {
        if (caller.FindFirst(AccessClaims.Limit) is not { Value: var limit })
            return true;
        return snapshot.PermissionsOf(limit) is { } role
            ? role.Contains(permission)
            : limit.Split(' ').Contains(permission);
    }
}
