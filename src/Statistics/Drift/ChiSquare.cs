using Assay.Statistics.Special;

namespace Assay.Statistics.Drift;

/// <summary>Pearson's chi-square distribution and test.</summary>
public static class ChiSquare
{
    private const int ManyRare = 10;

    /// <summary>Probability that a chi-square variable exceeds <paramref name="statistic"/>: Q(k/2, x/2), DLMF 8.2.4.</summary>
    public static double Survival(double statistic, int degreesOfFreedom)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(degreesOfFreedom);
        return Gamma.UpperRegularized(degreesOfFreedom / 2.0, statistic / 2);
    }

    /// <summary>
    /// p-value of the hypothesis that both samples come from the same distribution over the bins (test of homogeneity).
    /// Bins in which fewer than 5 rows are expected of either sample are pooled first (Cochran, 1954), as the
    /// approximation does not hold for them. When even the pool is so rare, it is left out of chi-square and compared with
    /// all other bins by Fisher's exact test: so values that the larger sample never had are seen, however few rows the smaller
    /// one has. Where the rare bins are many, or nothing else is there, how both samples spread over them is tested, too
    /// (<see cref="SparseTable"/>): a column of nothing but rare values would look the same whatever they were. The smallest of
    /// these p-values counts as often as there are of them.
    /// </summary>
    /// <returns>1 when there is nothing to compare: no rows, or no two bins that hold enough.</returns>
    public static double Homogeneity(ReadOnlySpan<long> expected, ReadOnlySpan<long> actual)
    {
        var (expectedRows, actualRows) = Divergence.Totals(expected, actual);
        if (expectedRows == 0 || actualRows == 0)
            return 1;
        var (cells, rare, pool) = Pool(expected, actual, (double)Math.Min(expectedRows, actualRows) / (expectedRows + actualRows));
        if (cells.Count == 0)
            return 1;
        var (least, tests) = (Pearson(cells), cells.Count < 2 ? 0 : 1);
        if (pool != (0, 0))
            Count(FisherExact.Test(pool.Expected, expectedRows - pool.Expected, pool.Actual, actualRows - pool.Actual).PValue);
        if (rare.Count >= ManyRare || tests == 0)
            Count(SparseTable.Test(rare));
        return Math.Min(1, Math.Max(1, tests) * least);

        void Count(double? pValue)
        {
            if (pValue is not { } p)
                return;
            (least, tests) = (Math.Min(least, p), tests + 1);
        }
    }

    private static double Pearson(List<(long Expected, long Actual)> cells)
    {
        var (expectedRows, actualRows) = (cells.Sum(cell => cell.Expected), cells.Sum(cell => cell.Actual));
        if (cells.Count < 2 || expectedRows == 0 || actualRows == 0)
            return 1;
        var share = (double)actualRows / (expectedRows + actualRows);
        var statistic = 0.0;
        foreach (var (reference, live) in cells)
        {
            // In each cell both residuals are equal and opposite.
            var due = (reference + live) * share;
            var residual = live - due;
            statistic += residual * residual / (due * (1 - share));
        }

        return Survival(statistic, cells.Count - 1);
    }

    // Cells with enough rows, all others together among them when they have enough; those one by one; and what is left when all
    // together don't have them.
    private static (List<(long Expected, long Actual)> Cells, List<(long Expected, long Actual)> Rare, (long Expected, long Actual) Pool) Pool(
        ReadOnlySpan<long> expected, ReadOnlySpan<long> actual, double smallerShare)
    {
        const int FewestExpected = 5;
        var cells = new List<(long Expected, long Actual)>(expected.Length);
        var rare = new List<(long Expected, long Actual)>();
        var pool = (Expected: 0L, Actual: 0L);
        for (var bin = 0; bin < expected.Length; bin++)
        {
            if ((expected[bin] + actual[bin]) * smallerShare >= FewestExpected)
                cells.Add((expected[bin], actual[bin]));
            else if (expected[bin] + actual[bin] > 0)
                rare.Add((expected[bin], actual[bin]));
        }

        foreach (var (reference, live) in rare)
            pool = (pool.Expected + reference, pool.Actual + live);
        if ((pool.Expected + pool.Actual) * smallerShare < FewestExpected)
            return (cells, rare, pool);
        cells.Add(pool);
        return (cells, rare, (0, 0));
    }
}
