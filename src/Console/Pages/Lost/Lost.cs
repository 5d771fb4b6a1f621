using Assay.Kernel.Permissions;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Assay.Console.Pages.Lost;

/// <summary>Answers what no other route answers: with a page for people, with problem details for programs.</summary>
internal static class Lost
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/{*path:nonfile}", Answer).WithName("Lost").WithOrder(int.MaxValue).ExcludeFromDescription()
            .WithMetadata(new PlainPage())
            .AllowAnyone("That an address leads nowhere may be known to everybody.");

    private static IResult Answer(HttpContext context) =>
        context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
            ? new RazorComponentResult<LostDocument> { StatusCode = StatusCodes.Status404NotFound, PreventStreamingRendering = true }
            : TypedResults.Problem(statusCode: StatusCodes.Status404NotFound, title: "not-found", detail: $"There is no route {context.Request.Path}.");
}

/// <summary>Marks a route that answers with a page though it is no component of the router.</summary>
internal sealed class PlainPage;
