using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authentication.OAuth.Claims;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Assay.Governance.SignIn.Oidc;

/// <summary>Adds what the configuration's section <c>Oidc</c> asks for; nothing when it names no provider.</summary>
internal static class OidcRegistration
{
    // By the provider's public keys only: were a shared secret allowed, who has it could sign.
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512, SecurityAlgorithms.RsaSsaPssSha256,
        SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512, SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384,
        SecurityAlgorithms.EcdsaSha512,
    ];

    public static void AddOidc(this IServiceCollection services, OidcOptions oidc)
    {
        services.AddOptions<OidcOptions>().BindConfiguration("Oidc").ValidateDataAnnotations()
            .Validate(options => options.Trouble() is null, oidc.Trouble() ?? "Oidc").ValidateOnStart();
        services.AddSingleton(new SignInWays(oidc.IsOn ? oidc.Name : null)).AddScoped<OidcPeople>().AddScoped<OidcGroups>();
        if (!oidc.IsOn || oidc.Trouble() is not null)
            return;
        services.AddAuthentication()
            .AddOpenIdConnect(options => Browsers(options, oidc))
            .AddJwtBearer(options => Programs(options, oidc));
    }

    private static void Browsers(OpenIdConnectOptions options, OidcOptions oidc)
    {
        options.Authority = oidc.Authority;
        options.ClientId = oidc.ClientId;
        options.ClientSecret = oidc.Secret();
        options.RequireHttpsMetadata = oidc.RequireHttps;
        options.CallbackPath = OidcSignIn.CallbackPath;
        options.SignInScheme = CookieAuthenticationDefaults.AuthenticationScheme;
        options.ResponseType = OpenIdConnectResponseType.Code;

        // By GET, so that the cookies of the attempt may be Lax, which works without HTTPS on one's own machine as well.
        options.ResponseMode = OpenIdConnectResponseMode.Query;
        options.CorrelationCookie.SameSite = SameSiteMode.Lax;
        options.NonceCookie.SameSite = SameSiteMode.Lax;
        options.UsePkce = true;
        options.PushedAuthorizationBehavior = PushedAuthorizationBehavior.Disable;
        options.MapInboundClaims = false;
        options.GetClaimsFromUserInfoEndpoint = true;
        options.TokenValidationParameters.ValidAlgorithms = Algorithms;
        options.Scope.Clear();
        foreach (var scope in oidc.Scopes.Prepend("openid").Distinct())
            options.Scope.Add(scope);
        options.ClaimActions.Clear();
        foreach (var claim in new[] { "name", "email", "email_verified", oidc.UserNameClaim, oidc.GroupsClaim }.Distinct())
            options.ClaimActions.MapJsonKey(claim, claim);
        options.Events.OnTicketReceived = OidcSignIn.Received;
        options.Events.OnRemoteFailure = OidcSignIn.Failed;
    }

    private static void Programs(JwtBearerOptions options, OidcOptions oidc)
    {
        options.Authority = oidc.Authority;
        options.RequireHttpsMetadata = oidc.RequireHttps;
        options.MapInboundClaims = false;
        options.TokenValidationParameters.ValidAlgorithms = Algorithms;

        // Without an audience of its own the API believes no token: one for another service must not open this one.
        options.TokenValidationParameters.ValidateAudience = true;
        options.TokenValidationParameters.ValidAudiences = oidc.Audience.Length > 0 ? [oidc.Audience] : ["none is configured"];
        options.Events = new() { OnTokenValidated = OidcBearer.Validated, OnAuthenticationFailed = OidcBearer.Failed };
    }
}
