using Assay.Kernel;
using Assay.Monitoring.Windows;
using Assay.Serving;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Assay.Monitoring.Monitors;

/// <summary>What is done at every tick of the monitors' clock, after the endpoints were looked at.</summary>
internal interface ITickWork
{
    Task Run(CancellationToken cancel);
}

/// <summary>
/// Every few seconds: flushes each endpoint's counts, evaluates what is due, and does what else belongs to a tick. What
/// this process counted it flushes itself, so this runs in every replica.
/// </summary>
internal sealed class MonitorClock(
    IEndpoints endpoints,
    WindowWriter writer,
    IEnumerable<ITickWork> works,
    MonitoringMeter meter,
    IOptions<MonitoringOptions> options,
    TimeProvider clock,
    ILogger<MonitorClock> log)
    : PeriodicWork(TimeSpan.FromSeconds(options.Value.FlushSeconds), clock, log)
{
    protected override string Failure => "Endpoints could not be monitored.";

    protected override Task Turn(CancellationToken cancel) => Tick(cancel);

    /// <summary>The last counts reach the database before the process ends.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Tick(cancellationToken);
    }

    internal async Task Tick(CancellationToken cancel)
    {
        var served = endpoints.List();
        meter.Keep(served);
        foreach (var endpoint in served)
            await Try($"Endpoint {endpoint.Name} of project {endpoint.Project} could not be monitored.", () => writer.Run(endpoint, asked: false, MonitoringActor.Id, cancel), cancel);
        foreach (var work in works)
            await Try($"What {work.GetType().Name} does could not be done.", () => work.Run(cancel), cancel);
    }
}
