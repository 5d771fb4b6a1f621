using Assay.Statistics.Special;

namespace Assay.Statistics.Drift;

/// <summary>
/// The two-sample Kolmogorov-Smirnov test: the largest difference between the shares of both samples at or below any
/// value, 0 to 1 (Smirnov, 1939). It sees a shift of the middle well and one of the tails badly; ties make the exact
/// p-value too large, never too small.
/// </summary>
public static class KolmogorovSmirnov
{
    /// <summary>Largest size of both samples for which <see cref="PValueMethod.Auto"/> counts exactly.</summary>
    public const int ExactMax = 10_000;

    // From here on a cell's place no longer fits into the counting.
    private const long ExactPlacesMax = int.MaxValue;

    /// <summary>Compares two samples; each needs one value.</summary>
    /// <remarks>
    /// Exact: the share of the paths through the lattice of both samples that leave the band of half-width D, by the
    /// recursion of Hodges (1957), all terms positive, so that small p-values keep their digits. Asymptotic: Kolmogorov's
    /// distribution of one sample of n·m / (n + m) values, rounded.
    /// </remarks>
    public static TwoSampleResult Test(NumberSample reference, NumberSample current, PValueMethod method = PValueMethod.Auto)
    {
        if (reference.Count == 0 || current.Count == 0)
            return TwoSampleResult.None("A sample has no values.");
        var (n, m) = ((long)reference.Count, (long)current.Count);
        var divisor = (long)System.Numerics.BigInteger.GreatestCommonDivisor(n, m);
        var steps = Steps(reference, current, n / divisor, m / divisor);
        var distance = (double)steps / (n / divisor * m);
        var exact = method == PValueMethod.Exact || (method == PValueMethod.Auto && Math.Max(n, m) <= ExactMax);
        if (exact && n / divisor * m < ExactPlacesMax)
            return new(distance, Outside((int)n, (int)m, (int)divisor, steps));
        var p = KolmogorovDistribution.Survival(distance, (long)Math.Round((double)n * m / (n + m), MidpointRounding.ToEven));
        return new(distance, p, method == PValueMethod.Exact ? "The samples are too large to count exactly; the p-value is asymptotic." : null);
    }

    // The distance in units of 1 / lcm(n, m), a whole number.
    private static long Steps(NumberSample reference, NumberSample current, long n, long m)
    {
        var pooled = PooledValues.Of(reference, current);
        var (i, j, largest) = (0L, 0L, 0L);
        for (var place = 0; place < pooled.Values.Count; place++)
        {
            i += pooled.First[place];
            j += pooled.Second[place];
            largest = Math.Max(largest, Math.Abs((i * m) - (j * n)));
        }

        return largest;
    }

    // outside[j] is the share of the paths from (0, 0) to (i, j) that touch a cell at or beyond the band's edge.
    private static double Outside(int n, int m, int divisor, long steps)
    {
        if (steps == 0)
            return 1;
        var (rowStep, columnStep) = ((long)(m / divisor), (long)(n / divisor));
        var outside = new double[m + 1];
        Array.Fill(outside, 1);
        for (var i = 0; i <= n; i++)
        {
            // Inside are the columns with |i · rowStep − j · columnStep| < steps.
            var from = Math.Max(0, (int)Math.Floor((double)((i * rowStep) - steps) / columnStep) + 1);
            var to = Math.Min(m, (int)Math.Ceiling((double)((i * rowStep) + steps) / columnStep) - 1);
            if (from > 0 && from <= m + 1)
                outside[from - 1] = 1;
            for (var j = from; j <= to; j++)
            {
                if (i + j == 0)
                    outside[j] = 0;
                else
                    outside[j] = ((i * (i == 0 ? 0 : outside[j])) + (j * (j == 0 ? 0 : outside[j - 1]))) / (i + j);
            }

            if (to + 1 <= m)
                outside[to + 1] = 1;
        }

        return Math.Clamp(outside[m], 0, 1);
    }
}
