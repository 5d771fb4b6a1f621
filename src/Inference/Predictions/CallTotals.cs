using System.Numerics;

namespace Assay.Inference.Predictions;

/// <summary>Sums of a model's calls since its place was made, for protocols that show them.</summary>
public sealed class CallTotals
{
    private const double NanosecondsPerSecond = 1e9;
    private const int SizesMax = 64;

    private readonly Lock _lock = new();   // one for all: six pairs of atomic sums would take the processor longer
    private long _answered;
    private long _failed;
    private double _failedSeconds;
    private CallTimes _seconds;
    private CallTimes _computed;
    private long _computations;
    private (long Count, double Seconds) _hits;
    private (long Count, double Seconds) _misses;
    private readonly SortedDictionary<int, BatchSum> _batches = [];
    private long _rows;

    /// <summary>Rows that were answered.</summary>
    public long Rows
    {
        get
        {
            lock (_lock)
                return _rows;
        }
    }

    /// <summary>Calls that were answered.</summary>
    public long Answered
    {
        get
        {
            lock (_lock)
                return _answered;
        }
    }

    /// <summary>Computations: of calls whose rows went together one, and none of answers from memory.</summary>
    public long Computations
    {
        get
        {
            lock (_lock)
                return _computations;
        }
    }

    /// <summary>Counts a call.</summary>
    public void Add(in EndedCall ended)
    {
        var times = ended.Times;
        lock (_lock)
        {
            if (ended.Outcome != PredictOutcome.Ok)
            {
                _failed++;
                _failedSeconds += times.Total;
                return;
            }

            _answered++;
            _rows += ended.RowsAnswered;
            _seconds = Sum(_seconds, times);
            if (ended.Look.IsKept is { } isKept)
            {
                ref var looked = ref (isKept ? ref _hits : ref _misses);
                looked = (looked.Count + 1, looked.Seconds + ended.Look.Seconds);
                if (isKept)
                    return;
            }

            _computed = Sum(_computed, times);
            if (ended.RowsTogether <= 0)
                return;
            _computations++;
            var size = SizeOf(ended.RowsTogether);
            _batches.TryGetValue(size, out var batch);
            _batches[size] = new(batch.Count + 1, Sum(batch.Seconds, times));
        }
    }

    /// <summary>Each sum under its name in the statistics of the Open Inference Protocol.</summary>
    internal IReadOnlyDictionary<string, TimedSum> Show()
    {
        lock (_lock)
        {
            return new Dictionary<string, TimedSum>
            {
                ["success"] = Sum(_answered, _seconds.Total),
                ["fail"] = Sum(_failed, _failedSeconds),
                ["queue"] = Sum(_answered, _seconds.Queue),
                ["compute_input"] = Sum(_answered - _hits.Count, _computed.Read),
                ["compute_infer"] = Sum(_answered - _hits.Count, _computed.Compute),
                ["compute_output"] = Sum(_answered - _hits.Count, _computed.Write),
                ["cache_hit"] = Sum(_hits.Count, _hits.Seconds),
                ["cache_miss"] = Sum(_misses.Count, _misses.Seconds),
            };
        }
    }

    /// <summary>The computations by how many rows they were of.</summary>
    internal IReadOnlyList<BatchStatistics> ShowBatches()
    {
        lock (_lock)
        {
            return [.. _batches.Select(pair => new BatchStatistics(
                pair.Key, Sum(pair.Value.Count, pair.Value.Seconds.Read), Sum(pair.Value.Count, pair.Value.Seconds.Compute), Sum(pair.Value.Count, pair.Value.Seconds.Write)))];
        }
    }

    // Callers send any number of rows: large ones are counted by the next power of two, so that there are few.
    private static int SizeOf(int rows) => rows <= SizesMax ? rows : (int)Math.Min(BitOperations.RoundUpToPowerOf2((uint)rows), int.MaxValue);

    private static CallTimes Sum(CallTimes one, CallTimes other) =>
        new(one.Read + other.Read, one.Queue + other.Queue, one.Compute + other.Compute, one.Write + other.Write);

    private static TimedSum Sum(long count, double seconds) => new(count, (long)(seconds * NanosecondsPerSecond));
}

/// <summary>How many calls, and how long in all.</summary>
internal sealed record TimedSum(long Count, long Ns);

/// <summary>Computations of as many rows, and their times.</summary>
internal sealed record BatchStatistics(int BatchSize, TimedSum ComputeInput, TimedSum ComputeInfer, TimedSum ComputeOutput);

internal readonly record struct BatchSum(long Count, CallTimes Seconds);
