namespace Assay.Statistics.Special;

/// <summary>
/// Gauss–Legendre quadrature on [0, 1]: n nodes integrate every polynomial of degree up to 2n − 1 exactly. Nodes are found
/// by Newton's method on the Legendre polynomial (Press and others, Numerical Recipes, 3rd edition, section 4.6).
/// </summary>
/// <param name="Nodes">Ascending, all strictly within (0, 1).</param>
/// <param name="Weights">All positive; their sum is 1.</param>
public sealed record GaussLegendre(double[] Nodes, double[] Weights)
{
    /// <summary>The rule of <paramref name="count"/> nodes, at least 1.</summary>
    public static GaussLegendre Of(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var (nodes, weights) = (new double[count], new double[count]);
        for (var i = 0; i < count; i++)
        {
            var x = -Math.Cos(Math.PI * (i + 0.75) / (count + 0.5));
            var (slope, step) = (0.0, 1.0);
            for (var tries = 0; Math.Abs(step) > 1e-16 && tries < 20; tries++)
            {
                (var value, slope) = Legendre(count, x);
                step = value / slope;
                x -= step;
            }

            nodes[i] = (1 + x) / 2;
            weights[i] = 1 / ((1 - x * x) * slope * slope);
        }

        return new(nodes, weights);
    }

    // Of degree n at x, with its derivative, by the three-term recurrence.
    private static (double Value, double Slope) Legendre(int degree, double x)
    {
        var (value, former) = (x, 1.0);
        for (var n = 2; n <= degree; n++)
            (value, former) = (((2 * n - 1) * x * value - (n - 1) * former) / n, value);
        return (value, degree * (x * value - former) / (x * x - 1));
    }
}
