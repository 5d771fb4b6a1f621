namespace Assay.Statistics.Drift;

/// <summary>
/// Two samples of numbers counted over bins that hold about equally many values of the reference: what distances of
/// distributions (<see cref="Divergence"/>) need. Bins of equal width would put nearly all of a heavy-tailed sample into one.
/// </summary>
/// <param name="Edges">Inner cut points, ascending; bin i holds the values in (Edges[i−1], Edges[i]].</param>
/// <param name="Reference">Counts of the reference.</param>
/// <param name="Current">Counts of the other sample.</param>
public sealed record QuantileBins(double[] Edges, long[] Reference, long[] Current)
{
    /// <summary>
    /// Counts both samples over at most <paramref name="bins"/> bins of the reference. Of tied quantiles one edge is left,
    /// and when the largest value of the reference is an edge itself, one bin is above it, for values never seen.
    /// </summary>
    public static QuantileBins Of(NumberSample reference, NumberSample current, int bins = 10)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 2);
        var edges = new List<double>(bins);
        for (var i = 1; i < bins && reference.Count > 0; i++)
        {
            var rank = (int)Math.Ceiling((double)i * reference.Count / bins) - 1;
            var edge = reference.Values[Math.Max(rank, 0)];
            if (edges.Count == 0 || edge > edges[^1])
                edges.Add(edge);
        }

        double[] cuts = [.. edges];
        return new(cuts, Count(reference.Values, cuts), Count(current.Values, cuts));
    }

    /// <summary>Population stability index of two samples over at most that many bins; null when one has no values.</summary>
    public static double? Psi(NumberSample reference, NumberSample current, int bins = 10)
    {
        var counted = Of(reference, current, bins);
        return reference.Count == 0 || current.Count == 0 ? null : Divergence.Psi(counted.Reference, counted.Current);
    }

    private static long[] Count(double[] sorted, double[] edges)
    {
        var counts = new long[edges.Length + 1];
        var from = 0;
        for (var bin = 0; bin < edges.Length; bin++)
        {
            var to = UpperBound(sorted, edges[bin], from);
            counts[bin] = to - from;
            from = to;
        }

        counts[^1] = sorted.Length - from;
        return counts;
    }

    private static int UpperBound(double[] sorted, double value, int from)
    {
        var to = sorted.Length;
        while (from < to)
        {
            var middle = (from + to) / 2;
            if (sorted[middle] <= value)
                from = middle + 1;
            else
                to = middle;
        }

        return from;
    }
}
