using Assay.Console.Pages.Lost;
using Microsoft.AspNetCore.Components.Endpoints;

namespace Assay.Console.Session;

/// <summary>
/// What a browser may do on the console's pages: run no script but ours, talk to nobody but us, be framed by nobody.
/// Styles may be inline, since MudBlazor places its menus by style attributes.
/// </summary>
internal sealed class PageHeaders(RequestDelegate next)
{
    private const string Policy =
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
        "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    public Task InvokeAsync(HttpContext context)
    {
        var route = context.GetEndpoint()?.Metadata;
        if (route?.GetMetadata<ComponentTypeMetadata>() is not null || route?.GetMetadata<PlainPage>() is not null)
        {
            var headers = context.Response.Headers;
            headers.ContentSecurityPolicy = Policy;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "same-origin";
            headers.CacheControl = "no-store";
        }

        return next(context);
    }
}
