namespace Assay.Statistics.Intervals;

/// <summary>How much larger one counted share is than another.</summary>
public static class ShareDifference
{
    /// <summary>
    /// Interval of the first share less the second, put together from the Wilson intervals of both (Newcombe, 1998, his
    /// tenth method): it stays within -1 and 1, and holds for few rows and shares near the ends. Null when one has no rows.
    /// </summary>
    public static Interval? Newcombe(long count, long rows, long otherCount, long otherRows, double confidence = 0.95)
    {
        if (ShareInterval.Wilson(count, rows, confidence) is not { } mine || ShareInterval.Wilson(otherCount, otherRows, confidence) is not { } theirs)
            return null;
        var (share, other) = (count / (double)rows, otherCount / (double)otherRows);
        return new(
            share - other - Length(share - mine.Low, theirs.High - other),
            share - other + Length(mine.High - share, other - theirs.Low));
    }

    private static double Length(double one, double two) => Math.Sqrt((one * one) + (two * two));
}
