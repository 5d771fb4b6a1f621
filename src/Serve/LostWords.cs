using Assay.Inference.Predictions;

namespace Assay.Serve;

/// <summary>What is said to requests that no route is for; those that one is for pay nothing for it.</summary>
internal static class LostWords
{
    private static readonly string[] OfOne = ["/predict", "/explain", "/counterfactuals", "/schema", "/invocations"];

    /// <summary>Answers them with problem details, behind whatever has routes of its own.</summary>
    public static void UseLostWords(this IApplicationBuilder app, bool isOne) =>
        app.Use(next => http => http.GetEndpoint() is RouteEndpoint ? next(http) : Answer(http, next, isOne));

    private static async Task Answer(HttpContext http, RequestDelegate next, bool isOne)
    {
        await next(http);   // says the status, and which methods there are
        var (path, status) = (http.Request.Path.Value ?? "", http.Response.StatusCode);
        if (http.Response.HasStarted || status is not (StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed))
            return;
        await PlainDialect.Instance.WriteProblem(http, status == StatusCodes.Status405MethodNotAllowed
            ? new(status, "method-not-allowed", $"{path} is not for {http.Request.Method}, but for {http.Response.Headers.Allow}.")
            : new(status, "not-found", !isOne && OfOne.Contains(path)
                ? $"Models are asked by their names here: /endpoints/NAME{path}."
                : $"There is nothing at {path}: predictions are at {(isOne ? "/predict" : "/endpoints/NAME/predict")}."));
    }
}
