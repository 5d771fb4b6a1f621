namespace Assay.Governance.SignIn;

/// <summary>
/// Refuses changes that another site's page asks a signed-in browser for. The session's cookie is not sent along by most of
/// them already (SameSite); this closes pages of other ports of the same machine, and requests without a body.
/// </summary>
internal static class CrossOriginCheck
{
    public static void UseCrossOriginCheck(this IApplicationBuilder app) => app.Use(async (http, next) =>
    {
        if (Changes(http.Request) && BySession(http.Request) && ComesFromElsewhere(http.Request))
        {
            await Results.Problem(
                statusCode: StatusCodes.Status403Forbidden,
                title: "Not allowed",
                detail: "This request was made by a page of another site. Use the console, or call the API with an access token.").ExecuteAsync(http);
            return;
        }

        await next(http);
    });

    private static bool Changes(HttpRequest request) =>
        !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) && !HttpMethods.IsOptions(request.Method);

    private static bool BySession(HttpRequest request) =>
        !request.Headers.ContainsKey("Authorization") && request.Headers.ContainsKey("Cookie");

    // Every browser of today says where a request comes from; what is not a browser has no session to abuse.
    private static bool ComesFromElsewhere(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site)
            return site is not ("same-origin" or "none");
        return request.Headers.Origin.ToString() is { Length: > 0 } origin
            && !(Uri.TryCreate(origin, UriKind.Absolute, out var from) && from.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase));
    }
}
