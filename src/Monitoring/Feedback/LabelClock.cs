using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Assay.Monitoring.Feedback;

/// <summary>
/// Every few seconds: the retrainings of monitors that make their dataset of labels. Apart from the clock of drift, since
/// reading the log may take a while.
/// </summary>
internal sealed partial class LabelClock(
    FeedbackFollower follower, IOptions<MonitoringOptions> options, TimeProvider clock, ILogger<LabelClock> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.JoinSeconds), clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await Tick(stoppingToken);
    }

    /// <summary>Looks at every such monitor once.</summary>
    internal async Task Tick(CancellationToken cancel)
    {
        try
        {
            await follower.RunFromLabels(cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The host stops; what was not started yet is started after the next start.
        }
        catch (Exception problem)   // the next tick tries again
        {
            Failed(problem);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Retrainings from labels could not be looked at; it is tried again at the next tick.")]
    private partial void Failed(Exception problem);
}
