namespace Assay.Governance.SignIn;

/// <summary>
/// Refuses what another site's page asks a browser for, other than to read: changes, and connections that stay open, by
/// which the console makes changes. Not only where there is a session: a browser that was once asked for a name and a
/// password sends them by itself, too. What a program sends says of no page, and is let through.
/// </summary>
internal static class CrossOriginCheck
{
    public static void UseCrossOriginCheck(this IApplicationBuilder app) => app.Use(async (http, next) =>
    {
        if (Changes(http.Request) && ComesFromElsewhere(http.Request))
        {
            await Results.Problem(
                statusCode: StatusCodes.Status403Forbidden,
                title: "denied",
                detail: "This request was made by a page of another site. Use the console, or call the API with an access token from a program that is no page.",
                extensions: new Dictionary<string, object?> { ["code"] = "denied" }).ExecuteAsync(http);
            return;
        }

        await next(http);
    });

    // A page may open a WebSocket to any site, and read and write there: none of the browser's own rules is before it. Over
    // HTTP/2 its method is CONNECT.
    private static bool Changes(HttpRequest request) =>
        !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method))
        || request.Headers.Upgrade.Count > 0;

    // Every browser of today says where a request comes from, some of them by the origin alone where it is a WebSocket.
    private static bool ComesFromElsewhere(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site)
            return site is not ("same-origin" or "none");
        return request.Headers.Origin.ToString() is { Length: > 0 } origin && !IsOwn(origin, request);
    }

    // Behind a proxy that ends HTTPS and doesn't say so, the page has it and the request has not. Never the other way around.
    private static bool IsOwn(string origin, HttpRequest request) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var from)
        && (from.Scheme == Uri.UriSchemeHttps || (from.Scheme == Uri.UriSchemeHttp && !request.IsHttps))
        && from.Authority.Equals(AuthorityOf(request, from), StringComparison.OrdinalIgnoreCase);

    // An origin leaves the usual port out, and a Host need not.
    private static string AuthorityOf(HttpRequest request, Uri from) =>
        request.Host.Port is { } port && from.IsDefaultPort && port == from.Port ? request.Host.Host : request.Host.Value ?? "";
}
