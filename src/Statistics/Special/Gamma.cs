namespace Assay.Statistics.Special;

/// <summary>The gamma functions that the chi-square distribution needs, to about 14 digits.</summary>
internal static class Gamma
{
    /// <summary>ln Γ(x) for x &gt; 0: Stirling's series (DLMF 5.11.1) after shifting x to 10 or more by Γ(x+1) = xΓ(x).</summary>
    public static double Log(double x)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(x);
        var shift = 0.0;
        for (; x < 10; x++)
            shift += Math.Log(x);
        var inverse = 1 / x;
        var square = inverse * inverse;

        // Bernoulli numbers B(2k) / (2k (2k - 1)), k = 1 to 7.
        var series = inverse * ((1.0 / 12) - (square * ((1.0 / 360) - (square * ((1.0 / 1260) - (square * ((1.0 / 1680)
            - (square * ((1.0 / 1188) - (square * ((691.0 / 360360) - (square / 156))))))))))));
        return ((x - 0.5) * Math.Log(x)) - x + (0.5 * Math.Log(2 * Math.PI)) + series - shift;
    }

    /// <summary>
    /// Q(a, x) = Γ(a, x) / Γ(a), the regularized upper incomplete gamma function, for a &gt; 0 and x ≥ 0: the power
    /// series DLMF 8.7.1 for x &lt; a + 1, else the continued fraction DLMF 8.9.2 by the modified Lentz method.
    /// </summary>
    public static double UpperRegularized(double a, double x)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(x);
        if (x == 0)
            return 1;
        if (double.IsPositiveInfinity(x))
            return 0;
        var front = Math.Exp((a * Math.Log(x)) - x - Log(a));
        return Math.Clamp(x < a + 1 ? 1 - (front * LowerSeries(a, x)) : front * UpperFraction(a, x), 0, 1);
    }

    private static double LowerSeries(double a, double x)
    {
        var term = 1 / a;
        var sum = term;
        for (var n = 1; term > sum * 1e-16; n++)
        {
            term *= x / (a + n);
            sum += term;
        }

        return sum;
    }

    private static double UpperFraction(double a, double x)
    {
        const double Tiny = 1e-300;
        var b = x + 1 - a;
        var c = 1 / Tiny;
        var d = 1 / b;
        var fraction = d;
        for (var n = 1; n < 100_000; n++)
        {
            var numerator = n * (a - n);
            b += 2;
            d = 1 / NonZero((numerator * d) + b);
            c = NonZero(b + (numerator / c));
            fraction *= c * d;
            if (Math.Abs((c * d) - 1) < 1e-15)
                break;
        }

        return fraction;

        static double NonZero(double value) => Math.Abs(value) < Tiny ? Tiny : value;
    }
}
