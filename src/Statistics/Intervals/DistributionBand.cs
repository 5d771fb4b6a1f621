namespace Assay.Statistics.Intervals;

/// <summary>How far a counted distribution can be from the true one.</summary>
public static class DistributionBand
{
    /// <summary>
    /// Half-width of the band around an empirical distribution function that holds the true one whole, by the inequality
    /// of Dvoretzky, Kiefer and Wolfowitz with Massart's constant (1990): √(ln(2 / α) / 2n).
    /// </summary>
    public static double HalfWidth(long rows, double confidence = 0.95) =>
        rows == 0 ? 1 : Math.Min(1, Math.Sqrt(Math.Log(2 / (1 - confidence)) / (2.0 * rows)));

    /// <summary>
    /// Where the true Kolmogorov-Smirnov distance lies, given the one of two samples: each sample's band has half of the
    /// doubt. It assumes nothing of the distributions, and is wide.
    /// </summary>
    public static Interval Distance(double distance, long referenceRows, long currentRows, double confidence = 0.95)
    {
        var each = 1 - ((1 - confidence) / 2);
        var half = HalfWidth(referenceRows, each) + HalfWidth(currentRows, each);
        return new(Math.Max(0, distance - half), Math.Min(1, distance + half));
    }
}
