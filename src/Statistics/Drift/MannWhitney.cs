using Assay.Statistics.Special;

namespace Assay.Statistics.Drift;

/// <summary>
/// The Mann-Whitney U test, two-sided: whether values of one sample tend to be larger than those of the other (Mann and
/// Whitney, 1947). It sees a shift of the middle, and not a change of the spread around the same middle.
/// </summary>
public static class MannWhitney
{
    /// <summary>Size of the smaller sample up to which <see cref="PValueMethod.Auto"/> counts exactly, when no values are equal.</summary>
    public const int ExactMax = 8;

    // Counts of arrangements of so many values fit into 128 bits, and its work into a moment.
    private const double ExactPlacesMax = 4e6;
    private const double LogCountMax = 87;

    /// <summary>Compares two samples; each needs one value. The statistic is U of the first.</summary>
    /// <remarks>
    /// Exact: the number of arrangements with each U, as coefficients of the Gaussian binomial. Asymptotic: normal, with
    /// the corrections for ties and for continuity.
    /// </remarks>
    public static TwoSampleResult Test(NumberSample reference, NumberSample current, PValueMethod method = PValueMethod.Auto)
    {
        if (reference.Count == 0 || current.Count == 0)
            return TwoSampleResult.None("A sample has no values.");
        var (n, m) = ((double)reference.Count, (double)current.Count);
        var pooled = PooledValues.Of(reference, current);
        var tieTerm = pooled.TieTerm();
        var u = RankSum(pooled) - (n * (n + 1) / 2);
        var further = Math.Max(u, (n * m) - u);
        var exact = method == PValueMethod.Exact || (method == PValueMethod.Auto && Math.Min(n, m) <= ExactMax && tieTerm == 0);
        if (exact && Countable(n, m))
            return new(u, Math.Min(1, 2 * ExactTail((int)n, (int)m, (long)((n * m) - Math.Floor(further)))));
        var deviation = Math.Sqrt(n * m / 12 * (n + m + 1 - (n + m < 2 ? 0 : tieTerm / ((n + m) * (n + m - 1)))));
        var p = Math.Min(1, 2 * Normal.Survival((further - (n * m / 2) - 0.5) / deviation));
        return new(u, p, method == PValueMethod.Exact ? "The samples are too large to count exactly; the p-value is asymptotic." : null);
    }

    private static bool Countable(double n, double m) =>
        n * m * Math.Min(n, m) <= ExactPlacesMax && Gamma.Log(n + m + 1) - Gamma.Log(n + 1) - Gamma.Log(m + 1) < LogCountMax;

    private static double RankSum(PooledValues pooled)
    {
        var (below, sum) = (0.0, 0.0);
        for (var i = 0; i < pooled.Values.Count; i++)
        {
            var tied = pooled.First[i] + pooled.Second[i];
            sum += pooled.First[i] * (below + ((tied + 1) / 2.0));
            below += tied;
        }

        return sum;
    }

    // Share of the arrangements with U ≤ limit.
    private static double ExactTail(int n, int m, long limit)
    {
        var (few, many) = (Math.Min(n, m), Math.Max(n, m));
        var counts = new Int128[limit + 1];
        if (limit < 0)
            return 0;
        counts[0] = 1;
        Int128 all = 1;
        for (var i = 1; i <= few; i++)
        {
            // Times (1 − q^(many + i)) / (1 − q^i); whole numbers, so nothing is lost.
            for (var u = limit; u >= many + i; u--)
                counts[u] -= counts[u - many - i];
            for (var u = i; u <= limit; u++)
                counts[u] += counts[u - i];
            all = all * (many + i) / i;
        }

        Int128 tail = 0;
        foreach (var count in counts)
            tail += count;
        return (double)tail / (double)all;
    }
}
