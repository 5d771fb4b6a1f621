using Assay.Monitoring.Windows;
using Assay.Serving;
using Microsoft.Extensions.Hosting;
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
internal sealed partial class MonitorClock(
    IEndpoints endpoints,
    WindowWriter writer,
    IEnumerable<ITickWork> works,
    MonitoringMeter meter,
    IOptions<MonitoringOptions> options,
    TimeProvider clock,
    ILogger<MonitorClock> log)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.FlushSeconds), clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await Tick(stoppingToken);
    }

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
            await Guard($"{endpoint.Project}/{endpoint.Name}", () => writer.Run(endpoint, asked: false, WindowWriter.Actor, cancel), cancel);
        foreach (var work in works)
            await Guard(work.GetType().Name, () => work.Run(cancel), cancel);
    }

    private async Task Guard(string what, Func<Task> work, CancellationToken cancel)
    {
        try
        {
            await work();
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The host stops; what is not written yet is written by the last tick, or was never acknowledged.
        }
        catch (Exception problem)   // one monitor's trouble must not stop the others, and the next tick tries again
        {
            Failed(problem, what);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Monitoring of {What} failed and is tried again at the next tick.")]
    private partial void Failed(Exception problem, string what);
}
