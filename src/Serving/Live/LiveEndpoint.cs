using System.Collections.Concurrent;
using System.Globalization;
using Assay.Inference.Models;
using Assay.Inference.Predictions;
using Assay.Inference.Tensors;
using Assay.Serving.Limits;
using Assay.Serving.PredictionLog.Capture;
using Assay.Serving.Rollouts.Live;
using Assay.Serving.Rollouts.Plans;

namespace Assay.Serving.Live;

/// <summary>An endpoint in this process: the model that answers, its traffic, and what it has counted.</summary>
internal sealed class LiveEndpoint
{
    private const int RetiredWindowsMax = 16;

    private readonly Lock _lock = new();
    private readonly ConcurrentQueue<EndpointWindow> _retired = new();
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Standing _standing = new(EndpointState.Loading, null, null, null);

    private volatile LiveArm _stable;
    private volatile LiveRollout? _rollout;

    private readonly CallLog _log;
    private readonly AskedCounts _asked = new();

    public LiveEndpoint(string project, string name, CallLog log, TimeProvider clock)
    {
        _log = log;
        (Traffic, Target) = (new TrafficRing(clock), new PredictTarget(project, name));
        _stable = new LiveArm(this, PlanCheck.StableArm, new ModelSlot(), tally: null);
    }

    /// <summary>Where the stable version is.</summary>
    public ModelSlot Slot => _stable.Slot;

    /// <summary>The roll-out that goes on here; null while one version answers all.</summary>
    public LiveRollout? Rollout => _rollout;

    public TrafficRing Traffic { get; }

    public CallTotals Totals { get; } = new();

    public PredictTarget Target { get; }

    public EndpointState State => _standing.State;

    public string? Problem => _standing.Problem ?? _standing.Model?.Problem;

    public ServedEndpoint? Served => _standing.Served;

    public ModelSchema? Schema => (_standing.Model as TableModel)?.Schema;

    public ModelKind? Kind => _standing.Model?.Kind;

    public ModelSignature? Signature => _standing.Model?.Signature;

    /// <summary>What answers, for its signature; it may be freed at any time.</summary>
    public ServedModel? Model => _standing.Model;

    /// <summary>Done when the endpoint is not loading any more for the first time.</summary>
    public Task Settled => _settled.Task;

    /// <summary>Answers with this model from now on; requests under way end with the one they have.</summary>
    public void Swap(ServedModel model, ServedEndpoint served)
    {
        lock (_lock)
        {
            var former = Served;
            model.Identity = served;
            model.Version = served.Version.ToString(CultureInfo.InvariantCulture);
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
            _rollout?.Stop();
            foreach (var candidate in _rollout?.Candidates ?? [])
                candidate.Slot.Exchange(null);
            _rollout = null;
            Slot.Exchange(null);
            (Target.Gate as EndpointGate)?.Leave();
            _standing = new(EndpointState.Failed, "The endpoint was deleted.", null, null);
        }

        _settled.TrySetResult();
    }

    /// <summary>With what this request in this dialect is answered: during a roll-out it is given to an arm.</summary>
    public PredictCall Call(HttpContext http, Dialect dialect) => _rollout?.Give(http, dialect) ?? _stable.Call(dialect);

    /// <summary>With what a request is answered that asks for a version; null when nothing here is that version.</summary>
    public PredictCall? Call(HttpContext http, Dialect dialect, string version)
    {
        var rollout = _rollout;
        if (Model?.Version != version)
            return rollout?.Give(http, dialect, version);
        if (rollout is null)
            return _stable.Call(dialect) with { Version = version };
        http.Response.Headers[LiveRollout.ArmHeader] = rollout.Stable.Name;
        return rollout.Stable.Call(dialect, version);
    }

    /// <summary>With what a request is refused that asks for a version which nothing here is; no arm has it.</summary>
    public PredictCall Refusing(Dialect dialect) => _stable.Call(dialect);

    /// <summary>Gives requests to the arms of this step from now on.</summary>
    public void Begin(LiveRollout rollout)
    {
        lock (_lock)
        {
            if (_rollout is null)
                _standing = _standing with { Problem = null };   // why the last one ended is no problem of this one
            _rollout = rollout;
        }
    }

    /// <summary>Gives all requests to the stable version at once; the roll-out stays to be read until it is ended.</summary>
    public void AnswerStable() => _rollout?.TakeBack();

    /// <summary>Gives all requests to the stable version and lets the candidates go.</summary>
    /// <param name="problem">Why the version that the endpoint's target names doesn't answer; null when it does.</param>
    public void EndRollout(string? problem)
    {
        lock (_lock)
        {
            var former = _rollout;
            former?.Stop();
            _rollout = null;
            foreach (var candidate in former?.Candidates ?? [])
                candidate.Slot.LeaveTo(Slot);
            _standing = _standing with { Problem = problem };
        }
    }

    /// <summary>Lets a candidate take over; requests under way end with the version that they have.</summary>
    public void Promote(string arm)
    {
        lock (_lock)
        {
            if (_rollout is not { } rollout || rollout.Candidates.FirstOrDefault(candidate => candidate.Arm.Arm == arm) is not { } promoted)
                return;
            rollout.Stop();
            var (former, formerSlot) = (Served, Slot);
            _stable = new LiveArm(this, PlanCheck.StableArm, promoted.Slot, tally: null);
            _rollout = null;
            _standing = new(EndpointState.Ready, null, promoted.Served, promoted.Model);
            formerSlot.LeaveTo(promoted.Slot, left => Retire(left, former));
            foreach (var other in rollout.Candidates.Where(other => other != promoted))
                other.Slot.LeaveTo(promoted.Slot);
        }
    }

    /// <summary>Every call of this endpoint ends here.</summary>
    /// <param name="ended">The call.</param>
    /// <param name="arm">Which arm of a roll-out answered; null where none goes on.</param>
    public void Ended(in EndedCall ended, string? arm)
    {
        (Target.Gate as EndpointGate)?.Ended(in ended);
        _log.Offer(in ended, arm, arm is null ? null : _rollout?.Reason(ended.Http));
        if (!ended.IsPrediction)
            return;
        Traffic.Add(ended.RowsAnswered, ended.Outcome, ended.Times);
        Totals.Add(ended);
        if (arm is null or PlanCheck.StableArm)
            _asked.Add(ended.Outcome, ended.Problem, ended.Problem?.Column is { } column && IsInput(column) ? column : null);
    }

    /// <summary>The calls of the last minute.</summary>
    public EndpointHealth LastMinute() => Traffic.LastMinute() with { WaitingRoom = (Target.Gate as EndpointGate)?.Room };

    /// <summary>The oldest window that was not taken yet; null when nothing was predicted or refused.</summary>
    public EndpointWindow? TakeWindow()
    {
        lock (_lock)
        {
            if (_retired.TryDequeue(out var retired))
                return retired;
            using var lease = Slot.Acquire();
            return lease is null ? null : Window(lease.Model, Served!, _asked.Take());
        }
    }

    private bool IsInput(string column) => Signature?.Inputs.Any(input => input.Name == column) == true;

    // What the former model counted since its last window is kept for whoever takes windows.
    private void Retire(ServedModel left, ServedEndpoint? former)
    {
        if (former is null || Window(left, former, AskedCalls.None) is not { } window)
            return;
        _retired.Enqueue(window);
        if (_retired.Count > RetiredWindowsMax)
            _retired.TryDequeue(out _);
    }

    private static EndpointWindow? Window(ServedModel model, ServedEndpoint served, AskedCalls calls)
    {
        var counts = model.TakeWindow();
        var isEmpty = counts.Rows == 0 && calls.Refused == 0 && counts.Features.All(feature => feature.Rows == 0);
        return isEmpty ? null : new(served, counts) { Calls = calls };
    }

    private sealed record Standing(EndpointState State, string? Problem, ServedEndpoint? Served, ServedModel? Model);
}
