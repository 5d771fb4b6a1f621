using System.Text.Json.Serialization;

namespace Assay.Statistics.Streams;

/// <summary>
/// ADWIN (Bifet and Gavaldà, "Learning from Time-Changing Data with Adaptive Windowing", 2007): a window that grows while
/// its values are alike and drops its older part when the two parts of any cut differ by more than chance. It sees a change
/// up or down, sudden or slow, and needs no width to be chosen.
/// </summary>
/// <remarks>
/// <para>
/// Two parts of n₀ and n₁ values differ when |μ₀ − μ₁| &gt; √(2/m · σ² · ln(2/δ')) + 2/(3m) · ln(2/δ'), with 1/m = 1/n₀ + 1/n₁,
/// the variance σ² of the window and δ' = δ / ln n, as section 4.1 of the paper advises for practice. On values that do not
/// change, each look errs with a chance of at most about δ; it looks once in <see cref="LookEvery"/> values.
/// </para>
/// <para>
/// The window is an exponential histogram (section 3.2): at most <see cref="BucketsPerSize"/> buckets of each power of two, so
/// that n values need about 5 log₂(n / 5) buckets, and cuts are tried where buckets meet.
/// </para>
/// </remarks>
public sealed class Adwin : IChangeDetector
{
    /// <summary>M of the paper: buckets of one size before two of them become one of twice the size.</summary>
    public const int BucketsPerSize = 5;

    /// <summary>Values between two looks for a cut.</summary>
    public const int LookEvery = 32;

    /// <summary>Values that each part of a cut must have.</summary>
    public const int PartMin = 5;

    /// <summary>The chance of a false alarm, above 0 and below 1.</summary>
    public required double Delta { get; init; }

    /// <summary>Buckets of 1, 2, 4 … values, each size with the newest first.</summary>
    [JsonInclude]
    public List<List<StreamPart>> Buckets { get; private set; } = [];

    /// <summary>Values taken since the last look.</summary>
    [JsonInclude]
    public int SinceLook { get; private set; }

    /// <inheritdoc/>
    [JsonInclude]
    public StreamChange? LastChange { get; private set; }

    /// <inheritdoc/>
    [JsonIgnore]
    public StreamPart Window => OldestFirst().Aggregate(default(StreamPart), static (sum, bucket) => sum.With(bucket));

    /// <inheritdoc/>
    public StreamState Add(double value)
    {
        Insert(new(1, value, 0));
        if (++SinceLook < LookEvery)
            return StreamState.Stable;
        SinceLook = 0;
        if (Cut() is not { } change)
            return StreamState.Stable;
        LastChange = change;
        for (StreamChange? cut = change; cut is { } found; cut = Cut())
        {
            for (var rows = found.Before.Rows; rows > 0;)
                rows -= DropOldest();
        }

        return StreamState.Changed;
    }

    private void Insert(StreamPart value)
    {
        var carried = value;
        for (var size = 0; ; size++)
        {
            if (size == Buckets.Count)
                Buckets.Add([]);
            var row = Buckets[size];
            row.Insert(0, carried);
            if (row.Count <= BucketsPerSize)
                return;
            carried = row[^1].With(row[^2]);
            row.RemoveRange(row.Count - 2, 2);
        }
    }

    // The cut whose parts differ most beyond chance; null where none does.
    private StreamChange? Cut()
    {
        List<StreamPart> buckets = [.. OldestFirst()];
        var later = new StreamPart[buckets.Count + 1];
        for (var place = buckets.Count - 1; place >= 0; place--)
            later[place] = buckets[place].With(later[place + 1]);
        var (window, before) = (later[0], default(StreamPart));
        (StreamChange? Found, double Excess) worst = (null, 0);
        if (window.Rows < 2 * PartMin)
            return null;
        var confidence = Math.Log(2 * Math.Log(window.Rows) / Delta);
        for (var place = 0; place < buckets.Count - 1; place++)
        {
            before = before.With(buckets[place]);
            var after = later[place + 1];
            if (before.Rows < PartMin || after.Rows < PartMin)
                continue;
            var inverse = (1.0 / before.Rows) + (1.0 / after.Rows);
            var chance = Math.Sqrt(2 * inverse * window.Variance * confidence) + (2.0 / 3 * inverse * confidence);
            if (Math.Abs(before.Mean - after.Mean) - chance is var excess && excess > worst.Excess)
                worst = (new(before, after), excess);
        }

        return worst.Found;
    }

    private IEnumerable<StreamPart> OldestFirst()
    {
        for (var size = Buckets.Count - 1; size >= 0; size--)
        {
            for (var place = Buckets[size].Count - 1; place >= 0; place--)
                yield return Buckets[size][place];
        }
    }

    // Gives how many values it had.
    private long DropOldest()
    {
        var rows = Buckets[^1][^1].Rows;
        Buckets[^1].RemoveAt(Buckets[^1].Count - 1);
        while (Buckets.Count > 0 && Buckets[^1].Count == 0)
            Buckets.RemoveAt(Buckets.Count - 1);
        return rows;
    }
}
