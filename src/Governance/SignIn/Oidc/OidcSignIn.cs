using System.Security.Claims;
using Assay.Governance.Access;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;

namespace Assay.Governance.SignIn.Oidc;

/// <summary>Leads a browser to the OpenID provider, and makes a session of what the provider says.</summary>
internal static class OidcSignIn
{
    public const string CallbackPath = "/session/oidc/callback";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/session/oidc", Begin)
        .WithName("SignInByOidc").AllowAnyone("Signing in is how a guest becomes a caller.").ExcludeFromDescription();

    private static IResult Begin(string? returnTo, SignInWays ways) => ways.Organization is null
        ? Results.Redirect(SessionRoutes.Form("no-oidc"))
        : Results.Challenge(new() { RedirectUri = SessionRoutes.Local(returnTo) }, [OpenIdConnectDefaults.AuthenticationScheme]);

    /// <summary>The library has checked code, state, nonce, signature, issuer and audience; now the account is found.</summary>
    public static async Task Received(TicketReceivedContext context)
    {
        var (http, said) = (context.HttpContext, context.Principal!);
        context.HandleResponse();
        var services = http.RequestServices;
        var (issuer, subject) = (said.FindFirstValue("iss"), said.FindFirstValue("sub"));
        if (issuer is null || subject is null)
        {
            http.Response.Redirect(SessionRoutes.Form("oidc"));
            return;
        }

        var (account, trouble) = await services.GetRequiredService<OidcPeople>().Find(issuer, subject, said, http.RequestAborted);
        if (trouble != OidcTrouble.None)
        {
            services.GetRequiredService<ILedger>().Append(
                new SessionRefused(account?.Id, SignInMethod.Oidc, trouble == OidcTrouble.Inactive ? SignInRefusal.Inactive : SignInRefusal.Oidc));
            await services.GetRequiredService<AssayDb>().SaveChangesAsync(http.RequestAborted);
            http.Response.Redirect(SessionRoutes.Form($"oidc-{trouble.ToString().ToLowerInvariant()}"));
            return;
        }

        await services.GetRequiredService<OidcGroups>().Sync(account!.Id, said, http.RequestAborted);
        var caller = AccessClaims.Of(account);
        await services.GetRequiredService<Sessions>().Start(http, caller, SignInMethod.Oidc);
        http.Response.Redirect(context.ReturnUri is null or "/" ? await SessionRoutes.HomeOf(caller, http) : SessionRoutes.Local(context.ReturnUri));
    }

    /// <summary>The provider refused, or its answer can't be believed.</summary>
    public static Task Failed(RemoteFailureContext context)
    {
        context.HandleResponse();
        context.HttpContext.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(OidcSignIn))
            .LogWarning(context.Failure, "The OpenID provider did not sign somebody in.");
        context.Response.Redirect(SessionRoutes.Form("oidc"));
        return Task.CompletedTask;
    }
}
