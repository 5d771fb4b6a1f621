using Microsoft.AspNetCore.Authorization;

namespace Assay.Kernel.Permissions;

/// <summary>What a route needs: a verb on a kind of resource, such as <c>datasets.write</c>.</summary>
/// <param name="Name"><c>kind.read</c>, <c>kind.write</c>, <c>kind.approve</c> or <c>kind.admin</c>, lower case.</param>
/// <param name="InstallationWide">What it opens belongs to no project, so it counts only when it is held for the whole installation.</param>
public sealed record Permission(string Name, bool InstallationWide = false) : IAuthorizationRequirement
{
    /// <summary>The kind of resource, such as <c>datasets</c>; the first word of the name where nothing else is said.</summary>
    public string Kind { get; init; } = Name[..Name.IndexOf('.', StringComparison.Ordinal)];
}

/// <summary>Which value of the route names the one resource that the request is about.</summary>
/// <param name="RouteValue">Name of the route's parameter.</param>
/// <param name="Kind">Kind of the resource, such as <c>datasets</c>.</param>
public sealed record NamedResource(string RouteValue, string Kind);

/// <summary>The one resource that stands behind a value of the route, such as the model that a request is about.</summary>
/// <param name="RouteValue">Name of the route's parameter.</param>
/// <param name="Kind">Kind of the resource, such as <c>models</c>.</param>
/// <param name="Find">Its name by the parameter's value; null when nothing has that value.</param>
public sealed record ResourceBehind(string RouteValue, string Kind, Func<HttpContext, string, Task<string?>> Find);

/// <summary>Holding the permission on any one resource opens the route: it lists those that the caller may see, or what it does counts on those alone.</summary>
/// <param name="Kind">Kind of the resource; null for a permission that is held on resources of every kind, such as to give roles.</param>
public sealed record AnyResource(string? Kind);

/// <summary>Why a route may be called by anybody; the route test prints it.</summary>
public sealed record Anonymous(string Reason) : IAllowAnonymous;

/// <summary>The route is asked thousands of times a second: callers who are known and may ask it come to it by the short way.</summary>
public sealed record Hot;

/// <summary>Why a route needs no permission of who is signed in; the route test prints it.</summary>
public sealed record SignedIn(string Reason);

/// <summary>Says beside each route who may call it. The host refuses a caller of a route that says nothing.</summary>
public static class PermissionExtensions
{
    /// <summary>Lets through callers who hold <paramref name="permission"/> in the request's project.</summary>
    /// <param name="endpoint">The route.</param>
    /// <param name="permission">What its caller must hold.</param>
    /// <param name="resource">
    /// The route's parameter that names the resource: the permission then suffices, and a denial counts, on that resource alone.
    /// </param>
    public static TBuilder Requires<TBuilder>(this TBuilder endpoint, Permission permission, string? resource = null)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoint.RequireAuthorization(policy => policy.AddRequirements(permission)).WithMetadata(permission);
        return resource is null ? endpoint : endpoint.WithMetadata(new NamedResource(resource, permission.Kind));
    }

    /// <summary>Lets through callers who hold the permission on the resource that stands behind a value of the route, or around it.</summary>
    /// <param name="endpoint">The route.</param>
    /// <param name="permission">What its caller must hold.</param>
    /// <param name="routeValue">The route's parameter.</param>
    /// <param name="find">Name of the resource by the parameter's value; null when there is none: the project then decides.</param>
    public static TBuilder RequiresBehind<TBuilder>(
        this TBuilder endpoint, Permission permission, string routeValue, Func<HttpContext, string, Task<string?>> find)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.Requires(permission).WithMetadata(new ResourceBehind(routeValue, permission.Kind, find));

    /// <summary>Lets through callers who hold the permission in the project or on any one resource in it; the handler keeps to what each of them may see.</summary>
    public static TBuilder RequiresOnAny<TBuilder>(this TBuilder endpoint, Permission permission)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.Requires(permission).WithMetadata(new AnyResource(permission.Kind));

    /// <summary>The same for a permission that is held on resources of every kind.</summary>
    public static TBuilder RequiresSomewhere<TBuilder>(this TBuilder endpoint, Permission permission)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.Requires(permission).WithMetadata(new AnyResource(null));

    /// <summary>
    /// Lets known callers who may ask this route come to it without what stands between for pages and forms. Who is refused
    /// anything goes the whole way.
    /// </summary>
    public static TBuilder IsHot<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new Hot());

    /// <summary>Lets everybody through, for a reason.</summary>
    public static TBuilder AllowAnyone<TBuilder>(this TBuilder endpoint, string reason)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new Anonymous(reason));

    /// <summary>Lets everybody through who is signed in, for a reason: what the route is about belongs to the caller.</summary>
    public static TBuilder AllowSignedIn<TBuilder>(this TBuilder endpoint, string reason)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.RequireAuthorization().WithMetadata(new SignedIn(reason));
}
