using Assay.Statistics.Sketches;
using Assay.Statistics.Special;

namespace Assay.Statistics.Drift;

/// <summary>A bound of the stability index that was learned from windows in which nothing was wrong.</summary>
public static class LearnedBound
{
    /// <summary>
    /// The mean of the index over those windows and so many of its standard deviations, but never below
    /// <paramref name="noise"/>: a few calm windows that happen to be alike must not make chance an alarm.
    /// </summary>
    /// <param name="indexes">One per window, at least two.</param>
    /// <param name="deviations">How many standard deviations (of a sample) above the mean.</param>
    /// <param name="noise">See <see cref="Noise"/>.</param>
    public static double Of(IReadOnlyCollection<double> indexes, double deviations, double noise)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(indexes.Count, 2);
        var moments = new Moments();
        foreach (var index in indexes)
            moments.Add(index);
        return Of(moments, deviations, noise);
    }

    /// <summary>The same of values whose moments alone are known, at least two.</summary>
    public static double Of(Moments moments, double deviations, double noise)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(moments.Count, 2);
        return Math.Max(noise, moments.Mean + (deviations * moments.StandardDeviation * Math.Sqrt(moments.Count / (moments.Count - 1.0))));
    }

    /// <summary>
    /// The index that two samples of the same distribution stay below but for a chance of <paramref name="significance"/>:
    /// divided by 1/n + 1/m it is approximately chi-square with one degree of freedom less than there are bins (Yurdakul,
    /// 2018), whose quantile is taken by the cube root (Wilson and Hilferty, 1931). 0 when one has no rows or there is one bin.
    /// </summary>
    public static double Noise(int bins, long referenceRows, long rows, double significance)
    {
        if (bins < 2 || referenceRows == 0 || rows == 0)
            return 0;
        var degrees = bins - 1.0;
        var spread = 2 / (9 * degrees);
        var root = 1 - spread + (Normal.Quantile(1 - significance) * Math.Sqrt(spread));
        return degrees * root * root * root * ((1.0 / referenceRows) + (1.0 / rows));
    }
}
