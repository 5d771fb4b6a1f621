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
    public const string Scheme = "Bearer ";
    private const string Bearer = Scheme + TokenSecrets.Prefix;

    public static void UseShortWay(this IApplicationBuilder app)
    {
        var services = app.ApplicationServices;
        var (tokens, state, passes) = (services.GetRequiredService<Tokens>(), services.GetRequiredService<AccessState>(), services.GetRequiredService<Passes>());
        var end = app.New();
        end.UseDeniedRequests();
        end.Run(http => http.GetEndpoint()!.RequestDelegate!(http));
        var route = end.Build();
        app.Use((http, next) =>
        {
            if (http.GetEndpoint() is not { } endpoint || endpoint.Metadata.GetMetadata<Hot>() is null || Authorization(http) is not { } header)
                return next(http);
            var asked = new AskedPass(header, endpoint, http.RequestServices.GetRequiredService<ProjectScope>().Name!, NameOf(http, endpoint));
            if (passes.Find(asked, tokens, state.Current) is not { } pass)
                return next(http);
            http.User = pass.Kept.Caller!;
            http.RequestServices.GetRequiredService<Caller>().Set(pass.Actor, pass.Principal);
            return route(http);
        });
    }

    private static string? Authorization(HttpContext http) =>
        http.Request.Headers.Authorization is [{ } header] && header.StartsWith(Bearer, StringComparison.Ordinal) ? header : null;

    // A route that names no resource, or more than one place, is judged on the whole way.
    private static string? NameOf(HttpContext http, Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<NamedResource>() is { } named ? http.Request.RouteValues.GetValueOrDefault(named.RouteValue) as string : null;
}
