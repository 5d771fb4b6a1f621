using Microsoft.AspNetCore.Authorization;

namespace Assay.Kernel.Permissions;

/// <summary>What a route needs: a verb on a kind of resource, such as <c>datasets.write</c>.</summary>
/// <param name="Name"><c>kind.read</c>, <c>kind.write</c>, <c>kind.approve</c> or <c>kind.admin</c>, lower case.</param>
public sealed record Permission(string Name) : IAuthorizationRequirement;

/// <summary>Why a route may be called by anybody; the route test prints it.</summary>
public sealed record Anonymous(string Reason) : IAllowAnonymous;

/// <summary>Says beside each route who may call it. The host refuses a caller of a route that says nothing.</summary>
public static class PermissionExtensions
{
    /// <summary>Lets through callers who hold <paramref name="permission"/> in the request's project.</summary>
    public static TBuilder Requires<TBuilder>(this TBuilder endpoint, Permission permission)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.RequireAuthorization(policy => policy.AddRequirements(permission)).WithMetadata(permission);

    /// <summary>Lets everybody through, for a reason.</summary>
    public static TBuilder AllowAnyone<TBuilder>(this TBuilder endpoint, string reason)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new Anonymous(reason));
}
