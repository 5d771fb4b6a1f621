using System.Reflection;
using Assay.Console.Assets;
using Assay.Console.Layout;
using Assay.Console.Pages;
using Assay.Console.Pages.Lost;
using Assay.Console.Session;
using Assay.Kernel.Permissions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Endpoints;
using MudBlazor.Services;

namespace Assay.Console;

/// <summary>The web console: pages that read everything through the public API with the reader's own rights.</summary>
public static class ConsoleModule
{
    public static IServiceCollection AddConsole(this IServiceCollection services)
    {
        services.AddRazorComponents().AddInteractiveServerComponents()
            .AddHubOptions(options => options.MaximumReceiveMessageSize = CarriedOver.BytesMax * 4);
        services.AddCascadingAuthenticationState();
        services.AddHttpContextAccessor();
        services.AddAntiforgery();
        services.AddMudServices(options => options.SnackbarConfiguration.PositionClass = "mud-snackbar-location-bottom-right");
        return services
            .AddSingleton<Loopback>()
            .AddScoped<Api>()
            .AddScoped<Browser>()
            .AddScoped<Pulse>()
            .AddScoped<Finder>();
    }

    /// <summary>Right after routing: what no route answers gets an answer all the same.</summary>
    public static IApplicationBuilder UseConsoleAfterRouting(this IApplicationBuilder app)
    {
        app.UseLost();
        return app;
    }

    /// <summary>Headers and antiforgery of the console's pages; stands after authorization in the pipeline.</summary>
    public static IApplicationBuilder UseConsole(this IApplicationBuilder app) => app
        .UseMiddleware<PageHeaders>()
        .UseAntiforgery();

    public static IEndpointRouteBuilder MapConsole(this IEndpointRouteBuilder routes)
    {
        routes.MapRazorComponents<App>().AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null).Add(Guard);
        StaticAssets.Map(routes);
        return routes;
    }

    private static void Guard(EndpointBuilder endpoint)
    {
        var page = endpoint.Metadata.OfType<ComponentTypeMetadata>().FirstOrDefault()?.Type;
        if (page?.GetCustomAttribute<OpenToAnyoneAttribute>() is { } open)
        {
            endpoint.Metadata.Add(new Anonymous(open.Reason));
            return;
        }

        endpoint.Metadata.Add(ConsolePermissions.Read);
        endpoint.Metadata.Add(new AuthorizeAttribute());
        endpoint.Metadata.Add(new AuthorizationPolicyBuilder().AddRequirements(ConsolePermissions.Read).Build());
    }
}
