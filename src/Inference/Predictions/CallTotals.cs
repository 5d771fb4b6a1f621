namespace Assay.Inference.Predictions;

/// <summary>Sums of a model's calls since its place was made, for protocols that show them.</summary>
public sealed class CallTotals
{
    private readonly TimedCount _success = new();
    private readonly TimedCount _fail = new();
    private readonly TimedCount _read = new();
    private readonly TimedCount _queue = new();
    private readonly TimedCount _compute = new();
    private readonly TimedCount _write = new();
    private long _rows;

    /// <summary>Rows that were answered.</summary>
    public long Rows => Interlocked.Read(ref _rows);

    /// <summary>Counts a call.</summary>
    public void Add(in EndedCall ended)
    {
        var times = ended.Times;
        if (ended.Outcome != PredictOutcome.Ok)
        {
            _fail.Add(times.Total);
            return;
        }

        Interlocked.Add(ref _rows, ended.RowsAnswered);
        _success.Add(times.Total);
        _read.Add(times.Read);
        _queue.Add(times.Queue);
        _compute.Add(times.Compute);
        _write.Add(times.Write);
    }

    /// <summary>Calls that were answered.</summary>
    public long Answered => _success.Read().Count;

    /// <summary>Each sum under its name in the statistics of the Open Inference Protocol.</summary>
    internal IReadOnlyDictionary<string, TimedSum> Show() => new Dictionary<string, TimedSum>
    {
        ["success"] = _success.Read(),
        ["fail"] = _fail.Read(),
        ["queue"] = _queue.Read(),
        ["compute_input"] = _read.Read(),
        ["compute_infer"] = _compute.Read(),
        ["compute_output"] = _write.Read(),
    };

    private sealed class TimedCount
    {
        private const double NanosecondsPerSecond = 1e9;
        private long _count;
        private long _nanoseconds;

        public void Add(double seconds)
        {
            Interlocked.Increment(ref _count);
            Interlocked.Add(ref _nanoseconds, (long)(seconds * NanosecondsPerSecond));
        }

        public TimedSum Read() => new(Interlocked.Read(ref _count), Interlocked.Read(ref _nanoseconds));
    }
}

/// <summary>How many calls, and how long in all.</summary>
internal sealed record TimedSum(long Count, long Ns);
