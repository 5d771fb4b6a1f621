using System.Security.Claims;
using Assay.Governance.Access;
using Microsoft.AspNetCore.Authentication.JwtBearer;

namespace Assay.Governance.SignIn.Oidc;

/// <summary>
/// Accepts the provider's access tokens at the API, of programs (client credentials) and of people. The account is found by
/// issuer and subject alone, and is never made here: a program must have been registered, so that a human answers for it.
/// </summary>
internal static class OidcBearer
{
    /// <summary>Key of a request's item that says why its token was refused.</summary>
    public const string Problem = "sign-in problem";

    public static async Task Validated(TokenValidatedContext context)
    {
        var (issuer, subject) = (context.Principal!.FindFirstValue("iss"), context.Principal!.FindFirstValue("sub"));
        var account = issuer is null || subject is null ? null
            : await context.HttpContext.RequestServices.GetRequiredService<OidcPeople>().Known(issuer, subject, context.HttpContext.RequestAborted);
        if (account is { Active: true })
        {
            context.Principal = AccessClaims.Of(account);
            return;
        }

        Refuse(context.HttpContext, account is not null
            ? "The account of this token is deactivated, or its owner is."
            : $"The provider knows the subject '{subject}', but no account here is linked to it. An administrator makes a service account with an owner, "
                + $"and links the two: assay access logins add NAME --issuer {issuer} --subject {subject}");
        context.Fail("No active account.");
    }

    public static Task Failed(AuthenticationFailedContext context)
    {
        Refuse(context.HttpContext, "The provider's token can't be believed: it has expired, is meant for another audience, or was not signed by the configured provider.");
        return Task.CompletedTask;
    }

    /// <summary>Whether it has the form of a JSON Web Token; Assay's own tokens have no dots.</summary>
    public static bool IsJwt(string authorization) =>
        authorization.StartsWith("Bearer eyJ", StringComparison.OrdinalIgnoreCase) && authorization.Count(character => character == '.') == 2;

    private static void Refuse(HttpContext http, string sentence) => http.Items[Problem] = sentence;
}
