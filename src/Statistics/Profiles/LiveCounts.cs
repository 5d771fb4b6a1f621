using System.Collections.Frozen;
using System.Runtime.Intrinsics;

namespace Assay.Statistics.Profiles;

/// <summary>
/// Counts live values over the bins of a baseline: constant memory however much traffic there is, no allocation per
/// value, and safe to call from any number of threads.
/// </summary>
public sealed class LiveCounts
{
    private const int BatchBinsMax = 256;

    private readonly float[] _edges;
    private readonly FrozenDictionary<string, int> _bins;
    private readonly long[] _counts;
    private long _missing;

    /// <summary>Starts at zero over the bins of <paramref name="baseline"/>.</summary>
    public LiveCounts(Baseline baseline)
    {
        Baseline = baseline;
        _edges = [.. (baseline.Edges ?? []).Select(edge => (float)edge)];
        _bins = (baseline.Categories ?? [])
            .Select((category, bin) => KeyValuePair.Create(category, bin))
            .ToFrozenDictionary(StringComparer.Ordinal);
        _counts = new long[baseline.Counts.Count];
    }

    /// <summary>What is being compared with.</summary>
    public Baseline Baseline { get; }

    /// <summary>Counts a number; NaN is missing.</summary>
    public void Add(double value)
    {
        if (double.IsNaN(value))
            AddMissing();
        else
            AddToBin(BinOf((float)value));
    }

    /// <summary>Counts a batch of numbers with at most one atomic operation per bin; NaN is missing.</summary>
    public void Add(ReadOnlySpan<float> values)
    {
        if (_counts.Length > BatchBinsMax || values.Length < Vector256<float>.Count)
        {
            foreach (var value in values)
                Add(value);
            return;
        }

        Span<int> batch = stackalloc int[BatchBinsMax + 1];
        batch = batch[..(_counts.Length + 1)];   // missing ones at last
        batch.Clear();
        for (; values.Length >= Vector256<float>.Count; values = values[Vector256<float>.Count..])
            AddEight(Vector256.Create(values), batch);
        foreach (var value in values)
            batch[float.IsNaN(value) ? _counts.Length : BinOf(value)]++;

        for (var bin = 0; bin < _counts.Length; bin++)
        {
            if (batch[bin] > 0)
                Interlocked.Add(ref _counts[bin], batch[bin]);
        }

        if (batch[^1] > 0)
            Interlocked.Add(ref _missing, batch[^1]);
    }

    private void AddEight(Vector256<float> values, Span<int> batch)
    {
        var bins = Vector256<int>.Zero;
        foreach (var edge in _edges)
            bins -= Vector256.GreaterThan(values, Vector256.Create(edge)).AsInt32();   // -1 where it holds
        bins = Vector256.ConditionalSelect(Vector256.Equals(values, values).AsInt32(), bins, Vector256.Create(_counts.Length));
        for (var place = 0; place < Vector256<int>.Count; place++)
            batch[bins[place]]++;
    }

    /// <summary>Counts a category; null and the empty string are missing, an unknown value goes to the last bin.</summary>
    public void Add(string? value)
    {
        if (string.IsNullOrEmpty(value))
            AddMissing();
        else
            AddToBin(BinOf(value));
    }

    /// <summary>Counts a row without a value.</summary>
    public void AddMissing() => Interlocked.Increment(ref _missing);

    /// <summary>Counts a value whose bin the caller knows already (see <see cref="BinOf(string)"/>).</summary>
    public void AddToBin(int bin) => Interlocked.Increment(ref _counts[bin]);

    /// <summary>The bin of a category: that of its value, or the last one.</summary>
    public int BinOf(string category) => _bins.TryGetValue(category, out var bin) ? bin : _counts.Length - 1;

    /// <summary>
    /// Reads and resets. Each counter is taken atomically, so every value is in exactly one window; the counters of one
    /// window are not of one instant.
    /// </summary>
    public CountedWindow Take()
    {
        var counts = new long[_counts.Length];
        for (var bin = 0; bin < counts.Length; bin++)
            counts[bin] = Interlocked.Exchange(ref _counts[bin], 0);
        return CountedWindow.Of(counts, Interlocked.Exchange(ref _missing, 0));
    }

    private int BinOf(float value)
    {
        // Quantile bins are few and equally likely: a scan without mispredicted branches beats a binary search.
        var bin = 0;
        foreach (var edge in _edges)
            bin += value > edge ? 1 : 0;
        return bin;
    }
}

/// <summary>What was counted between two moments, over a baseline's bins. Windows of the same baseline add up.</summary>
/// <param name="Rows">Values counted, missing ones among them.</param>
/// <param name="Counts">Per bin.</param>
/// <param name="Missing">Rows without a value.</param>
public sealed record CountedWindow(long Rows, long[] Counts, long Missing)
{
    /// <summary>A window of these counts.</summary>
    public static CountedWindow Of(long[] counts, long missing) => new(counts.Sum() + missing, counts, missing);

    /// <summary>An empty window over the bins of <paramref name="baseline"/>.</summary>
    public static CountedWindow Empty(Baseline baseline) => new(0, new long[baseline.Counts.Count], 0);

    /// <summary>The sum of both.</summary>
    /// <exception cref="ArgumentException">The windows have different numbers of bins.</exception>
    public CountedWindow Merge(CountedWindow other) =>
        other.Counts.Length == Counts.Length
            ? Of([.. Counts.Zip(other.Counts, (mine, theirs) => mine + theirs)], Missing + other.Missing)
            : throw new ArgumentException($"Windows of {Counts.Length} and {other.Counts.Length} bins do not add up.", nameof(other));
}
