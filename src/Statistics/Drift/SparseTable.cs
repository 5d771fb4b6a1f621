using Assay.Statistics.Special;

namespace Assay.Statistics.Drift;

/// <summary>
/// Whether two samples spread alike over many values that each have too few rows for chi-square. Pearson's statistic has no
/// chi-square distribution then, but its mean and variance over all tables of the same margins are known exactly (Haldane, 1940;
/// of the factorial moments of the multivariate hypergeometric distribution), and a scaled chi-square of that mean and variance
/// takes its place.
/// </summary>
internal static class SparseTable
{
    /// <summary>The p-value; null where every value came once at most, or a sample has none of them, so that nothing can be told.</summary>
    public static double? Test(IReadOnlyList<(long Expected, long Actual)> cells)
    {
        double all = 0, rows = 0, squares = 0;
        foreach (var (expected, actual) in cells)
        {
            all += expected + actual;
            rows += actual;
            squares += (double)actual * actual / (expected + actual);
        }

        if (rows == 0 || rows == all || cells.Count < 2)
            return null;
        var (mean, variance) = Moments(cells, rows, all);
        var offset = rows * rows / all;
        if (variance <= 1e-9 * mean * mean || mean <= offset)
            return null;
        var scale = variance / (2 * (mean - offset));
        var degrees = 2 * (mean - offset) * (mean - offset) / variance;
        return Gamma.UpperRegularized(degrees / 2, Math.Max(0, squares - offset) / (2 * scale));
    }

    // Of the sum of a² / t over the cells, a of the t rows of a cell being of the sample.
    private static (double Mean, double Variance) Moments(IReadOnlyList<(long Expected, long Actual)> cells, double rows, double all)
    {
        Span<double> drawn = [1, 0, 0, 0, 0];   // the chance that so many given rows are all of the sample
        for (var i = 1; i < drawn.Length; i++)
            drawn[i] = drawn[i - 1] * Math.Max(0, rows - i + 1) / Math.Max(1, all - i + 1);
        double more = 0, moreSquared = 0, alone = 0;
        foreach (var (expected, actual) in cells)
        {
            double t = expected + actual;
            more += t - 1;
            moreSquared += (t - 1) * (t - 1);
            alone += ((drawn[4] * (t - 1) * (t - 2) * (t - 3)) + (6 * drawn[3] * (t - 1) * (t - 2)) + (7 * drawn[2] * (t - 1)) + drawn[1]) / t;
        }

        double count = cells.Count;
        var mean = (drawn[2] * more) + (drawn[1] * count);
        var second = alone + (drawn[4] * ((more * more) - moreSquared)) + (2 * drawn[3] * (count - 1) * more) + (drawn[2] * count * (count - 1));
        return (mean, second - (mean * mean));
    }
}
