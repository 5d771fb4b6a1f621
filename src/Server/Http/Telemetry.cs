using Assay.Kernel.Permissions;
using OpenTelemetry.Metrics;

namespace Assay.Server.Http;

/// <summary>Prometheus metrics on a port of their own: whoever scrapes can reach nothing else there.</summary>
internal static class Telemetry
{
    public const string Path = "/metrics";

    public static void AddTelemetry(this IServiceCollection services) => services.AddOpenTelemetry().WithMetrics(metrics => metrics
        .AddMeter("Assay.*")
        .AddMeter("Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
        .AddPrometheusExporter());

    /// <summary>On the metrics port there is nothing but the metrics.</summary>
    public static void UseMetricsPort(this IApplicationBuilder app, int port) => app.Use((http, next) =>
    {
        if (port == 0 || http.Connection.LocalPort != port || http.Request.Path == Path)
            return next(http);
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    });

    public static void MapMetrics(this IEndpointRouteBuilder routes, int port)
    {
        if (port != 0)
            routes.MapPrometheusScrapingEndpoint(Path).RequireHost($"*:{port}").AllowAnyone("Prometheus scrapes the metrics port, which is bound to loopback.");
    }
}
