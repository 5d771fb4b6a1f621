using Assay.Statistics.Special;

namespace Assay.Statistics.Intervals;

/// <summary>How many rows it takes to see something.</summary>
public static class SampleSize
{
    /// <summary>
    /// Rows of the current sample with which a test of two means finds a shift of so many standard deviations, by the normal
    /// approximation ((z(1 − α/2) + z(power)) / shift)² for a reference that is much larger; null when the reference is too
    /// small for it, however many rows come.
    /// </summary>
    /// <param name="shift">In standard deviations, above 0.</param>
    /// <param name="significance">α of the one test, after any correction.</param>
    /// <param name="power">Chance of finding it.</param>
    /// <param name="referenceRows">Rows of the reference; null for as many as wanted.</param>
    public static long? ForShift(double shift, double significance = 0.05, double power = 0.8, long? referenceRows = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(shift);
        var needed = Math.Pow((Normal.Quantile(1 - (significance / 2)) + Normal.Quantile(power)) / shift, 2);
        if (referenceRows is not { } rows)
            return (long)Math.Ceiling(needed);
        // 1/n + 1/m = 1/needed.
        var inverse = (1 / needed) - (1.0 / rows);
        return inverse > 0 ? (long)Math.Ceiling(1 / inverse) : null;
    }

    /// <summary>The smallest shift, in standard deviations, that samples of these sizes show with that power; infinite without rows.</summary>
    public static double LeastShift(long referenceRows, long currentRows, double significance = 0.05, double power = 0.8) =>
        referenceRows == 0 || currentRows == 0
            ? double.PositiveInfinity
            : (Normal.Quantile(1 - (significance / 2)) + Normal.Quantile(power)) * Math.Sqrt((1.0 / referenceRows) + (1.0 / currentRows));
}
