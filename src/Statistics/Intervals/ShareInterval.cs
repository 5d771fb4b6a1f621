using Assay.Statistics.Special;

namespace Assay.Statistics.Intervals;

/// <summary>How sure a share is that was counted.</summary>
public static class ShareInterval
{
    /// <summary>
    /// Wilson's score interval (1927), which stays within 0 and 1 and is good for few rows and for shares near the ends;
    /// null without rows.
    /// </summary>
    /// <param name="count">Rows that have it.</param>
    /// <param name="rows">All rows.</param>
    /// <param name="confidence">Above 0 and below 1.</param>
    public static Interval? Wilson(long count, long rows, double confidence = 0.95) =>
        rows == 0 ? null : Around(count, rows, Normal.Quantile(1 - ((1 - confidence) / 2)));

    /// <summary>The same from a part and a whole that need not be whole numbers, at so many standard errors.</summary>
    internal static Interval Around(double part, double whole, double z)
    {
        var share = part / whole;
        var middle = (share + (z * z / (2 * whole))) / (1 + (z * z / whole));
        var half = z / (1 + (z * z / whole)) * Math.Sqrt((share * (1 - share) / whole) + (z * z / (4 * whole * whole)));
        return new(part <= 0 ? 0 : Math.Max(0, middle - half), part >= whole ? 1 : Math.Min(1, middle + half));
    }
}
