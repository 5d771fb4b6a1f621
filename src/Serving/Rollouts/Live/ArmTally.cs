using Assay.Inference.Predictions;
using Assay.Serving.Live;
using Assay.Serving.Rollouts.Judging;
using Assay.Serving.Rollouts.Plans;
using Assay.Statistics.Sequential;

namespace Assay.Serving.Rollouts.Live;

/// <summary>Counts what one arm does in one step, in constant memory and from any number of threads.</summary>
internal sealed class ArmTally
{
    private readonly Lock _lock = new();
    private readonly string _arm;
    private readonly PredictionBins? _bins;
    private readonly long[] _latencies;
    private readonly long[] _scores;
    private readonly long[] _scoresOfRequests;
    private long _requests;
    private long _refused;
    private long _failed;
    private long _rows;
    private long _values;
    private double _mean;
    private double _squares;
    private PredictionDifferences? _comparison;

    /// <summary>Goes on from what was counted before.</summary>
    /// <param name="before">What was counted.</param>
    /// <param name="bins">Bins of the predictions, the same for all arms; null when they aren't counted.</param>
    public ArmTally(ArmEvidence before, PredictionBins? bins)
    {
        (_arm, _bins) = (before.Arm, bins);
        (_requests, _refused, _failed, _rows) = (before.Requests, before.Refused, before.Failed, before.Rows);
        _latencies = Copy(before.Latencies, LatencyBins.Count);
        var scores = bins?.Count ?? 0;
        (_scores, _scoresOfRequests) = (Copy(before.Scores, scores), Copy(before.ScoresOfRequests, scores));
        (_values, _mean, _squares) = (before.Values.Count, before.Values.Mean, before.Values.Variance * Math.Max(0, before.Values.Count - 1));
        _comparison = before.Comparison;
    }

    public void Add(in EndedCall call)
    {
        if (call.Outcome is PredictOutcome.Cancelled or PredictOutcome.Limited)
            return;
        var latency = LatencyBins.Of(call.Times.Total);
        Span<int> scores = stackalloc int[_scores.Length];
        scores.Clear();
        var one = _bins?.Add(call, _arm == PlanCheck.StableArm, scores);
        lock (_lock)
        {
            _requests++;
            _refused += call.Outcome == PredictOutcome.Invalid ? 1 : 0;
            _failed += call.Outcome is PredictOutcome.Failed or PredictOutcome.Unavailable ? 1 : 0;
            _rows += call.RowsAnswered;
            _latencies[latency]++;
            if (one is not { } picked)
                return;
            _scoresOfRequests[picked]++;
            for (var bin = 0; bin < scores.Length; bin++)
                _scores[bin] += scores[bin];
        }
    }

    /// <summary>Counts what a shadow computed; the time is that of the model alone.</summary>
    public void AddShadow(PredictOutcome outcome, int rows, double seconds)
    {
        lock (_lock)
        {
            _requests++;
            _refused += outcome == PredictOutcome.Invalid ? 1 : 0;
            _failed += outcome == PredictOutcome.Failed ? 1 : 0;
            _rows += rows;
            _latencies[LatencyBins.Of(seconds)]++;
        }
    }

    /// <summary>Counts how a shadow's predictions differ from those that were answered.</summary>
    public void Compare(ReadOnlySpan<float> answered, ReadOnlySpan<float> computed)
    {
        lock (_lock)
            _comparison = (_comparison ?? PredictionDifferences.None).Add(answered, computed);
    }

    /// <summary>Counts a request that a shadow could not keep up with.</summary>
    public void Drop()
    {
        lock (_lock)
            _comparison = (_comparison ?? PredictionDifferences.None) with { Dropped = (_comparison?.Dropped ?? 0) + 1 };
    }

    /// <summary>Adds a value that a caller posted about an answer; the moments are updated after Welford (1962).</summary>
    public void AddValue(double value)
    {
        lock (_lock)
        {
            _values++;
            var fromOldMean = value - _mean;
            _mean += fromOldMean / _values;
            _squares += fromOldMean * (value - _mean);
        }
    }

    public ArmEvidence Read()
    {
        lock (_lock)
        {
            return new(
                _arm, _requests, _refused, _failed, _rows, [.. _latencies], [.. _scores], [.. _scoresOfRequests],
                new Sample(_values, _mean, _values < 2 ? 0 : _squares / (_values - 1)))
            { Comparison = _comparison, Edges = _arm == PlanCheck.StableArm ? _bins?.Edges : null };
        }
    }

    // Counts over other bins, as of a stable version that was exchanged meanwhile, are left behind.
    private static long[] Copy(long[] counts, int length) => counts.Length == length ? [.. counts] : new long[length];
}
