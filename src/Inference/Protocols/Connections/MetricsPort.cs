namespace Assay.Inference.Protocols.Connections;

/// <summary>A port for Prometheus alone.</summary>
public static class MetricsPort
{
    /// <summary>Has the port show the metrics and nothing else.</summary>
    /// <param name="app">The server, before anything that asks who calls.</param>
    /// <param name="port">Number of the port, which may be known only when the server listens.</param>
    /// <param name="show">Adds what shows the metrics.</param>
    public static void UseMetricsPort(this WebApplication app, Func<int> port, Action<IApplicationBuilder> show) =>
        app.UseWhen(http => http.Connection.LocalPort == port(), metrics =>
        {
            show(metrics);
            metrics.Run(http =>
            {
                http.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            });
        });
}
