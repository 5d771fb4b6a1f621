using Assay.Serving.Live;
using Assay.Statistics.Sequential;

namespace Assay.Serving.Rollouts.Judging;

/// <summary>What one arm did in the present step; a copy that does not change any more, and what is kept over a restart.</summary>
/// <param name="Arm">Its name.</param>
/// <param name="Requests">Requests that ended, those of callers that went away not among them.</param>
/// <param name="Refused">Those answered 4xx.</param>
/// <param name="Failed">Those answered 5xx.</param>
/// <param name="Rows">Rows that were answered.</param>
/// <param name="Latencies">Times of the requests by <see cref="LatencyBins"/>.</param>
/// <param name="Scores">Predictions over the stable version's bins, missing ones last; empty when there are no such bins.</param>
/// <param name="ScoresOfRequests">The same, one prediction of each request.</param>
/// <param name="Values">What callers posted about its answers.</param>
internal sealed record ArmEvidence(
    string Arm, long Requests, long Refused, long Failed, long Rows, long[] Latencies, long[] Scores, long[] ScoresOfRequests, Sample Values)
{
    /// <summary>How a shadow's predictions differ from those that were answered; null for other arms.</summary>
    public PredictionDifferences? Comparison { get; init; }

    /// <summary>Inner cut points of the bins of <see cref="Scores"/>; the stable arm's alone, and null until they are known.</summary>
    public IReadOnlyList<float>? Edges { get; init; }

    /// <summary>What is believed of the arm's success after its rewards, each from 0 to 1.</summary>
    public BetaPosterior Success()
    {
        var sum = Math.Clamp(Values.Mean * Values.Count, 0, Values.Count);
        return new(sum, Values.Count - sum);
    }

    public static ArmEvidence Empty(string arm) => new(arm, 0, 0, 0, 0, new long[LatencyBins.Count], [], [], new Sample(0, 0, 0));

    public RolloutArmFigures ToFigures() => new(
        Arm, Requests, Refused, Failed, Rows, LatencyBins.Quantile(Latencies, 0.5), LatencyBins.Quantile(Latencies, 0.95),
        LatencyBins.Quantile(Latencies, 0.99), Values.Count, Values.Count == 0 ? null : Values.Mean)
    {
        Comparison = Comparison?.ToFigures(),
    };
}
