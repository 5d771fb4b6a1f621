using System.Collections.Concurrent;
using Assay.Inference.Models;
using Assay.Inference.Predictions;
using Assay.Inference.Tensors;

namespace Assay.Serving.Live;

/// <summary>An endpoint in this process: the model that answers, its traffic, and what it has counted.</summary>
internal sealed class LiveEndpoint(string project, string name, TimeProvider clock) : ICallObserver
{
    private const int RetiredWindowsMax = 16;

    private readonly Lock _lock = new();
    private readonly ConcurrentQueue<EndpointWindow> _retired = new();
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<Dialect, PredictCall> _calls = new();
    private volatile Standing _standing = new(EndpointState.Loading, null, null, null);

    public ModelSlot Slot { get; } = new();

    public TrafficRing Traffic { get; } = new(clock);

    public PredictTarget Target { get; } = new(project, name);

    public EndpointState State => _standing.State;

    public string? Problem => _standing.Problem;

    public ServedEndpoint? Served => _standing.Served;

    public ModelSchema? Schema => (_standing.Model as InferenceModel)?.Schema;

    public ModelKind? Kind => _standing.Model?.Kind;

    public ModelSignature? Signature => _standing.Model?.Signature;

    /// <summary>Done when the endpoint is not loading any more for the first time.</summary>
    public Task Settled => _settled.Task;

    /// <summary>Answers with this model from now on; requests under way end with the one they have.</summary>
    public void Swap(ServedModel model, ServedEndpoint served)
    {
        lock (_lock)
        {
            var former = Served;
            Slot.Exchange(model, left => Retire(left, former));
            _standing = new(EndpointState.Ready, null, served, model);
        }

        _settled.TrySetResult();
    }

    /// <summary>Says why no model, or not the wanted one, answers.</summary>
    public void Fail(string problem)
    {
        lock (_lock)
        {
            var state = Served is null ? EndpointState.Failed : EndpointState.Ready;
            _standing = _standing with { State = state, Problem = problem };
        }

        _settled.TrySetResult();
    }

    /// <summary>Lets the model go after the last request.</summary>
    public void Close()
    {
        lock (_lock)
        {
            Slot.Exchange(null);
            _standing = new(EndpointState.Failed, "The endpoint was deleted.", null, null);
        }

        _settled.TrySetResult();
    }

    /// <summary>With what a request in this dialect is answered.</summary>
    public PredictCall Call(Dialect dialect) =>
        _calls.TryGetValue(dialect, out var call) ? call : _calls.GetOrAdd(dialect, new PredictCall(dialect, Slot, Target, this));

    /// <summary>Every call of this endpoint ends here.</summary>
    public void Ended(in EndedCall ended)
    {
        Traffic.Add(ended.RowsAnswered, ended.Outcome != PredictOutcome.Ok, ended.Times.Total);
    }

    /// <summary>The oldest window that was not taken yet; null when nothing was predicted.</summary>
    public EndpointWindow? TakeWindow()
    {
        lock (_lock)
        {
            if (_retired.TryDequeue(out var retired))
                return retired;
            using var lease = Slot.Acquire();
            return lease is null ? null : Window(lease.Model, Served!);
        }
    }

    // What the former model counted since its last window is kept for whoever takes windows.
    private void Retire(ServedModel left, ServedEndpoint? former)
    {
        if (former is null || Window(left, former) is not { } window)
            return;
        _retired.Enqueue(window);
        if (_retired.Count > RetiredWindowsMax)
            _retired.TryDequeue(out _);
    }

    private static EndpointWindow? Window(ServedModel model, ServedEndpoint served)
    {
        if (model is not InferenceModel table)
            return null;
        var counts = table.TakeWindow();
        return counts.Rows == 0 && counts.Features.All(feature => feature.Rows == 0) ? null : new(served, counts);
    }

    private sealed record Standing(EndpointState State, string? Problem, ServedEndpoint? Served, ServedModel? Model);
}
