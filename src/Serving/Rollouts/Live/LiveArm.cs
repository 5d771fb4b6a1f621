using System.Collections.Concurrent;
using Assay.Inference.Models;
using Assay.Inference.Predictions;
using Assay.Serving.Live;

namespace Assay.Serving.Rollouts.Live;

/// <summary>A version of an endpoint that gets a part of its requests: where its model is, and what it did in the present step.</summary>
internal sealed class LiveArm(LiveEndpoint endpoint, string name, ModelSlot slot, ArmTally? tally) : ICallObserver
{
    private readonly ConcurrentDictionary<Dialect, PredictCall> _calls = new();

    public string Name => name;

    /// <summary>What it was asked so far; the stable arm's is the endpoint's.</summary>
    public CallTotals? Totals { get; init; }

    /// <summary>Is handed what this arm answered; null for none.</summary>
    public Shadow? Shadow { get; init; }

    public ModelSlot Slot => slot;

    /// <summary>What it did in this step; null while there is no roll-out.</summary>
    public ArmTally? Tally => tally;

    /// <summary>With what a request in this dialect is answered.</summary>
    public PredictCall Call(Dialect dialect) =>
        _calls.TryGetValue(dialect, out var call) ? call : _calls.GetOrAdd(dialect, new PredictCall(dialect, slot, endpoint.Target, this));

    /// <summary>With what a request is answered that asks for a version, which is this one's.</summary>
    public PredictCall Call(Dialect dialect, string version) => Call(dialect) with { Version = version, Observer = new Asked(this) };

    /// <summary>Every call that this arm answers ends here.</summary>
    public void Ended(in EndedCall call)
    {
        if (call.IsPrediction)
        {
            tally?.Add(call);
            Shadow?.Offer(call);
        }

        EndedUncounted(call);
    }

    private void EndedUncounted(in EndedCall call)
    {
        if (call.IsPrediction)
            Totals?.Add(call);
        endpoint.Ended(call, tally is null ? null : name);
    }

    /// <summary>Of calls that came here because they asked for the version: arms are judged by those that chance gave them.</summary>
    private sealed class Asked(LiveArm arm) : ICallObserver
    {
        public void Ended(in EndedCall call) => arm.EndedUncounted(call);
    }
}

/// <summary>A candidate whose model is loaded.</summary>
/// <param name="Arm">Which version it is.</param>
/// <param name="Slot">Where its model is.</param>
/// <param name="Served">What the endpoint serves once it is promoted.</param>
/// <param name="Model">The model in the slot, for its schema and signature.</param>
internal sealed record LoadedCandidate(RolloutArm Arm, ModelSlot Slot, ServedEndpoint Served, ServedModel Model)
{
    /// <summary>What it was asked in all steps.</summary>
    public CallTotals Totals { get; } = new();
}
