namespace Assay.Serving.Live;

/// <summary>Bins of a histogram of times whose bounds grow by 5 %, so that a quantile read from it is at most 5 % off.</summary>
internal static class LatencyBins
{
    public const int Count = 416;   // up to an hour and three quarters: programs may take that long
    private const double FirstBoundSeconds = 10e-6;
    private const double Growth = 1.05;
    private static readonly double LogOfGrowth = Math.Log(Growth);

    public static int Of(double seconds) =>
        Math.Clamp((int)Math.Ceiling(Math.Log(Math.Max(seconds, FirstBoundSeconds) / FirstBoundSeconds) / LogOfGrowth), 0, Count - 1);

    /// <summary>The quantile in milliseconds; null without counts.</summary>
    public static double? Quantile(long[] counts, double share)
    {
        var total = counts.Sum();
        if (total == 0)
            return null;
        var wanted = Math.Max(1, (long)Math.Ceiling(total * share));
        var bin = 0;
        for (var seen = counts[0]; seen < wanted; seen += counts[bin])
            bin++;
        return Math.Round(FirstBoundSeconds * Math.Pow(Growth, bin - 0.5) * 1000, 4);
    }

    /// <summary>How many are surely above this time: those in the bins that begin above it.</summary>
    public static long CountAbove(long[] counts, double milliseconds)
    {
        var above = 0L;
        for (var bin = Of(milliseconds / 1000) + 1; bin < counts.Length; bin++)
            above += counts[bin];
        return above;
    }
}
