using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Text.Json.Serialization;
using Assay.Statistics.Sketches;

namespace Assay.Statistics.Profiles;

/// <summary>
/// Counts live values over the bins of a baseline: constant memory however much traffic there is, no allocation per
/// value, and safe to call from any number of threads.
/// </summary>
public sealed class LiveCounts
{
    private const int BatchMin = 8;

    private readonly float[] _edges;
    private readonly FrozenDictionary<string, int> _bins;
    private readonly long[] _counts;
    private readonly float _trainedLeast;
    private readonly float _trainedLargest;
    private long _missing;
    private long _outside;
    private float _least = float.PositiveInfinity;
    private float _largest = float.NegativeInfinity;

    /// <summary>Starts at zero over the bins of <paramref name="baseline"/>.</summary>
    public LiveCounts(Baseline baseline)
    {
        Baseline = baseline;
        _edges = [.. (baseline.Edges ?? []).Select(edge => (float)edge)];
        _bins = (baseline.Categories ?? [])
            .Select((category, bin) => KeyValuePair.Create(category, bin))
            .ToFrozenDictionary(StringComparer.Ordinal);
        _counts = new long[baseline.Counts.Count];
        (_trainedLeast, _trainedLargest) = ((float)(baseline.Min ?? double.NegativeInfinity), (float)(baseline.Max ?? double.PositiveInfinity));
    }

    /// <summary>What is being compared with.</summary>
    public Baseline Baseline { get; }

    /// <summary>Counts a number; NaN is missing.</summary>
    public void Add(double value)
    {
        if (double.IsNaN(value))
        {
            AddMissing();
            return;
        }

        var single = (float)value;
        AddToBin(BinOf(single));
        Widen(single, single, single < _trainedLeast || single > _trainedLargest ? 1 : 0);
    }

    /// <summary>Counts a batch of numbers with at most one atomic operation per bin; NaN is missing.</summary>
    public void Add(ReadOnlySpan<float> values)
    {
        if (values.Length < BatchMin)
        {
            foreach (var value in values)
                Add(value);
            return;
        }

        var (least, largest, outside, there) = Survey(values);
        AddTo(ref _missing, values.Length - there);
        var above = there;   // of those in the bin and all that follow
        for (var bin = 0; bin < _edges.Length; bin++)
        {
            var beyond = CountAbove(values, _edges[bin]);
            AddTo(ref _counts[bin], above - beyond);
            above = beyond;
        }

        AddTo(ref _counts[_edges.Length], above);
        Widen(least, largest, outside);
    }

    private static void AddTo(ref long count, int more)
    {
        if (more > 0)
            Interlocked.Add(ref count, more);
    }

    // Value by value for one edge, so that nothing is looked up or stored for a value.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int CountAbove(ReadOnlySpan<float> values, float edge)
    {
        var (sum, place, bound) = (Vector256<int>.Zero, 0, Vector256.Create(edge));
        for (; values.Length - place >= Vector256<float>.Count; place += Vector256<float>.Count)
            sum -= Vector256.GreaterThan(Vector256.Create(values[place..]), bound).AsInt32();   // -1 where it holds
        var count = Vector256.Sum(sum);
        for (; place < values.Length; place++)
            count += values[place] > edge ? 1 : 0;
        return count;
    }

    // Extremes, how many lie outside of what was trained with, and how many are values at all.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private (float Least, float Largest, int Outside, int There) Survey(ReadOnlySpan<float> values)
    {
        var (lows, highs) = (Vector256.Create(float.PositiveInfinity), Vector256.Create(float.NegativeInfinity));
        var (outside, there) = (Vector256<int>.Zero, Vector256<int>.Zero);
        var (trainedLeast, trainedLargest) = (Vector256.Create(_trainedLeast), Vector256.Create(_trainedLargest));
        for (var place = 0; place < values.Length; place += Vector256<float>.Count)
        {
            var eight = Eight(values[place..]);
            var isThere = Vector256.Equals(eight, eight);   // NaN is no value
            lows = Vector256.Min(lows, Vector256.ConditionalSelect(isThere, eight, lows));
            highs = Vector256.Max(highs, Vector256.ConditionalSelect(isThere, eight, highs));
            outside -= (Vector256.LessThan(eight, trainedLeast) | Vector256.GreaterThan(eight, trainedLargest)).AsInt32();   // -1 where it holds
            there -= isThere.AsInt32();
        }

        var (least, largest) = (float.PositiveInfinity, float.NegativeInfinity);
        for (var place = 0; place < Vector256<float>.Count; place++)
            (least, largest) = (Math.Min(least, lows[place]), Math.Max(largest, highs[place]));
        return (least, largest, Vector256.Sum(outside), Vector256.Sum(there));
    }

    // The last ones are filled up with NaN.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Eight(ReadOnlySpan<float> values)
    {
        if (values.Length >= Vector256<float>.Count)
            return Vector256.Create(values);
        Span<float> eight = stackalloc float[Vector256<float>.Count];
        eight.Fill(float.NaN);
        values.CopyTo(eight);
        return Vector256.Create<float>(eight);
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
        var counted = CountedWindow.Of(counts, Interlocked.Exchange(ref _missing, 0));
        if (Baseline.Edges is null)
            return counted;
        var (least, largest) = (Interlocked.Exchange(ref _least, float.PositiveInfinity), Interlocked.Exchange(ref _largest, float.NegativeInfinity));
        return counted with
        {
            Outside = Interlocked.Exchange(ref _outside, 0),
            Min = least <= largest ? Finite(least) : null,
            Max = least <= largest ? Finite(largest) : null,
        };
    }

    // JSON has no infinity; what is beyond every number is shown as the largest one.
    private static double Finite(float value) => Math.Clamp(value, float.MinValue, float.MaxValue);

    private void Widen(float least, float largest, int outside)
    {
        if (outside > 0)
            Interlocked.Add(ref _outside, outside);
        Lower(ref _least, least);
        Raise(ref _largest, largest);
    }

    private static void Lower(ref float place, float value)
    {
        for (var seen = Volatile.Read(ref place); value < seen;)
        {
            var former = Interlocked.CompareExchange(ref place, value, seen);
            seen = former == seen ? value : former;
        }
    }

    private static void Raise(ref float place, float value)
    {
        for (var seen = Volatile.Read(ref place); value > seen;)
        {
            var former = Interlocked.CompareExchange(ref place, value, seen);
            seen = former == seen ? value : former;
        }
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
/// <param name="Outside">Numbers below the least or above the largest of the training data; null for a category, and where it wasn't counted.</param>
/// <param name="Min">Least number; null without any, and where it wasn't kept.</param>
/// <param name="Max">Largest number, likewise.</param>
public sealed record CountedWindow(long Rows, long[] Counts, long Missing, long? Outside = null, double? Min = null, double? Max = null)
{
    /// <summary>Numbers that have no bins yet (<see cref="LateBins"/>), as <see cref="QuantileSketchBytes"/> writes them; null where they have, and for a category.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public byte[]? Sketch { get; init; }

    /// <summary>What was counted, where no profile names it (<see cref="LateCounts"/>); else null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name { get; init; }

    /// <summary>A window of these counts.</summary>
    public static CountedWindow Of(long[] counts, long missing) => new(counts.Sum() + missing, counts, missing);

    /// <summary>An empty window over the bins of <paramref name="baseline"/>.</summary>
    public static CountedWindow Empty(Baseline baseline) => new(0, new long[baseline.Counts.Count], 0);

    /// <summary>The sum of both. What only one of them knows, the sum doesn't.</summary>
    /// <exception cref="ArgumentException">The windows have different numbers of bins.</exception>
    public CountedWindow Merge(CountedWindow other)
    {
        if (other.Counts.Length != Counts.Length)
            throw new ArgumentException($"Windows of {Counts.Length} and {other.Counts.Length} bins do not add up.", nameof(other));
        var sum = new CountedWindow(Rows + other.Rows, [.. Counts.Zip(other.Counts, (mine, theirs) => mine + theirs)], Missing + other.Missing)
        {
            Sketch = MergeSketch(other),
            Name = Name,
        };
        if (Rows == 0 || other.Rows == 0)
        {
            var filled = Rows == 0 ? other : this;
            return sum with { Outside = filled.Outside, Min = filled.Min, Max = filled.Max };
        }

        return Outside is null || other.Outside is null ? sum : sum with
        {
            Outside = Outside + other.Outside,
            Min = Min is null || other.Min < Min ? other.Min ?? Min : Min,
            Max = Max is null || other.Max > Max ? other.Max ?? Max : Max,
        };
    }

    // Sketches that are merged have different coins.
    internal QuantileSketch? ReadSketch() => Sketch is null ? null : QuantileSketchBytes.Parse(Sketch, Random.Shared.Next());

    private byte[]? MergeSketch(CountedWindow other)
    {
        if (Sketch is null || other.Sketch is null)
            return Sketch ?? other.Sketch;
        var sum = ReadSketch()!;
        sum.Merge(other.ReadSketch()!);
        return sum.ToBytes();
    }
}
