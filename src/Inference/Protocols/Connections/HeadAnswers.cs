namespace Assay.Inference.Protocols.Connections;

/// <summary>Answers to HEAD.</summary>
public static class HeadAnswers
{
    /// <summary>
    /// Has what is written of a body go nowhere; before everything that writes. Kestrel sees to it itself, except in HTTP/2 where
    /// <see cref="HttpResponse.BodyWriter"/> is written to, as JSON is: it sends that, and clients take it for a broken stream.
    /// </summary>
    public static void UseHeadAnswers(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        if (HttpMethods.IsHead(http.Request.Method))
            http.Response.Body = Stream.Null;
        return next(http);
    });
}
