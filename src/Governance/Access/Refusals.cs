using Assay.Governance.Audit;
using Assay.Governance.SignIn;
using Assay.Governance.SignIn.Oidc;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Assay.Kernel.Refusals;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace Assay.Governance.Access;

public sealed record AccessRefused(string Method, string Path, string Permission, int Status)
    : LedgerEvent("access.refused", $"permission:{Permission}");

/// <summary>Answers refused requests and has each recorded. Browsers that ask for a page are led to the sign-in form.</summary>
internal sealed class RefusedRequests(RefusalRecord record) : IAuthorizationMiddlewareResultHandler
{
    private const string Missing = "Send an access token: 'Authorization: Bearer TOKEN', or Basic with the token as password.";

    // Which of these it is, is nobody's business who has no other.
    private const string Unknown = "The access token, or name and password, that was sent is not known here, was withdrawn or has expired.";

    public async Task HandleAsync(RequestDelegate next, HttpContext http, AuthorizationPolicy policy, PolicyAuthorizationResult result)
    {
        if (result.Succeeded)
        {
            http.RequestServices.GetRequiredService<Caller>().Set(http.User.ActorId(), http.User.PrincipalId());
            await next(http);
            return;
        }

        var known = http.User.Identity?.IsAuthenticated == true;
        var foreign = http.GetEndpoint()?.Metadata.GetMetadata<IErrorForm>();
        if (!known && foreign is null && WantsPage(http.Request))
        {
            http.Response.Redirect($"{SessionRoutes.FormPath}?returnTo={Uri.EscapeDataString(http.Request.PathBase + http.Request.Path)}");
            return;
        }

        var permission = policy.Requirements.OfType<Permission>().FirstOrDefault()?.Name ?? "none";
        var status = known ? StatusCodes.Status403Forbidden : StatusCodes.Status401Unauthorized;
        if (!known)
            http.Response.Headers.WWWAuthenticate = "Bearer, Basic realm=\"Assay\"";
        await record.Write(http, permission, status);
        var project = http.RequestServices.GetRequiredService<ProjectScope>().Name;
        var detail = known
            ? $"This needs the permission '{permission}' in project '{project}', which your account or your token does not have there."
            : http.Items[OidcBearer.Problem] as string ?? (http.Request.Headers.Authorization.Count > 0 ? Unknown : Missing);
        var code = known ? "denied" : "unauthorized";
        await (foreign is null
            ? Results.Problem(statusCode: status, title: code, detail: detail, extensions: new Dictionary<string, object?> { ["code"] = code }).ExecuteAsync(http)
            : foreign.Write(http, status, code, detail));
    }

    private static bool WantsPage(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && !request.Path.StartsWithSegments("/api")
        && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
}

/// <summary>
/// Writes refused requests into the ledger, as far as <see cref="RefusalLimit"/> goes: those that lack a route's permission,
/// and those that a handler denies.
/// </summary>
internal sealed class RefusalRecord(RefusalLimit limit, IServiceScopeFactory scopes, ILogger<RefusalRecord> log)
{
    public async Task Write(HttpContext http, string permission, int status)
    {
        if (!limit.TryTake())
            return;
        try
        {
            // A scope of its own: that of the request may hold changes that are not to be saved.
            await using var scope = scopes.CreateAsyncScope();
            var services = scope.ServiceProvider;
            if (http.RequestServices.GetRequiredService<ProjectScope>().Name is { } project)
                services.GetRequiredService<ProjectScope>().Enter(project);
            services.GetRequiredService<Caller>().Set(http.User.ActorId(), http.User.PrincipalId());
            var path = http.Request.Path.Value ?? "";
            services.GetRequiredService<ILedger>().Append(new AccessRefused(http.Request.Method, path.Shortened(200), permission, status));
            await services.GetRequiredService<AssayDb>().SaveChangesAsync(http.RequestAborted);
        }
        catch (Exception problem)
        {
            log.LogWarning(problem, "A refused request could not be recorded.");   // the refusal itself still stands
        }
    }
}

/// <summary>Records what handlers deny.</summary>
internal static class DeniedRequests
{
    public static void UseDeniedRequests(this IApplicationBuilder app) => app.Use(async (http, next) =>
    {
        try
        {
            await next(http);
        }
        catch (Refusal refusal) when (refusal.Status == StatusCodes.Status403Forbidden)
        {
            await http.RequestServices.GetRequiredService<RefusalRecord>()
                .Write(http, http.GetEndpoint()?.Metadata.GetMetadata<Permission>()?.Name ?? "none", refusal.Status);
            throw;
        }
    });
}
