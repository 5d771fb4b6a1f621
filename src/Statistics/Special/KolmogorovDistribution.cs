namespace Assay.Statistics.Special;

/// <summary>
/// The distribution of Kolmogorov's two-sided statistic of one sample of n values. The ways of computing it and where each
/// is good are from Simard and L'Ecuyer, "Computing the two-sided Kolmogorov-Smirnov distribution", J. Stat. Software 39 (2011).
/// </summary>
internal static class KolmogorovDistribution
{
    private const long SumMax = 1_000_000;   // beyond, the limit of the one-sided distribution is good to 10 digits

    /// <summary>Probability that the statistic of <paramref name="n"/> values is at least <paramref name="d"/>.</summary>
    public static double Survival(double d, long n)
    {
        var t = n * d;
        if (t <= 0.5)
            return 1;
        if (d >= 1)
            return 0;
        if (t <= 1)
            return 1 - Math.Exp(LogFactorialOverPower(n) + (n * Math.Log((2 * t) - 1)));
        if (t >= n - 1)
            return 2 * Math.Pow(1 - d, n);
        var square = t * d;
        if (square >= 370)
            return 0;
        // From half on both sides can't be exceeded at once; at smaller ones it is too rare to matter.
        if (d >= 0.5 || square >= (n <= 140 ? 4 : 2.2))
            return Math.Min(1, 2 * OneSided(d, n));
        var cumulative = n <= 140 || (n <= 100_000 && n * Math.Pow(d, 1.5) <= 1.4) ? Durbin(d, (int)n) : PelzGood(d, n);
        return Math.Clamp(1 - cumulative, 0, 1);
    }

    /// <summary>Of the one-sided statistic: Σ C(n, j) d (d + j/n)^(j−1) (1 − d − j/n)^(n−j) (Birnbaum and Tingey, 1951).</summary>
    private static double OneSided(double d, long n)
    {
        if (n > SumMax)
        {
            var scaled = (6.0 * n * d) + 1;
            return Math.Exp(-scaled * scaled / (18.0 * n));
        }

        var (sum, whole, logBinomial) = (0.0, (long)Math.Floor(n * (1 - d)), 0.0);
        for (long j = 0; j <= whole; j++)
        {
            if (j > 0)
                logBinomial += Math.Log((n - j + 1.0) / j);
            var rest = 1 - d - ((double)j / n);
            if (rest > 0)
                sum += Math.Exp(logBinomial + ((j - 1) * Math.Log(d + ((double)j / n))) + ((n - j) * Math.Log(rest)));
        }

        return Math.Min(1, sum * d);
    }

    /// <summary>P(D &lt; d) as an element of the n-th power of a matrix (Durbin, 1973; Marsaglia, Tsang and Wang, 2003).</summary>
    private static double Durbin(double d, int n)
    {
        var k = (int)Math.Ceiling(n * d);
        var size = (2 * k) - 1;
        var h = k - (n * d);
        var matrix = new double[size, size];
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j < size && j <= i + 1; j++)
            {
                var entry = 1.0;
                if (j == 0)
                    entry -= Math.Pow(h, i + 1);
                if (i == size - 1)
                    entry -= Math.Pow(h, size - j);
                if (i == size - 1 && j == 0)
                    entry += Math.Pow(Math.Max(0, (2 * h) - 1), size);
                matrix[i, j] = entry * Math.Exp(-Gamma.Log(i - j + 2.0));
            }
        }

        var (power, logScale) = Power(matrix, n);
        return Math.Exp(Math.Log(power[k - 1, k - 1]) + logScale + LogFactorialOverPower(n));
    }

    // The power with the logarithm of the factor that was taken out to keep its numbers in range.
    private static (double[,] Power, double LogScale) Power(double[,] matrix, int exponent)
    {
        var (result, resultScale) = ((double[,]?)null, 0.0);
        var (square, squareScale) = (matrix, 0.0);
        for (var rest = exponent; ; rest >>= 1)
        {
            if ((rest & 1) == 1)
            {
                (result, var taken) = result is null ? (square, 0) : Product(result, square);
                resultScale += squareScale + taken;
            }

            if (rest <= 1)
                return (result!, resultScale);
            (square, var factor) = Product(square, square);
            squareScale = (2 * squareScale) + factor;
        }
    }

    private static (double[,] Product, double LogScale) Product(double[,] left, double[,] right)
    {
        var size = left.GetLength(0);
        var product = new double[size, size];
        for (var i = 0; i < size; i++)
        {
            for (var k = 0; k < size; k++)
            {
                var factor = left[i, k];
                for (var j = 0; j < size && factor != 0; j++)
                    product[i, j] += factor * right[k, j];
            }
        }

        var middle = product[size / 2, size / 2];
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j < size; j++)
                product[i, j] /= middle;
        }

        return (product, Math.Log(middle));
    }

    /// <summary>P(D &lt; d) by the limit and three further terms in 1/√n (Pelz and Good, 1976).</summary>
    private static double PelzGood(double d, long n)
    {
        var root = Math.Sqrt(n);
        var z = d * root;
        var (z2, z4, z6) = (z * z, Math.Pow(z, 4), Math.Pow(z, 6));
        var (k0, k1, k2, k3, k2Whole, k3Whole) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
        for (var k = 0; k < 60; k++)
        {
            var half = Math.PI * Math.PI * (k + 0.5) * (k + 0.5);
            var weight = 2 * Math.Exp(-half / (2 * z2));
            k0 += weight;
            k1 += weight * (half - z2);
            k2 += weight * ((6 * z6) + (2 * z4) + (half * ((2 * z4) - (5 * z2))) + (half * half * (1 - (2 * z2))));
            k3 += weight * ((half * half * half * (5 - (30 * z2))) + (half * half * ((212 * z4) - (60 * z2)))
                + (half * ((135 * z4) - (96 * z6))) - (30 * z6) - (90 * z4 * z4));
            var whole = Math.PI * Math.PI * k * k;
            weight = 2 * Math.Exp(-whole / (2 * z2));
            k2Whole += weight * whole;
            k3Whole += weight * ((3 * whole * z2) - (whole * whole));
        }

        var factor = Math.Sqrt(Math.PI / 2);
        return factor * ((k0 / z)
            + (k1 / (6 * z4) / root)
            + (((k2 / (72 * z6 * z)) - (k2Whole / (36 * z2 * z))) / n)
            + (((k3 / (6480 * z6 * z4)) + (k3Whole / (216 * z6))) / (n * root)));
    }

    private static double LogFactorialOverPower(long n) => Gamma.Log(n + 1.0) - (n * Math.Log(n));
}
