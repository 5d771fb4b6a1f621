using System.Globalization;
using Assay.Serving.Live;
using Assay.Serving.Rollouts.Live;
using Assay.Serving.Rollouts.Plans;
using Assay.Statistics.Drift;
using Assay.Statistics.Sequential;

namespace Assay.Serving.Rollouts.Judging;

/// <summary>
/// Judges candidates by a plan's rules: from figures to verdicts, and nothing else. Each rule is tested with its part of
/// the plan's chance of a false alarm, so that all of them over all steps stay below it (Bonferroni).
/// </summary>
internal sealed class Judge
{
    // Requests of either arm below which a quantile of it means nothing.
    private const int FewestRequestsOfQuantile = 100;

    private readonly RolloutPlan _plan;
    private readonly RolloutAnalysis _analysis;
    private readonly double _alpha;

    public Judge(RolloutPlan plan, int candidates)
    {
        _plan = plan;
        _analysis = plan.Analysis!;
        _alpha = _analysis.FalseAlarmRate / (plan.Steps!.Count * candidates * Math.Max(1, Rules(plan)));
    }

    /// <summary>Judges one candidate.</summary>
    /// <param name="stable">What the stable arm did meanwhile, or before the switch in blue/green.</param>
    /// <param name="candidate">What the candidate did.</param>
    /// <param name="share">The candidate's share of the requests of these two arms.</param>
    public IEnumerable<RolloutCheck> Check(ArmEvidence stable, ArmEvidence candidate, double share)
    {
        var isCompared = !PlanCheck.IsSplitByChance(_plan.Strategy) || share < 1;   // in a step of 100 % the stable arm answers nothing
        if (PlanCheck.IsSplitByChance(_plan.Strategy) && _analysis.CompareErrors && isCompared)
            yield return CompareErrors(stable, candidate, ShareOf(stable, candidate, share));
        if (_analysis.MaxErrorRate is { } errorRate)
            yield return ErrorRate(candidate, errorRate);
        foreach (var (rule, quantile, ratio) in new[] { ("maxP95Ratio", 0.95, _analysis.MaxP95Ratio), ("maxP99Ratio", 0.99, _analysis.MaxP99Ratio) })
        {
            if (ratio is { } times && isCompared)
                yield return LatencyRatio(rule, quantile, times, stable, candidate);
        }

        foreach (var (rule, quantile, bound) in new[] { ("maxP95Milliseconds", 0.95, _analysis.MaxP95Milliseconds), ("maxP99Milliseconds", 0.99, _analysis.MaxP99Milliseconds) })
        {
            if (bound is { } milliseconds)
                yield return Latency(rule, quantile, milliseconds, candidate, $"at most {Text(milliseconds)} ms");
        }

        foreach (var (rule, bound) in new[] { ("maxPsi", _analysis.MaxPsi), ("maxKs", _analysis.MaxKs) })
        {
            if (bound is { } distance && isCompared)
                yield return Drift(rule, distance, stable, candidate, ShareOf(stable, candidate, share));
        }

        if (_analysis.MaxValueDrop is { } drop && isCompared)
            yield return Value(stable, candidate, drop);
    }

    private static int Rules(RolloutPlan plan)
    {
        var analysis = plan.Analysis!;
        double?[] bounds =
        [
            analysis.MaxErrorRate, analysis.MaxP95Ratio, analysis.MaxP99Ratio, analysis.MaxP95Milliseconds, analysis.MaxP99Milliseconds,
            analysis.MaxPsi, analysis.MaxKs, analysis.MaxValueDrop,
        ];
        return bounds.Count(bound => bound is not null) + (PlanCheck.IsSplitByChance(plan.Strategy) && analysis.CompareErrors ? 1 : 0);
    }

    // By chance a request is the candidate's with exactly its share. By keys it is as its keys happen to ask.
    private double ShareOf(ArmEvidence stable, ArmEvidence candidate, double share) =>
        (_plan.StickyHeader ?? _plan.StickyColumn) is null || stable.Requests == 0 || candidate.Requests == 0
            ? share
            : (double)candidate.Requests / (candidate.Requests + stable.Requests);

    private RolloutCheck CompareErrors(ArmEvidence stable, ArmEvidence candidate, double share)
    {
        var (mine, theirs) = (candidate.Failed + candidate.Refused, stable.Failed + stable.Refused);
        var p = RateTest.PValue(mine, mine + theirs, share);
        var (rate, other) = (Share(mine, candidate.Requests), Share(theirs, stable.Requests));
        var check = Verdict(
            "compareErrors", candidate, p < _alpha, rate, other ?? 0, p,
            $"{Count(mine, candidate.Requests)} of '{candidate.Arm}' were answered with an error, and {Count(theirs, stable.Requests)} of the stable arm");
        return check.State == RolloutCheckState.Holding && stable.Requests == 0 ? check with { State = RolloutCheckState.Waiting } : check;
    }

    private RolloutCheck ErrorRate(ArmEvidence candidate, double bound)
    {
        var p = RateTest.PValue(candidate.Failed, candidate.Requests, bound);
        return Verdict(
            "maxErrorRate", candidate, p < _alpha, Share(candidate.Failed, candidate.Requests), bound, p,
            $"{Count(candidate.Failed, candidate.Requests)} of '{candidate.Arm}' failed, and at most {Text(bound * 100)} % may");
    }

    private RolloutCheck LatencyRatio(string rule, double quantile, double times, ArmEvidence stable, ArmEvidence candidate)
    {
        if (stable.Requests < FewestRequestsOfQuantile || LatencyBins.Quantile(stable.Latencies, quantile) is not { } reference)
        {
            return new(rule, candidate.Arm, RolloutCheckState.Waiting, null, times, null,
                $"The stable arm has answered {stable.Requests} of the {FewestRequestsOfQuantile} requests that its latency is read from.");
        }

        var check = Latency(rule, quantile, reference * times, candidate, $"at most {Text(times)} times the {Text(reference)} ms of the stable arm");
        return check with { Bound = times, Value = check.Value / reference };
    }

    /// <summary>A quantile is above a time when more requests than its rest are slower than that.</summary>
    private RolloutCheck Latency(string rule, double quantile, double milliseconds, ArmEvidence candidate, string allowed)
    {
        if (LatencyBins.Quantile(candidate.Latencies, quantile) is not { } value)
            return new(rule, candidate.Arm, RolloutCheckState.Waiting, null, milliseconds, null, $"'{candidate.Arm}' has answered no request in this step.");
        var slower = LatencyBins.CountAbove(candidate.Latencies, milliseconds);
        var p = RateTest.PValue(slower, candidate.Latencies.Sum(), 1 - quantile);
        return Verdict(
            rule, candidate, p < _alpha, value, milliseconds, p,
            $"{Text(quantile * 100)} % of the requests of '{candidate.Arm}' took up to {Text(value)} ms, and {allowed} are allowed");
    }

    private RolloutCheck Drift(string rule, double bound, ArmEvidence stable, ArmEvidence candidate, double share)
    {
        if (WhyNotCounted(stable, candidate) is { } lack)
            return new(rule, candidate.Arm, RolloutCheckState.Waiting, null, bound, null, lack);

        var distance = rule == "maxPsi"
            ? Divergence.Psi(stable.Scores, candidate.Scores)
            : Divergence.KolmogorovSmirnov(stable.Scores, candidate.Scores);
        var p = SplitTest.PValue(stable.ScoresOfRequests, candidate.ScoresOfRequests, share);
        var measure = rule == "maxPsi" ? "population stability index" : "Kolmogorov-Smirnov distance";
        return Verdict(
            rule, candidate, distance > bound && p < _alpha, distance, bound, p,
            $"The predictions of '{candidate.Arm}' differ from the stable arm's by a {measure} of {Text(distance)}, and at most {Text(bound)} is allowed");
    }

    // Missing predictions alone say nothing of a distribution, but a candidate that answers nothing else does.
    private static string? WhyNotCounted(ArmEvidence stable, ArmEvidence candidate)
    {
        if (stable.Scores.Length != candidate.Scores.Length || candidate.Scores.Sum() == 0)
            return stable is { Scores.Length: > 0, Edges: null }
                ? $"The first {PredictionBins.FirstOnes} predictions of the stable arm make the bins, and are not there yet."
                : $"No predictions of '{candidate.Arm}' were counted yet.";
        return stable.Scores[..^1].Sum() == 0 ? "No predictions of the stable arm were counted yet." : null;
    }

    private RolloutCheck Value(ArmEvidence stable, ArmEvidence candidate, double drop)
    {
        if (stable.Values.Count < MeanTest.FewestValues || candidate.Values.Count < MeanTest.FewestValues)
        {
            return new("maxValueDrop", candidate.Arm, RolloutCheckState.Waiting, null, drop, null,
                $"{candidate.Values.Count} values of '{candidate.Arm}' and {stable.Values.Count} of the stable arm were posted; {MeanTest.FewestValues} of each are needed.");
        }

        var compared = MeanTest.Compare(stable.Values, candidate.Values, _alpha, -drop);
        return Verdict(
            "maxValueDrop", candidate, compared.Difference < -drop && compared.PValue < _alpha, -compared.Difference, drop, compared.PValue,
            $"The mean value of '{candidate.Arm}' is {Text(candidate.Values.Mean)} (n = {candidate.Values.Count}), that of the stable arm {Text(stable.Values.Mean)} (n = {stable.Values.Count}), and a drop of at most {Text(drop)} is allowed");
    }

    private static RolloutCheck Verdict(string rule, ArmEvidence candidate, bool breached, double? value, double bound, double p, string figures)
    {
        var state = breached ? RolloutCheckState.Breached : candidate.Requests == 0 ? RolloutCheckState.Waiting : RolloutCheckState.Holding;
        return new(rule, candidate.Arm, state, value, bound, p, $"{figures} (always-valid p = {Text(p)}).");
    }

    private static string Count(long part, long whole) => string.Create(CultureInfo.InvariantCulture, $"{part} of {whole} requests");

    private static double? Share(long part, long whole) => whole == 0 ? null : (double)part / whole;

    private static string Text(double? number) => number?.ToString("G3", CultureInfo.InvariantCulture) ?? "–";
}
