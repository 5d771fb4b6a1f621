namespace Assay.Inference.Counts;

/// <summary>How many values may be counted, so that what it costs is bounded whatever comes: so many of one tensor, and so many in a second.</summary>
internal sealed class ValueBudget(TimeProvider? clock = null)
{
    /// <summary>Values of one tensor of a call.</summary>
    public const int OfTensor = 1024;

    /// <summary>Values of a second.</summary>
    public const int OfSecond = 10_000;

    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private long _second = -1;
    private long _left;

    /// <summary>Whether anything may still be counted in this second. Asked without a lock: a stale answer costs nothing.</summary>
    public bool HasSome => Volatile.Read(ref _left) > 0 || Volatile.Read(ref _second) != Now;

    /// <summary>Takes what rows of so many values cost; gives how many of the rows may be counted.</summary>
    public int Take(int rows, int valuesOfRow)
    {
        if (Now is var now && _second != now)
        {
            Volatile.Write(ref _left, OfSecond);
            Volatile.Write(ref _second, now);
        }

        if (_left <= 0)
            return 0;
        var counted = Math.Min(rows, Math.Max(1, OfTensor / Math.Max(1, valuesOfRow)));
        Volatile.Write(ref _left, _left - ((long)counted * valuesOfRow));
        return counted;
    }

    private long Now => _clock.GetTimestamp() / _clock.TimestampFrequency;
}
