using Assay.Statistics.Special;

namespace Assay.Statistics.Drift;

/// <summary>
/// The two-sample Cramér-von Mises test: the squared difference of both samples' distributions, summed over all values
/// (Anderson, 1962). It weighs a difference anywhere, where Kolmogorov-Smirnov takes the largest alone.
/// </summary>
public static class CramerVonMises
{
    /// <summary>Largest size of both samples for which <see cref="PValueMethod.Auto"/> counts exactly.</summary>
    public const int ExactMax = 20;

    private const int CountableMax = 60;   // beyond, the sums of so many arrangements take too long

    // The series ends at the first term below, as in SciPy: p-values under about 1e-8 are rough.
    private const double LastTerm = 1e-7;

    /// <summary>Compares two samples; each needs two values. Tied values have the middle of their ranks.</summary>
    /// <remarks>
    /// Exact: the statistic of every arrangement, counted along the lattice (Xiao, Gordon and Yakovlev, 2006).
    /// Asymptotic: standardised by its mean and variance (Anderson, 1962), by the limit of Csörgő and Faraway (1996).
    /// </remarks>
    public static TwoSampleResult Test(NumberSample reference, NumberSample current, PValueMethod method = PValueMethod.Auto)
    {
        var (n, m) = (reference.Count, current.Count);
        if (n < 2 || m < 2)
            return TwoSampleResult.None("Each sample needs at least two values.");
        var squares = RankDifferences(reference, current);
        var (product, total) = ((double)n * m, (double)n + m);
        var statistic = (squares / (product * total)) - (((4 * product) - 1) / (6 * total));
        var exact = method == PValueMethod.Exact || (method == PValueMethod.Auto && Math.Max(n, m) <= ExactMax);
        if (exact && Math.Max(n, m) <= CountableMax)
            return new(statistic, ExactPValue(squares, n, m));
        var mean = (1 + (1 / total)) / 6;
        var variance = (total + 1) * ((4 * product * total) - (3 * (((double)n * n) + ((double)m * m))) - (2 * product))
            / (45 * total * total * 4 * product);
        var standardised = (1.0 / 6) + ((statistic - mean) / Math.Sqrt(45 * variance));
        var p = standardised < 0.003 ? 1 : Math.Max(0, 1 - Limit(standardised));
        return new(statistic, p, method == PValueMethod.Exact ? "The samples are too large to count exactly; the p-value is asymptotic." : null);
    }

    // n Σ (rank of the i-th of the first − i)² + m Σ (the same of the second).
    private static double RankDifferences(NumberSample reference, NumberSample current)
    {
        var pooled = PooledValues.Of(reference, current);
        var (first, second, before, beforeFirst, beforeSecond) = (0.0, 0.0, 0L, 0L, 0L);
        for (var place = 0; place < pooled.Values.Count; place++)
        {
            var (a, b) = (pooled.First[place], pooled.Second[place]);
            var rank = before + ((a + b + 1) / 2.0);
            for (var i = 1; i <= a; i++)
                first += (rank - beforeFirst - i) * (rank - beforeFirst - i);
            for (var i = 1; i <= b; i++)
                second += (rank - beforeSecond - i) * (rank - beforeSecond - i);
            before += a + b;
            beforeFirst += a;
            beforeSecond += b;
        }

        return (reference.Count * first) + (current.Count * second);
    }

    private static double ExactPValue(double squares, int n, int m)
    {
        var least = n / (int)System.Numerics.BigInteger.GreatestCommonDivisor(n, m) * (long)m;
        var (a, b) = (least / n, least / m);
        var product = (Int128)n * m;
        // Ranks are multiples of a half, so four times the squares are whole.
        var numerator = (Int128)least * least * (n + m) * ((6 * (Int128)Math.Round(4 * squares)) - (4 * product * ((4 * product) - 1)));
        var divisor = 24 * product * product;
        var observed = numerator / divisor;
        if (numerator < 0 && numerator % divisor != 0)
            observed--;

        // row[v] has, for the cell (u, v), how many paths there are for each sum of squares.
        var row = new List<(Int128 Sum, double Paths)>[n + 1];
        for (var u = 0; u <= m; u++)
        {
            List<(Int128 Sum, double Paths)> left = [];
            for (var v = 0; v <= n; v++)
            {
                var here = u == 0 && v == 0 ? [(0, 1)] : Merge(left, row[v] ?? []);
                var away = (a * v) - (b * u);
                left = row[v] = here.ConvertAll(entry => (entry.Sum + (away * away), entry.Paths));
            }
        }

        var (reached, all) = (0.0, 0.0);
        foreach (var (sum, paths) in row[n])
        {
            all += paths;
            if (sum >= observed)
                reached += paths;
        }

        return reached / all;
    }

    private static List<(Int128 Sum, double Paths)> Merge(List<(Int128 Sum, double Paths)> left, List<(Int128 Sum, double Paths)> right)
    {
        var merged = new List<(Int128, double)>(left.Count + right.Count);
        var (i, j) = (0, 0);
        while (i < left.Count || j < right.Count)
        {
            if (j == right.Count || (i < left.Count && left[i].Sum < right[j].Sum))
                merged.Add(left[i++]);
            else if (i == left.Count || right[j].Sum < left[i].Sum)
                merged.Add(right[j++]);
            else
                merged.Add((left[i].Sum, left[i++].Paths + right[j++].Paths));
        }

        return merged;
    }

    // Distribution function of the statistic in the limit.
    private static double Limit(double x)
    {
        var sum = 0.0;
        for (var k = 0; k < 1000; k++)
        {
            var y = (4 * k) + 1;
            var factor = Math.Exp(Gamma.Log(k + 0.5) - Gamma.Log(k + 1)) / (Math.Pow(Math.PI, 1.5) * Math.Sqrt(x));
            var term = factor * Math.Sqrt(y) * BesselK.Damped(0.25, y * y / (16 * x));
            sum += term;
            if (term < LastTerm)
                break;
        }

        return sum;
    }
}
