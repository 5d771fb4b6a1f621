namespace Assay.Statistics.Special;

/// <summary>The beta functions that tests of rates need, to about 13 digits.</summary>
internal static class Beta
{
    /// <summary>ln B(a, b) = ln Γ(a) + ln Γ(b) − ln Γ(a + b), for a, b &gt; 0.</summary>
    public static double Log(double a, double b) => Gamma.Log(a) + Gamma.Log(b) - Gamma.Log(a + b);

    /// <summary>
    /// 1 − Iₓ(a, b): the probability that a beta variable exceeds <paramref name="x"/>. The continued fraction
    /// DLMF 8.17.22 by the modified Lentz method, on the side on which it converges fast (DLMF 8.17.4).
    /// </summary>
    public static double Survival(double x, double a, double b)
    {
        if (x <= 0)
            return 1;
        if (x >= 1)
            return 0;
        var front = Math.Exp((a * Math.Log(x)) + (b * Math.Log(1 - x)) - Log(a, b));
        return x < (a + 1) / (a + b + 2)
            ? Math.Clamp(1 - (front * Fraction(x, a, b) / a), 0, 1)
            : Math.Clamp(front * Fraction(1 - x, b, a) / b, 0, 1);
    }

    private static double Fraction(double x, double a, double b)
    {
        var c = 1.0;
        var d = 1 / NonZero(1 - ((a + b) * x / (a + 1)));
        var fraction = d;
        for (var m = 1; m < 100_000; m++)
        {
            var even = m * (b - m) * x / ((a + (2 * m) - 1) * (a + (2 * m)));
            d = 1 / NonZero(1 + (even * d));
            c = NonZero(1 + (even / c));
            fraction *= c * d;
            var odd = -(a + m) * (a + b + m) * x / ((a + (2 * m)) * (a + (2 * m) + 1));
            d = 1 / NonZero(1 + (odd * d));
            c = NonZero(1 + (odd / c));
            fraction *= c * d;
            if (Math.Abs((c * d) - 1) < 1e-15)
                break;
        }

        return fraction;

        static double NonZero(double value) => Math.Abs(value) < 1e-300 ? 1e-300 : value;
    }
}
