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
    public static Interval? Wilson(long count, long rows, double confidence = 0.95)
    {
        if (rows == 0)
            return null;
        var z = Normal.Quantile(1 - ((1 - confidence) / 2));
        var share = (double)count / rows;
        var middle = (share + (z * z / (2.0 * rows))) / (1 + (z * z / rows));
        var half = z / (1 + (z * z / rows)) * Math.Sqrt((share * (1 - share) / rows) + (z * z / (4.0 * rows * rows)));
        return new(count == 0 ? 0 : Math.Max(0, middle - half), count == rows ? 1 : Math.Min(1, middle + half));
    }
}
