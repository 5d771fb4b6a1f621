using System.Security.Claims;
using Assay.Governance.Access.Decisions;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;

namespace Assay.Governance.Access;

/// <summary>
/// Takes callers of hot routes straight there when their token was known a moment ago and the snapshot of rights lets them:
/// sign-in by cookies, checks of forms and the recording of refusals are for others. It refuses nobody, since whoever it
/// doesn't let through goes the whole way and is judged there, by the same tokens and the same snapshot.
/// </summary>
internal static class ShortWay
{
    private const string Bearer = "Bearer " + TokenSecrets.Prefix;

    public static void UseShortWay(this IApplicationBuilder app)
    {
        var services = app.ApplicationServices;
        var (tokens, state, projects) = (services.GetRequiredService<Tokens>(), services.GetRequiredService<AccessState>(), services.GetRequiredService<Projects>());
        var end = app.New();
        end.UseDeniedRequests();
        end.Run(http => http.GetEndpoint()!.RequestDelegate!(http));
        var route = end.Build();
        app.Use((http, next) =>
        {
            if (http.GetEndpoint()?.Metadata is not { } metadata || metadata.GetMetadata<Hot>() is null || Token(http) is not { } token)
                return next(http);
            var project = http.RequestServices.GetRequiredService<ProjectScope>().Name!;
            if (tokens.Kept(token) is not { } caller || !projects.IsKnown(project) || !May(state.Current, caller, http, metadata, project))
                return next(http);
            http.User = caller;
            http.RequestServices.GetRequiredService<Caller>().Set(caller.ActorId(), caller.PrincipalId());
            return route(http);
        });
    }

    private static string? Token(HttpContext http) =>
        http.Request.Headers.Authorization is [{ } header] && header.StartsWith(Bearer, StringComparison.Ordinal) ? header["Bearer ".Length..] : null;

    // By the permission and the resource that the route itself names; a route that says more is judged on the whole way.
    private static bool May(AccessSnapshot snapshot, ClaimsPrincipal caller, HttpContext http, EndpointMetadataCollection metadata, string project) =>
        metadata.GetMetadata<Permission>() is { InstallationWide: false } permission
        && metadata.GetMetadata<NamedResource>() is { } named
        && http.Request.RouteValues.GetValueOrDefault(named.RouteValue) is string name
        && snapshot.Allows(caller, permission, new Place(project, named.Kind, name));
}
