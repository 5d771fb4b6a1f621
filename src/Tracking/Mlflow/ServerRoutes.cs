using Assay.Kernel.Permissions;

namespace Assay.Tracking.Mlflow;

/// <summary>What clients ask of the server itself.</summary>
internal static class ServerRoutes
{
    /// <summary>The MLflow whose API this is: clients choose by it what they send.</summary>
    public const string Version = "3.11.2";

    public static void Map(IEndpointRouteBuilder routes)
    {
        const string reason = "MLflow's clients ask before they sign in; the answer holds no data.";
        routes.MapGet("/health", (HttpContext http) => Text(http, "OK")).ExcludeFromDescription().AllowAnyone(reason);
        routes.MapGet("/version", (HttpContext http) => Text(http, Version)).ExcludeFromDescription().AllowAnyone(reason);
        var group = routes.MapGroup("/api/3.0/mlflow").IsMlflow();
        group.MapOperationOnAny("GET", "/server-info", Info, TrackingPermissions.Read);
    }

    private static Task Text(HttpContext http, string text)
    {
        http.Response.ContentType = "text/plain; charset=utf-8";
        return http.Response.WriteAsync(text, http.RequestAborted);
    }

    private static Task Info(MlflowCall call) => call.Answer(json =>
    {
        json.WriteString("store_type", "SqlStore");
        json.WriteBoolean("workspaces_enabled", true);
    });
}
