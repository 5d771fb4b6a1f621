namespace Assay.Tracking.Mlflow;

/// <summary>The paths of MLflow's API that mean the same: what its web pages ask under <c>/ajax-api</c> is the same as under <c>/api</c>.</summary>
internal static class MlflowPaths
{
    private const string Ajax = "/ajax-api/";

    /// <summary>Before routing: so that each operation is mapped once.</summary>
    public static void UseMlflowPaths(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        var path = http.Request.Path.Value ?? "";
        if (path.StartsWith("//", StringComparison.Ordinal))   // a tracking URI that ends with a slash
            http.Request.Path = path = "/" + path.TrimStart('/');
        if (path.StartsWith(Ajax, StringComparison.Ordinal))
            http.Request.Path = new("/api/" + path[Ajax.Length..]);
        return next(http);
    });
}
