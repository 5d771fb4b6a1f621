using Assay.Kernel;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Assay.Monitoring.Feedback;

/// <summary>
/// Every few seconds: the retrainings of monitors that make their dataset of labels. Apart from the clock of drift, since
/// reading the log may take a while.
/// </summary>
internal sealed class LabelClock(FeedbackFollower follower, IOptions<MonitoringOptions> options, TimeProvider clock, ILogger<LabelClock> log)
    : PeriodicWork(TimeSpan.FromSeconds(options.Value.JoinSeconds), clock, log)
{
    protected override string Failure => "Retrainings from labels could not be looked at.";

    protected override Task Turn(CancellationToken cancel) => Tick(cancel);

    /// <summary>Looks at every such monitor once.</summary>
    internal Task Tick(CancellationToken cancel) => follower.RunFromLabels(cancel);
}
