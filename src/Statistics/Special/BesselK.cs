namespace Assay.Statistics.Special;

/// <summary>The modified Bessel function of the second kind.</summary>
internal static class BesselK
{
    // The integrand falls doubly exponentially, so that the trapezoidal rule is exact to rounding at this width.
    private const double Width = 1.0 / 32;

    /// <summary>
    /// exp(−x) K(order, x) for x &gt; 0, by ∫ exp(−x (1 + cosh t)) cosh(order · t) dt over t ≥ 0 (DLMF 10.32.9).
    /// </summary>
    public static double Damped(double order, double x)
    {
        var sum = Math.Exp(-2 * x) / 2;
        for (var i = 1; i < 100_000; i++)
        {
            var t = i * Width;
            var term = Math.Exp(-x * (1 + Math.Cosh(t))) * Math.Cosh(order * t);
            sum += term;
            if (term <= sum * 1e-18)
                break;
        }

        return sum * Width;
    }
}
