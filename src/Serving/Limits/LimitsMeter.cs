using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Assay.Inference.Predictions;

namespace Assay.Serving.Limits;

/// <summary>What can be watched of limits, as meter <c>Assay.Serving.Limits</c>.</summary>
internal sealed class LimitsMeter
{
    private readonly ConcurrentDictionary<object, (PredictTarget Target, Func<long> Waiting)> _queues = new();
    private readonly Counter<long> _rejected;

    public LimitsMeter(IMeterFactory meters)
    {
        var meter = meters.Create("Assay.Serving.Limits");
        _rejected = meter.CreateCounter<long>("predictions_rejected", description: "Calls turned away, by reason: rate, quota, queue or wait.");
        meter.CreateObservableGauge("predictions_waiting", Observe, description: "Calls that wait for their turn at an endpoint.");
    }

    public void Rejected(PredictTarget target, string reason) =>
        _rejected.Add(1, new("project", target.Project), new("endpoint", target.Endpoint), new("reason", reason));

    public void Watch(object gate, PredictTarget target, Func<long> waiting) => _queues[gate] = (target, waiting);

    public void Forget(object gate) => _queues.TryRemove(gate, out _);

    private IEnumerable<Measurement<long>> Observe() => _queues.Values.Select(queue => new Measurement<long>(
        queue.Waiting(), new KeyValuePair<string, object?>("project", queue.Target.Project), new KeyValuePair<string, object?>("endpoint", queue.Target.Endpoint)));
}
