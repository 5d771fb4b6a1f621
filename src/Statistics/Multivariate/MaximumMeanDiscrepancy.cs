using Assay.Statistics.Drift;

namespace Assay.Statistics.Multivariate;

/// <summary>
/// The maximum mean discrepancy between two samples of rows under a Gaussian kernel (Gretton and others, "A kernel two-sample
/// test", JMLR 13, 2012): it sees any difference of the joint distribution, and loses power as features grow in number.
/// </summary>
public static class MaximumMeanDiscrepancy
{
    /// <summary>Most rows of both samples together, as the work grows with their square; draw from larger ones first.</summary>
    public const int RowsMax = 4000;

    /// <summary>
    /// The unbiased estimate of the squared discrepancy (it can be below 0), and a p-value by permutation,
    /// (k + 1) / (n + 1). The kernel's width is the median distance of all pairs. Each sample needs two rows.
    /// </summary>
    /// <param name="reference">Rows of finite numbers on comparable scales, see <see cref="Standardised"/>.</param>
    /// <param name="current">Rows likewise.</param>
    /// <param name="permutations">Random arrangements; the p-value is at least 1 / (permutations + 1).</param>
    /// <param name="seed">Of the arrangements, so that a result can be repeated.</param>
    public static TwoSampleResult Test(IReadOnlyList<double[]> reference, IReadOnlyList<double[]> current, int permutations = 199, int seed = 1)
    {
        var (n, m) = (reference.Count, current.Count);
        if (n < 2 || m < 2)
            return TwoSampleResult.None("Each sample needs at least two rows.");
        if (n + m > RowsMax)
            throw new ArgumentException($"The test takes {RowsMax} rows of both samples together, and got {n + m}; draw some of them.");
        double[][] rows = [.. reference, .. current];
        if (Kernel(rows) is not { } kernel)
            return TwoSampleResult.None("More than half of all pairs of rows are equal, so the kernel has no width.");
        var order = Enumerable.Range(0, n + m).ToArray();
        var observed = Discrepancy(kernel, order, n);
        var random = new Random(seed);
        var asLarge = 0;
        for (var round = 0; round < permutations; round++)
        {
            random.Shuffle(order);
            if (Discrepancy(kernel, order, n) >= observed - 1e-12)
                asLarge++;
        }

        return new(observed, (asLarge + 1.0) / (permutations + 1.0));
    }

    private static float[][]? Kernel(double[][] rows)
    {
        var squares = new float[rows.Length][];
        var all = new float[rows.Length * (rows.Length - 1) / 2];
        var at = 0;
        for (var i = 0; i < rows.Length; i++)
        {
            squares[i] = new float[rows.Length];
            for (var j = 0; j < i; j++)
            {
                var square = 0.0;
                for (var column = 0; column < rows[i].Length; column++)
                    square += (rows[i][column] - rows[j][column]) * (rows[i][column] - rows[j][column]);
                all[at++] = squares[i][j] = squares[j][i] = (float)square;
            }
        }

        Array.Sort(all);
        var median = all.Length % 2 == 1 ? all[all.Length / 2] : (all[(all.Length / 2) - 1] + all[all.Length / 2]) / 2;
        if (median <= 0)
            return null;
        foreach (var row in squares)
        {
            for (var j = 0; j < row.Length; j++)
                row[j] = MathF.Exp(-row[j] / (2 * median));
        }

        return squares;
    }

    private static double Discrepancy(float[][] kernel, int[] order, int n)
    {
        var second = new bool[order.Length];
        for (var i = n; i < order.Length; i++)
            second[order[i]] = true;
        var (within, inSecond, between) = (0.0, 0.0, 0.0);
        for (var i = 0; i < kernel.Length; i++)
        {
            var (toFirst, toSecond) = (0.0, 0.0);
            var row = kernel[i];
            for (var j = 0; j < i; j++)
            {
                if (second[j])
                    toSecond += row[j];
                else
                    toFirst += row[j];
            }

            within += second[i] ? 0 : toFirst;
            inSecond += second[i] ? toSecond : 0;
            between += second[i] ? toFirst : toSecond;
        }

        double m = order.Length - n;
        return (2 * within / ((double)n * (n - 1))) + (2 * inSecond / (m * (m - 1))) - (2 * between / (n * m));
    }
}
