namespace Assay.Statistics.Drift;

/// <summary>
/// The Wasserstein distance of order 1, the earth mover's: the area between both distribution functions (Vallender, 1973),
/// in the units of the values. One outlier moves it as far as it lies out.
/// </summary>
public static class Wasserstein
{
    /// <summary>The distance; it has no p-value. Each sample needs one value.</summary>
    public static TwoSampleResult Distance(NumberSample reference, NumberSample current)
    {
        if (reference.Count == 0 || current.Count == 0)
            return TwoSampleResult.None("A sample has no values.");
        var pooled = PooledValues.Of(reference, current);
        double n = reference.Count, m = current.Count;
        var (first, second, area) = (0L, 0L, 0.0);
        for (var i = 0; i < pooled.Values.Count - 1; i++)
        {
            first += pooled.First[i];
            second += pooled.Second[i];
            area += Math.Abs((first / n) - (second / m)) * (pooled.Values[i + 1] - pooled.Values[i]);
        }

        return new(area, null);
    }

    /// <summary>The distance in population standard deviations of the reference; unknown when that one is constant.</summary>
    public static TwoSampleResult Normalised(NumberSample reference, NumberSample current)
    {
        var distance = Distance(reference, current);
        if (distance.Statistic is not { } area)
            return distance;
        var deviation = reference.Moments().StandardDeviation;
        return deviation > 0 ? new(area / deviation, null) : TwoSampleResult.None("The reference is constant, so there is no deviation to divide by.");
    }
}
