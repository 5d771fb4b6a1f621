using System.Diagnostics;
using Assay.Governance;
using Assay.Inference.Protocols.Connections;
using Assay.Kernel.Permissions;
using OpenTelemetry.Metrics;

namespace Assay.Server.Http;

/// <summary>Prometheus metrics: on a port of their own, where whoever scrapes can reach nothing else, and with the API for who may read them.</summary>
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

    /// <summary>On the metrics port there is nothing but the metrics, for everybody: it is bound to loopback.</summary>
    public static void UseTelemetry(this WebApplication app, int port)
    {
        if (port == 0)
            return;
        app.Services.GetRequiredService<TracedCalls>();
        app.UseMetricsPort(() => port, metrics => metrics.UseOpenTelemetryPrometheusScrapingEndpoint(Path));
    }

    /// <summary>With the API, for Prometheus on other machines: whoever may read the metrics.</summary>
    public static void MapMetrics(this IEndpointRouteBuilder routes) =>
        routes.MapPrometheusScrapingEndpoint(Path).Requires(GovernancePermissions.MetricsRead);
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
