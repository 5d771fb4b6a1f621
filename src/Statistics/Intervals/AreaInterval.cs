using Assay.Statistics.Special;

namespace Assay.Statistics.Intervals;

/// <summary>How sure an area under the ROC curve is.</summary>
public static class AreaInterval
{
    /// <summary>Normal around the area, with the standard error of Hanley and McNeil (1982), within 0 and 1.</summary>
    /// <param name="area">The area.</param>
    /// <param name="positives">Rows of the positive class, above 0.</param>
    /// <param name="negatives">Rows of the other, above 0.</param>
    /// <param name="confidence">Above 0 and below 1.</param>
    public static Interval HanleyMcNeil(double area, double positives, double negatives, double confidence = 0.95) =>
        Around(area, positives, negatives, Normal.Quantile(1 - ((1 - confidence) / 2)));

    /// <summary>The same at so many standard errors.</summary>
    internal static Interval Around(double area, double positives, double negatives, double z)
    {
        var (bothAbove, aboveBoth, square) = (area / (2 - area), 2 * area * area / (1 + area), area * area);
        var variance = ((area * (1 - area)) + ((positives - 1) * (bothAbove - square)) + ((negatives - 1) * (aboveBoth - square))) / (positives * negatives);
        var half = z * Math.Sqrt(Math.Max(0, variance));
        return new(Math.Max(0, area - half), Math.Min(1, area + half));
    }
}
