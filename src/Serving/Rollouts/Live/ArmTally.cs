using Assay.Inference.Predictions;
using Assay.Serving.Live;
using Assay.Serving.Rollouts.Judging;
using Assay.Statistics.Profiles;
using Assay.Statistics.Sequential;

namespace Assay.Serving.Rollouts.Live;

/// <summary>Counts what one arm does in one step, in constant memory and from any number of threads.</summary>
internal sealed class ArmTally
{
    private const int BinsMax = 256;

    private readonly Lock _lock = new();
    private readonly string _arm;
    private readonly float[]? _edges;
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
    private Comparison? _comparison;

    /// <summary>Goes on from what was counted before.</summary>
    /// <param name="before">What was counted.</param>
    /// <param name="bins">Bins of the predictions, the same for all arms; null when they aren't counted.</param>
    public ArmTally(ArmEvidence before, Baseline? bins)
    {
        _arm = before.Arm;
        (_requests, _refused, _failed, _rows) = (before.Requests, before.Refused, before.Failed, before.Rows);
        _latencies = Copy(before.Latencies, LatencyBins.Count);
        _edges = bins?.Edges is { } edges && edges.Count + 2 <= BinsMax ? [.. edges.Select(edge => (float)edge)] : null;
        var scores = _edges is null ? 0 : _edges.Length + 2;   // the last one for predictions that are missing
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
        foreach (var prediction in call.Predictions)
            AddTo(scores, prediction);
        var one = call.Predictions.IsEmpty ? 0 : call.Predictions[Random.Shared.Next(call.Predictions.Length)];
        lock (_lock)
        {
            _requests++;
            _refused += call.Outcome == PredictOutcome.Invalid ? 1 : 0;
            _failed += call.Outcome is PredictOutcome.Failed or PredictOutcome.Unavailable ? 1 : 0;
            _rows += call.Predictions.Length;
            _latencies[latency]++;
            if (_edges is null || call.Predictions.IsEmpty)
                return;
            _scoresOfRequests[BinOf(one)]++;
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
            _comparison = (_comparison ?? Comparison.None).Add(answered, computed);
    }

    /// <summary>Counts a request that a shadow could not keep up with.</summary>
    public void Drop()
    {
        lock (_lock)
            _comparison = (_comparison ?? Comparison.None) with { Dropped = (_comparison?.Dropped ?? 0) + 1 };
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
            { Comparison = _comparison };
        }
    }

    private void AddTo(Span<int> scores, float prediction)
    {
        if (_edges is not null)
            scores[BinOf(prediction)]++;
    }

    private int BinOf(float prediction)
    {
        if (float.IsNaN(prediction))
            return _scores.Length - 1;
        var bin = 0;
        foreach (var edge in _edges!)
            bin += prediction > edge ? 1 : 0;
        return bin;
    }

    // Counts over other bins, as of a stable version that was exchanged meanwhile, are left behind.
    private static long[] Copy(long[] counts, int length) => counts.Length == length ? [.. counts] : new long[length];
}
