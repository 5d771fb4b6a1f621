using System.Runtime.InteropServices;

namespace Assay.Statistics.Profiles;

/// <summary>
/// Makes baselines of training data. Numbers are compared in single precision, here and in <see cref="LiveCounts"/>:
/// the graph is fed floats, and a value that equals an edge must fall on the same side of it in training and live.
/// </summary>
public static class BaselineBuilder
{
    /// <summary>
    /// Profiles a number over bins that hold about equally many reference values. Fewer bins result when values are
    /// tied: equal edges are merged. When the largest value itself is an edge, one empty bin stands above it, so that
    /// values never seen in training show.
    /// </summary>
    /// <param name="name">Feature or output name.</param>
    /// <param name="values">Reference values; NaN is missing. Infinities count in the outer bins, not in the moments.</param>
    /// <param name="bins">Bins wanted, at least 2.</param>
    public static Baseline Numbers(string name, ReadOnlySpan<double> values, int bins = 10)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 2);
        var moments = new Sketches.Moments();
        var present = new List<float>(values.Length);
        foreach (var value in values)
        {
            if (double.IsNaN(value))
                continue;
            present.Add((float)value);
            if (double.IsFinite(value))
                moments.Add(value);
        }

        present.Sort();
        var sorted = CollectionsMarshal.AsSpan(present);
        var edges = Edges(sorted, bins);
        var finite = moments.Count > 0;
        return new(
            name, edges, Categories: null, CountSorted(sorted, edges), Missing: values.Length - present.Count,
            finite ? moments.Mean : null, finite ? moments.StandardDeviation : null,
            finite ? moments.Min : null, finite ? moments.Max : null);
    }

    /// <summary>Profiles a number that is held in single precision, such as a model's output.</summary>
    public static Baseline Numbers(string name, ReadOnlySpan<float> values, int bins = 10)
    {
        var widened = new double[values.Length];
        for (var i = 0; i < values.Length; i++)
            widened[i] = values[i];
        return Numbers(name, widened, bins);
    }

    /// <summary>Profiles a category: one bin for each of the most frequent values and a last one for all others.</summary>
    /// <param name="name">Feature name.</param>
    /// <param name="values">Reference values; null and the empty string are missing.</param>
    /// <param name="limit">Values with a bin of their own, at least 1; of equally frequent ones the ordinally first.</param>
    public static Baseline Categories(string name, IReadOnlyList<string?> values, int limit = 100)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var frequency = new Dictionary<string, long>(StringComparer.Ordinal);
        long missing = 0;
        foreach (var value in values)
        {
            if (string.IsNullOrEmpty(value))
                missing++;
            else
                CollectionsMarshal.GetValueRefOrAddDefault(frequency, value, out _)++;
        }

        var known = frequency
            .OrderByDescending(entry => entry.Value)
            .ThenBy(entry => entry.Key, StringComparer.Ordinal)
            .Take(limit)
            .ToList();
        var counts = known.Select(entry => entry.Value).ToList();
        counts.Add(values.Count - missing - counts.Sum());
        return new(name, Edges: null, [.. known.Select(entry => entry.Key)], counts, missing, null, null, null, null);
    }

    private static List<double> Edges(ReadOnlySpan<float> sorted, int bins)
    {
        var edges = new List<double>(bins - 1);
        for (var i = 1; i < bins && sorted.Length > 0; i++)
        {
            var rank = (int)Math.Ceiling((double)i * sorted.Length / bins) - 1;
            double edge = sorted[Math.Max(rank, 0)];
            if (double.IsFinite(edge) && (edges.Count == 0 || edge > edges[^1]))
                edges.Add(edge);
        }

        return edges;
    }

    private static long[] CountSorted(ReadOnlySpan<float> sorted, List<double> edges)
    {
        var counts = new long[edges.Count + 1];
        var bin = 0;
        foreach (var value in sorted)
        {
            while (bin < edges.Count && value > edges[bin])
                bin++;
            counts[bin]++;
        }

        return counts;
    }
}
