using System.Diagnostics;
using Assay.Kernel.Permissions;
using OpenTelemetry.Metrics;

namespace Assay.Server.Http;

/// <summary>Prometheus metrics on a port of their own: whoever scrapes can reach nothing else there.</summary>
internal static class Telemetry
{
    public const string Path = "/metrics";

    public static void AddTelemetry(this IServiceCollection services) => services
        .AddSingleton<TracedCalls>()
        .AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter("Assay.*")
            .AddMeter("Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
            .SetExemplarFilter(ExemplarFilterType.TraceBased)
            .AddPrometheusExporter());

    /// <summary>On the metrics port there is nothing but the metrics, and they are nowhere else, whichever host a caller says it asks.</summary>
    public static void UseMetricsPort(this IApplicationBuilder app, int port) => app.Use((http, next) =>
    {
        if (port == 0 || (http.Connection.LocalPort == port) == (http.Request.Path == Path))
            return next(http);
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    });

    public static void MapMetrics(this IEndpointRouteBuilder routes, int port)
    {
        if (port == 0)
            return;
        routes.ServiceProvider.GetRequiredService<TracedCalls>();
        routes.MapPrometheusScrapingEndpoint(Path).RequireHost($"*:{port}").AllowAnyone("Prometheus scrapes the metrics port, which is bound to loopback.");
    }
}

/// <summary>
/// Lets calls whose caller traces them (a sampled <c>traceparent</c>) leave their trace id beside the latency that they were
/// counted in, as an exemplar of OpenMetrics. Calls that nobody traces cost nothing more.
/// </summary>
internal sealed class TracedCalls : IDisposable
{
    private readonly ActivityListener _listener = new()
    {
        ShouldListenTo = source => source.Name == "Microsoft.AspNetCore",
        Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
            options.Parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
    };

    public TracedCalls() => ActivitySource.AddActivityListener(_listener);

    public void Dispose() => _listener.Dispose();
}
