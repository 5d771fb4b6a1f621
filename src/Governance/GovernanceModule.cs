using Assay.Governance.Access;
using Assay.Governance.Access.Accounts;
using Assay.Governance.Access.Bindings;
using Assay.Governance.Access.Decisions;
using Assay.Governance.Access.Explanations;
using Assay.Governance.Access.Roles;
using Assay.Governance.Audit;
using Assay.Governance.Keys;
using Assay.Governance.Ledger;
using Assay.Governance.Scim;
using Assay.Governance.SignIn;
using Assay.Governance.SignIn.Oidc;
using Assay.Governance.Sweeping;
using Assay.Governance.Webhooks;
using Assay.Kernel;
using Assay.Kernel.Homes;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Configuration;

namespace Assay.Governance;

/// <summary>The ledger, and who may do what.</summary>
public static class GovernanceModule
{
    private const string EitherScheme = "assay";

    public static IServiceCollection AddGovernance(this IServiceCollection services, AssayHome home, IConfiguration configuration)
    {
        services.AddSingleton(new ModuleTables(typeof(GovernanceModule).Assembly)).AddValidation();
        AddLedger(services);
        AddAudit(services);
        AddWebhooks(services);
        var oidc = configuration.GetSection("Oidc").Get<OidcOptions>() ?? new();
        AddAccess(services, home, oidc.IsOn);
        services.AddOidc(oidc);
        services.AddSweeping();
        return services;
    }

    /// <summary>Before routing: paths get their project.</summary>
    public static IApplicationBuilder UseGovernanceBeforeRouting(this IApplicationBuilder app)
    {
        // Behind a proxy on the same machine: who asks, and whether by HTTPS. What others claim is not believed.
        app.UseForwardedHeaders(new() { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto });
        app.UseProjectPaths();
        return app;
    }

    /// <summary>After routing: who calls, may they, and does the project exist.</summary>
    public static IApplicationBuilder UseGovernance(this IApplicationBuilder app)
    {
        app.UseShortWay();
        app.UseCrossOriginCheck();
        app.UseAuthentication().UseAuthorization();
        app.UseProjectExists();
        app.UseDeniedRequests();
        return app;
    }

    public static IEndpointRouteBuilder MapGovernance(this IEndpointRouteBuilder routes)
    {
        LedgerRoutes.Map(routes);
        TlogRoutes.Map(routes);
        ExportAudit.Map(routes);
        WebhookRoutes.Map(routes);
        KeyRoutes.Map(routes);
        EncryptionKeyRoutes.Map(routes);
        TokenRoutes.Map(routes);
        ProjectRoutes.Map(routes);
        PersonRoutes.Map(routes);
        GroupRoutes.Map(routes);
        ServiceAccountRoutes.Map(routes);
        RoleRoutes.Map(routes);
        BindingRoutes.Map(routes);
        ExplanationRoutes.Map(routes);
        AuthZenRoutes.Map(routes);
        SessionRoutes.Map(routes);
        OidcSignIn.Map(routes);
        ExternalLoginRoutes.Map(routes);
        AccountRoutes.Map(routes);
        OwnSessionRoutes.Map(routes);
        OwnTokenRoutes.Map(routes);
        PasswordLinkRoutes.Map(routes);
        ScimRoutes.Map(routes);
        return routes;
    }

    private static void AddLedger(IServiceCollection services) => services
        .AddSingleton<LedgerKeys>()
        .AddSingleton(provider => provider.GetRequiredService<LedgerKeys>().Rows)
        .AddSingleton(provider => provider.GetRequiredService<LedgerKeys>().Events)
        .AddSingleton<LedgerSignal>()
        .AddSingleton<KeptHead>()
        .AddSingleton<LeftAside>()
        .AddSingleton<LastVerification>()
        .AddSingleton<SharedVerification>()
        .AddSingleton<IInterceptor, LedgerInterceptor>()
        .AddScoped<LedgerRows>()
        .AddScoped<ILedgerRows>(provider => provider.GetRequiredService<LedgerRows>())
        .AddScoped<ILedger, Ledger.Ledger>()
        .AddScoped<ILedgerMemory, LedgerMemory>()
        .AddScoped<LedgerVerifier>()
        .AddScoped<LedgerReader>()
        .AddSingleton<Sequencer>()
        .AddHostedService(provider => provider.GetRequiredService<Sequencer>())
        .AddHostedService<PeriodicVerification>()
        .AddSingleton<ILedgerFeed, LedgerFeed>();

    private static void AddAudit(IServiceCollection services) => services
        .AddSingleton<RefusalLimit>()
        .AddHostedService(provider => provider.GetRequiredService<RefusalLimit>());

    private static void AddWebhooks(IServiceCollection services)
    {
        services.AddOptions<WebhookOptions>().BindConfiguration("Webhooks").ValidateDataAnnotations().ValidateOnStart();
        services
            .AddSingleton<WebhookBook>()
            .AddSingleton<WebhookMessages>()
            .AddSingleton<WebhookSender>()
            .AddSingleton<WebhookReader>()
            .AddSingleton<WebhookDelivery>()
            .AddHostedService(provider => provider.GetRequiredService<WebhookDelivery>())
            .AddScoped<WebhookMaking>()
            .AddScoped<IWrappedSecrets, WebhookSecretKeys>()
            .AddScoped<WebhookChange>()
            .AddScoped<WebhookTest>()
            .AddScoped<WebhookRemoval>()
            .AddScoped<IForeignWebhooks, ForeignWebhooks>();
    }

    private static void AddAccess(IServiceCollection services, AssayHome home, bool hasProvider)
    {
        services.AddDataProtection()
            .SetApplicationName("Assay")
            .PersistKeysToFileSystem(new(Path.Combine(home.Keys, "sessions")));
        services.AddAntiforgery(options => options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest);   // as the session's is by default
        services
            .AddSingleton<Tokens>()
            .AddSingleton<Passes>()
            .AddSingleton<Projects>()
            .AddScoped<ProjectBook>()
            .AddScoped<IProjects>(provider => provider.GetRequiredService<ProjectBook>())
            .AddSignIn()
            .AddHttpContextAccessor()
            .AddSingleton<AccessState>()
            .AddSingleton<LastUses>()
            .AddHostedService(provider => provider.GetRequiredService<LastUses>())
            .AddHostedService<FollowAccess>()
            .AddSingleton<IDirectory, AccountDirectory>()
            .AddSingleton<RefusalRecord>()
            .AddScoped<IAccess, RequestAccess>()
            .AddScoped<AccessChange>()
            .AddScoped<BindingBook>()
            .AddScoped<IMakers, Makers>()
            .AddScoped<IGrants, Grants>()
            .AddScoped<IUsers, Users>()
            .AddScoped<Explainer>()
            .AddScoped<NewToken>()
            .AddScoped<FirstStart>()
            .AddScoped<IAuthorizationHandler, PermissionCheck>()
            .AddSingleton<IAuthorizationMiddlewareResultHandler, RefusedRequests>();

        services.AddAuthentication(EitherScheme)
            .AddPolicyScheme(EitherScheme, null, options => options.ForwardDefaultSelector = http =>
                http.Request.Headers.Authorization.ToString() switch
                {
                    "" => CookieAuthenticationDefaults.AuthenticationScheme,
                    var header when hasProvider && OidcBearer.IsJwt(header) => JwtBearerDefaults.AuthenticationScheme,
                    _ => TokenAuthentication.Scheme_,
                })
            .AddScheme<AuthenticationSchemeOptions, TokenAuthentication>(TokenAuthentication.Scheme_, null)
            .AddCookie(options =>
            {
                options.Cookie.Name = "assay-session";
                options.Cookie.HttpOnly = true;
                options.Cookie.SameSite = SameSiteMode.Lax;   // a sign-in link may be opened from another page
                options.ExpireTimeSpan = Sessions.IdleMax;
                options.SlidingExpiration = true;
                options.LoginPath = SessionRoutes.FormPath;
                options.Events.OnValidatePrincipal = EndWithSession;
            });
        services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
    }

    private static async Task EndWithSession(CookieValidatePrincipalContext context)
    {
        var sessions = context.HttpContext.RequestServices.GetRequiredService<Sessions>();
        if (context.Principal?.SessionId() is { } id && await sessions.Caller(id, context.HttpContext.RequestAborted) is { } caller)
            context.ReplacePrincipal(caller);   // what the account may do now, not what it might at sign-in
        else
            context.RejectPrincipal();
    }
}
