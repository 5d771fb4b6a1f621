using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Assay.Console.Pages.Lost;

/// <summary>
/// Answers what no route answers, whatever its method: with a page for people, with problem details for programs, and in the
/// words of the protocol that the routes around speak.
/// </summary>
internal static class Lost
{
    private static readonly EndpointMetadataCollection Metadata =
        new(new Anonymous("That an address leads nowhere may be known to everybody."), new PlainPage());

    private static readonly Endpoint Nowhere = new(http => WantsPage(http) ? Page(http) : NotFound(http), Metadata, "Lost");

    /// <summary>Right after routing. What stands behind judges and answers it as a route like others.</summary>
    public static void UseLost(this IApplicationBuilder app)
    {
        var forms = new NearbyForms(app.ApplicationServices);
        app.Use((http, next) =>
        {
            if (http.GetEndpoint() is not RouteEndpoint)
            {
                http.Items[typeof(NearbyForms)] = forms;
                http.SetEndpoint(http.GetEndpoint() is { RequestDelegate: { } refuse } ? Refused(refuse) : Nowhere);
            }

            return next(http);
        });
    }

    // Routing itself says 405 with the header Allow, or 415, without a body.
    private static Endpoint Refused(RequestDelegate refuse) => new(
        async http =>
        {
            await refuse(http);
            var (status, path) = (http.Response.StatusCode, http.Request.Path);
            if (status == StatusCodes.Status405MethodNotAllowed)
                await Answer(http, status, "method-not-allowed", $"{path} does not take {http.Request.Method}: it takes {http.Response.Headers.Allow}.");
            else if (status == StatusCodes.Status415UnsupportedMediaType)
                await Answer(http, status, "wrong-media-type", $"{path} does not take a body of the type '{http.Request.ContentType}': most routes take application/json.");
        },
        Metadata, "Refused by routing");

    private static Task NotFound(HttpContext http) => Answer(http, StatusCodes.Status404NotFound, "no-route", $"There is no route {http.Request.Path}.");

    private static Task Answer(HttpContext http, int status, string code, string message)
    {
        if (((NearbyForms)http.Items[typeof(NearbyForms)]!).Find(http.Request.Path) is { } form)
            return form.Write(http, status, code, message);
        return TypedResults.Problem(statusCode: status, title: code == "no-route" ? "not-found" : code, detail: message).ExecuteAsync(http);
    }

    private static bool WantsPage(HttpContext http) =>
        HttpMethods.IsGet(http.Request.Method) && http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    private static Task Page(HttpContext http) =>
        new RazorComponentResult<LostDocument> { StatusCode = StatusCodes.Status404NotFound, PreventStreamingRendering = true }.ExecuteAsync(http);
}

/// <summary>Marks a route that answers with a page though it is no component of the router.</summary>
internal sealed class PlainPage;
