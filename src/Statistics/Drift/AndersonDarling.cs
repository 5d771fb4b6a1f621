using Assay.Statistics.Special;

namespace Assay.Statistics.Drift;

/// <summary>
/// The k-sample Anderson-Darling test in its form for ties (Scholz and Stephens, "K-sample Anderson-Darling tests", 1987,
/// equation 7): squared differences weighed up towards the tails, which Kolmogorov-Smirnov hardly sees.
/// </summary>
public static class AndersonDarling
{
    /// <summary>The p-value is between these: the published table ends there.</summary>
    public const double PValueMin = 0.001;

    /// <inheritdoc cref="PValueMin"/>
    public const double PValueMax = 0.25;

    private static readonly double[] Levels = [0.25, 0.1, 0.05, 0.025, 0.01, 0.005, 0.001];
    private static readonly double[] B0 = [0.675, 1.281, 1.645, 1.96, 2.326, 2.573, 3.085];
    private static readonly double[] B1 = [-0.245, 0.25, 0.678, 1.149, 1.822, 2.364, 3.615];
    private static readonly double[] B2 = [-0.105, -0.305, -0.362, -0.391, -0.396, -0.345, -0.154];

    /// <summary>
    /// Compares two or more samples; each needs a value, and all together four of which two differ. The statistic is
    /// standardised; its p-value is interpolated in the paper's table by a parabola through the logarithms of the levels.
    /// </summary>
    public static TwoSampleResult Test(params NumberSample[] samples)
    {
        var pooled = samples.SelectMany(sample => sample.Values).Order().ToArray();
        if (samples.Length < 2 || samples.Any(sample => sample.Count == 0))
            return TwoSampleResult.None("A sample has no values.");
        if (pooled.Length < 4)
            return TwoSampleResult.None("The samples need four values together.");
        if (pooled[0] == pooled[^1])
            return TwoSampleResult.None("All values are equal.");
        var groups = samples.Length - 1;
        var statistic = (Sum(samples, pooled) - groups) / Math.Sqrt(Variance(samples, pooled.Length));
        var critical = new double[Levels.Length];
        for (var i = 0; i < critical.Length; i++)
            critical[i] = B0[i] + (B1[i] / Math.Sqrt(groups)) + (B2[i] / groups);
        if (statistic < critical[0])
            return new(statistic, PValueMax, "The p-value is at least 0.25; the table ends there.");
        if (statistic > critical[^1])
            return new(statistic, PValueMin, "The p-value is at most 0.001; the table ends there.");
        return new(statistic, Math.Exp(Parabola(critical, Array.ConvertAll(Levels, Math.Log), statistic)));
    }

    private static double Sum(NumberSample[] samples, double[] pooled)
    {
        var total = (double)pooled.Length;
        var sums = new double[samples.Length];
        var at = new int[samples.Length];
        for (var start = 0; start < pooled.Length;)
        {
            var end = start;
            while (end < pooled.Length && pooled[end] == pooled[start])
                end++;
            double tied = end - start;
            var below = start + (tied / 2);
            var weight = tied / total / ((below * (total - below)) - (total * tied / 4));
            for (var i = 0; i < samples.Length; i++)
            {
                var values = samples[i].Values;
                var first = at[i];
                while (at[i] < values.Length && values[at[i]] == pooled[start])
                    at[i]++;
                var difference = (total * (first + ((at[i] - first) / 2.0))) - (below * values.Length);
                sums[i] += weight * difference * difference;
            }

            start = end;
        }

        return (total - 1) / total * samples.Select((sample, i) => sums[i] / sample.Count).Sum();
    }

    private static double Variance(NumberSample[] samples, int total)
    {
        double n = total, k = samples.Length;
        var inverse = samples.Sum(sample => 1.0 / sample.Count);
        var (h, g) = (1.0, 0.0);
        var running = 0.0;
        for (var i = 2; i < total; i++)
        {
            running += 1.0 / (total - i + 1);
            g += running / i;
        }

        h += running;
        var a = (((4 * g) - 6) * (k - 1)) + ((10 - (6 * g)) * inverse);
        var b = (((2 * g) - 4) * k * k) + (8 * h * k) + (((2 * g) - (14 * h) - 4) * inverse) - (8 * h) + (4 * g) - 6;
        var c = (((6 * h) + (2 * g) - 2) * k * k) + (((4 * h) - (4 * g) + 6) * k) + (((2 * h) - 6) * inverse) + (4 * h);
        var d = (((2 * h) + 6) * k * k) - (4 * h * k);
        return ((a * n * n * n) + (b * n * n) + (c * n) + d) / ((n - 1) * (n - 2) * (n - 3));
    }

    // The parabola of least squares through the points, at x.
    private static double Parabola(double[] xs, double[] ys, double x)
    {
        var middle = xs.Average();
        var matrix = new double[3, 3];
        var right = new double[3];
        for (var i = 0; i < xs.Length; i++)
        {
            double[] powers = [1, xs[i] - middle, (xs[i] - middle) * (xs[i] - middle)];
            for (var row = 0; row < 3; row++)
            {
                right[row] += powers[row] * ys[i];
                for (var column = 0; column < 3; column++)
                    matrix[row, column] += powers[row] * powers[column];
            }
        }

        var solution = PositiveDefinite.Solve(matrix, right);
        return solution[0] + ((x - middle) * (solution[1] + ((x - middle) * solution[2])));
    }
}
