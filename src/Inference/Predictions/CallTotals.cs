namespace Assay.Inference.Predictions;

/// <summary>Sums of a model's calls since its place was made, for protocols that show them.</summary>
public sealed class CallTotals
{
    private const double NanosecondsPerSecond = 1e9;

    private readonly Lock _lock = new();   // one for all: six pairs of atomic sums would take the processor longer
    private long _answered;
    private long _failed;
    private double _failedSeconds;
    private CallTimes _seconds;
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
            _seconds = new(_seconds.Read + times.Read, _seconds.Queue + times.Queue, _seconds.Compute + times.Compute, _seconds.Write + times.Write);
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
                ["compute_input"] = Sum(_answered, _seconds.Read),
                ["compute_infer"] = Sum(_answered, _seconds.Compute),
                ["compute_output"] = Sum(_answered, _seconds.Write),
            };
        }
    }

    private static TimedSum Sum(long count, double seconds) => new(count, (long)(seconds * NanosecondsPerSecond));
}

/// <summary>How many calls, and how long in all.</summary>
internal sealed record TimedSum(long Count, long Ns);
