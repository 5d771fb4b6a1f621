namespace Assay.Statistics.Special;

/// <summary>The standard normal distribution.</summary>
public static class Normal
{
    /// <summary>Probability that a standard normal variable exceeds <paramref name="z"/>, to about 14 digits also far out (DLMF 7.11.2).</summary>
    public static double Survival(double z)
    {
        if (double.IsNaN(z))
            return double.NaN;
        var half = double.IsInfinity(z) ? 0 : Gamma.UpperRegularized(0.5, z * z / 2) / 2;
        return z >= 0 ? half : 1 - half;
    }

    /// <summary>The z below which a standard normal variable lies with <paramref name="probability"/>, above 0 and below 1.</summary>
    public static double Quantile(double probability)
    {
        if (!(probability > 0 && probability < 1))
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "A probability above 0 and below 1.");
        var (low, high) = (-40.0, 40.0);
        for (var step = 0; step < 200 && high - low > 1e-15 * Math.Max(1, Math.Abs(low)); step++)
        {
            var middle = (low + high) / 2;
            // The tail that is small keeps its digits.
            var below = middle > 0 ? 1 - Survival(middle) < probability : Survival(-middle) < probability;
            if (below)
                low = middle;
            else
                high = middle;
        }

        return (low + high) / 2;
    }
}
