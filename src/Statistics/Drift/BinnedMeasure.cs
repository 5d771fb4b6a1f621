using Assay.Statistics.Profiles;
using Assay.Statistics.Special;

namespace Assay.Statistics.Drift;

/// <summary>How far a window is from its reference, by one of the measures that counts over bins allow.</summary>
public enum DriftMeasure
{
    /// <summary>Population stability index, see <see cref="Divergence.Psi"/>.</summary>
    Psi,

    /// <summary>Jensen-Shannon distance, base 2.</summary>
    JensenShannon,

    /// <summary>Hellinger distance.</summary>
    Hellinger,

    /// <summary>Kolmogorov-Smirnov distance at the edges of the bins, of numbers.</summary>
    Ks,

    /// <summary>Wasserstein distance in standard deviations of the reference, of numbers spread evenly within bins.</summary>
    Wasserstein,
}

/// <summary>A measure and the value from which it is drift.</summary>
public sealed record DriftChoice(DriftMeasure Measure, double Bound)
{
    /// <summary>Value from which a measure is drift when nothing else is said: the index of monitors, and 0.1 of the others, as is usual.</summary>
    public static double Usual(DriftMeasure measure) => measure == DriftMeasure.Psi ? DriftRule.UsualPsi : 0.1;
}

/// <summary>The value of a measure that was chosen in place of the index.</summary>
/// <param name="Measure">Which.</param>
/// <param name="Value">Its value.</param>
/// <param name="Bound">From which on it is drift.</param>
public sealed record MeasuredDrift(DriftMeasure Measure, double Value, double Bound);

/// <summary>
/// The measures of counts over the bins of a baseline. Nothing is kept of where a value lies within its bin, so the ordered
/// ones are computed of what is known: Kolmogorov-Smirnov at the edges, where it is exact, and so never larger than it is;
/// Wasserstein as if values were spread evenly within their bins and within the range of the reference.
/// </summary>
public static class BinnedMeasure
{
    /// <summary>Whether a measure needs an order of the values, which categories don't have.</summary>
    public static bool IsOrdered(DriftMeasure measure) => measure is DriftMeasure.Ks or DriftMeasure.Wasserstein;

    /// <summary>The measure; null where it can't be told: an ordered one of a category, or without a value on either side.</summary>
    public static double? Of(DriftMeasure measure, Baseline reference, ReadOnlySpan<long> counts, long missing)
    {
        if (IsOrdered(measure))
            return reference.Edges is null || reference.Counts.Sum() == 0 || Sum(counts) == 0 ? null : Ordered(measure, reference, counts);
        var (expected, actual) = DriftTest.Cells(reference, counts, missing);
        return measure switch
        {
            DriftMeasure.JensenShannon => Divergence.JensenShannon(expected, actual),
            DriftMeasure.Hellinger => Divergence.Hellinger(expected, actual),
            _ => Divergence.Psi(expected, actual),
        };
    }

    /// <summary>The p-value of the Kolmogorov-Smirnov distance at the edges: asymptotic, and never smaller than that of the values themselves.</summary>
    public static double KsPValue(double distance, long referenceRows, long rows) => KolmogorovDistribution.Survival(
        distance, Math.Max(1, (long)Math.Round((double)referenceRows * rows / (referenceRows + rows), MidpointRounding.ToEven)));

    /// <summary>
    /// The value that two samples of the same distribution stay below but for a chance of about <paramref name="significance"/>.
    /// Jensen-Shannon and Hellinger follow from the index, of which they are 1/(8 ln 2) and 1/8, squared, where distributions are
    /// near to each other; Kolmogorov-Smirnov from its distribution's tail; Wasserstein adds up what each place may differ by.
    /// </summary>
    public static double Noise(DriftMeasure measure, Baseline reference, long rows, double significance)
    {
        var (values, all) = (reference.Counts.Sum(), reference.Counts.Sum() + reference.Missing);
        if (rows == 0 || values == 0)
            return 0;
        if (!IsOrdered(measure))
        {
            var (expected, _) = DriftTest.Cells(reference, new long[reference.Counts.Count], 0);
            var index = LearnedBound.Noise(expected.Count(count => count > 0), all, rows, significance);
            return measure switch
            {
                DriftMeasure.JensenShannon => Math.Sqrt(index / (8 * Math.Log(2))),
                DriftMeasure.Hellinger => Math.Sqrt(index / 8),
                _ => index,
            };
        }

        var spread = (1.0 / values) + (1.0 / rows);
        return measure == DriftMeasure.Ks
            ? Math.Sqrt(-Math.Log(significance / 2) / 2 * spread)
            : Normal.Quantile(1 - (significance / 2)) * Math.Sqrt(spread) * Area(reference, share => Math.Sqrt(share * (1 - share)));
    }

    private static double Ordered(DriftMeasure measure, Baseline reference, ReadOnlySpan<long> counts)
    {
        if (measure == DriftMeasure.Ks)
            return Divergence.KolmogorovSmirnov([.. reference.Counts], counts);
        var (live, known, places) = (Cumulative(counts), Cumulative([.. reference.Counts]), Places(reference));
        var (area, below) = (0.0, 0.0);
        for (var bin = 0; bin < known.Length; bin++)
        {
            var difference = live[bin] - known[bin];

            // The area between two straight lines: a trapezoid, or two triangles where they cross.
            var sum = Math.Abs(below) + Math.Abs(difference);
            area += sum == 0 ? 0 : (places[bin + 1] - places[bin]) * (below * difference >= 0 ? sum / 2 : ((below * below) + (difference * difference)) / (2 * sum));
            below = difference;
        }

        var deviation = Deviation(reference, places);
        return deviation > 0 ? area / deviation : 0;
    }

    private static double Area(Baseline reference, Func<double, double> height)
    {
        var (places, known, area) = (Places(reference), Cumulative([.. reference.Counts]), 0.0);
        for (var bin = 0; bin < known.Length; bin++)
            area += (places[bin + 1] - places[bin]) * height((known[bin] + (bin == 0 ? 0 : known[bin - 1])) / 2);
        var deviation = Deviation(reference, places);
        return deviation > 0 ? area / deviation : 0;
    }

    // Where bins begin and end. Beyond the outermost edges the reference's own range counts, for how far out live values lie isn't
    // kept; of a long tail most values lie near the edge, so that no more of it is taken than twice the bin beside.
    private static double[] Places(Baseline reference)
    {
        const int TailMax = 2;
        var edges = reference.Edges!;
        if (edges.Count == 0)
            return [reference.Min ?? 0, reference.Max ?? 0];
        var (low, high) = (Math.Min(reference.Min ?? edges[0], edges[0]), Math.Max(reference.Max ?? edges[^1], edges[^1]));
        if (edges.Count == 1)
            return [low, edges[0], high];
        return [Math.Max(low, edges[0] - (TailMax * (edges[1] - edges[0]))), .. edges, Math.Min(high, edges[^1] + (TailMax * (edges[^1] - edges[^2])))];
    }

    private static double Deviation(Baseline reference, double[] places)
    {
        if (reference.StandardDeviation is { } known)
            return known;
        double rows = reference.Counts.Sum();
        var mean = Enumerable.Range(0, reference.Counts.Count).Sum(bin => reference.Counts[bin] / rows * (places[bin] + places[bin + 1]) / 2);
        return Math.Sqrt(Enumerable.Range(0, reference.Counts.Count).Sum(bin =>
        {
            var (low, high) = (places[bin] - mean, places[bin + 1] - mean);
            return reference.Counts[bin] / rows * ((low * low) + (low * high) + (high * high)) / 3;   // of values spread evenly
        }));
    }

    private static double[] Cumulative(ReadOnlySpan<long> counts)
    {
        var (all, sum, shares) = ((double)Sum(counts), 0L, new double[counts.Length]);
        for (var bin = 0; bin < counts.Length; bin++)
            shares[bin] = (sum += counts[bin]) / all;
        return shares;
    }

    private static long Sum(ReadOnlySpan<long> counts)
    {
        var sum = 0L;
        foreach (var count in counts)
            sum += count;
        return sum;
    }
}
