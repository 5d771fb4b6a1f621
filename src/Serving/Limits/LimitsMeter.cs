using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Assay.Inference.Predictions;

namespace Assay.Serving.Limits;

/// <summary>What can be watched of limits, as meter <c>Assay.Serving.Limits</c>.</summary>
internal sealed class LimitsMeter
{
    private readonly ConcurrentDictionary<object, (PredictTarget Target, Func<long> Waiting, int Room)> _queues = new();
    private readonly Counter<long> _rejected;

    public LimitsMeter(IMeterFactory meters)
    {
        var meter = meters.Create("Assay.Serving.Limits");
        _rejected = meter.CreateCounter<long>("predictions_rejected", description: "Calls turned away, by reason: rate, quota, queue or wait.");
        meter.CreateObservableGauge("predictions_waiting", Observe, description: "Calls that wait for their turn at an endpoint.");
        meter.CreateObservableGauge("predictions_waiting_room", ObserveRoom, description: "Calls that may wait for their turn before others are turned away.");
    }

    public void Rejected(PredictTarget target, string reason) =>
        _rejected.Add(1, new("project", target.Project), new("endpoint", target.Endpoint), new("reason", reason));

    public void Watch(object gate, PredictTarget target, Func<long> waiting, int room) => _queues[gate] = (target, waiting, room);

    public void Forget(object gate) => _queues.TryRemove(gate, out _);

    private IEnumerable<Measurement<long>> Observe() => _queues.Values.Select(queue => Measure(queue.Waiting(), queue.Target));

    private IEnumerable<Measurement<long>> ObserveRoom() => _queues.Values.Select(queue => Measure(queue.Room, queue.Target));

    private static Measurement<long> Measure(long value, PredictTarget target) => new(
        value, new KeyValuePair<string, object?>("project", target.Project), new KeyValuePair<string, object?>("endpoint", target.Endpoint));
}
