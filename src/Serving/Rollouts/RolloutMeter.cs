using System.Diagnostics.Metrics;
using Assay.Serving.Live;
using Assay.Serving.Rollouts.Judging;
using Assay.Serving.Rollouts.Live;
using Assay.Serving.Rollouts.Rules;

namespace Assay.Serving.Rollouts;

/// <summary>
/// Meter <c>Assay.Serving.Rollouts</c>: gauges per arm of the roll-outs that go on, read from what they count anyway, so
/// that a prediction costs nothing more; and counters of how roll-outs ended. At most 100 endpoints with 5 arms are shown.
/// </summary>
internal sealed class RolloutMeter
{
    private const int EndpointsMax = 100;

    private readonly IMeterFactory _meters;
    private readonly LiveEndpoints _live;
    private readonly Counter<long> _ended;

    public RolloutMeter(IMeterFactory meters, LiveEndpoints live)
    {
        (_meters, _live) = (meters, live);
        var meter = meters.Create("Assay.Serving.Rollouts");
        _ended = meter.CreateCounter<long>("rollouts_ended", description: "Roll-outs that ended: promoted, rolled-back or aborted.");
        meter.CreateObservableGauge("rollout_arm_share", () => Observe((rollout, arm, _) => rollout.ShareOf(arm)), description: "Share of the requests that the arm gets.");
        meter.CreateObservableGauge("rollout_arm_requests", () => Observe((_, _, done) => done.Requests), description: "Requests that the arm answered in the present step.");
        meter.CreateObservableGauge("rollout_arm_errors", () => Observe((_, _, done) => done.Failed + done.Refused), description: "Those among them that were answered with an error.");
        meter.CreateObservableGauge("rollout_arm_failed", () => Observe((_, _, done) => done.Failed), description: "Those among them that failed.");
        meter.CreateObservableGauge("rollout_arm_rows", () => Observe((_, _, done) => done.Rows), description: "Rows that the arm answered in the present step.");
        meter.CreateObservableGauge("rollout_arm_values", () => Observe((_, _, done) => done.Values.Count), description: "Values that were posted about the arm's answers of the present step.");
        meter.CreateObservableGauge("rollout_arm_mean_value", () => Observe((_, _, done) => done.Values.Count > 0 ? done.Values.Mean : null), description: "Their mean; nothing while there is none.");
        meter.CreateObservableGauge(
            "rollout_arm_p50_latency", () => Observe((_, _, done) => LatencyBins.Quantile(done.Latencies, 0.5) / 1000), "s", "Half of the requests of the present step were at least this fast.");
        meter.CreateObservableGauge(
            "rollout_arm_p95_latency", () => Observe((_, _, done) => LatencyBins.Quantile(done.Latencies, 0.95) / 1000), "s", "95 of 100 requests of the present step were at least this fast.");
        meter.CreateObservableGauge(
            "rollout_arm_p99_latency", () => Observe((_, _, done) => LatencyBins.Quantile(done.Latencies, 0.99) / 1000), "s", "99 of 100 requests of the present step were at least this fast.");
    }

    /// <summary>Watches over the rules of a roll-out from now on; null when it has none.</summary>
    public RuleWatch? Watch(Rollout rollout, DateTimeOffset now, RuleMemory? remembered) => rollout.Plan.Analysis?.Rules is { Count: > 0 } rules
        ? new(rules, new(rollout.Project, rollout.Endpoint), _meters, now, remembered)
        : null;

    public void Ended(Rollout rollout) => _ended.Add(
        1,
        new("project", rollout.Project),
        new("endpoint", rollout.Endpoint),
        new("outcome", rollout.State switch
        {
            RolloutState.Promoted => "promoted",
            RolloutState.RolledBack => "rolled-back",
            _ => "aborted",
        }));

    private List<Measurement<double>> Observe(Func<LiveRollout, LiveArm, ArmEvidence, double?> figure)
    {
        var measured = new List<Measurement<double>>();
        foreach (var (project, name) in _live.Names().Where(key => _live.Find(key.Project, key.Name)?.Rollout is not null).Take(EndpointsMax))
        {
            if (_live.Find(project, name)?.Rollout is not { } rollout)
                continue;
            foreach (var arm in rollout.Arms.Prepend(rollout.Stable))
            {
                if (figure(rollout, arm, arm.Tally!.Read()) is { } value)   // what nobody measured yet is not 0
                    measured.Add(new(value, new("project", project), new("endpoint", name), new("arm", arm.Name)));
            }
        }

        return measured;
    }
}
