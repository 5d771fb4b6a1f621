namespace Assay.Statistics.Drift;

/// <summary>
/// The energy distance √(2 E|X − Y| − E|X − X′| − E|Y − Y′|), which for numbers is √(2 ∫ (F − G)²) (Székely and Rizzo,
/// 2013): 0 exactly when both distributions are equal.
/// </summary>
public static class EnergyDistance
{
    /// <summary>The distance, without a p-value. Each sample needs one value.</summary>
    public static TwoSampleResult Distance(NumberSample reference, NumberSample current)
    {
        if (reference.Count == 0 || current.Count == 0)
            return TwoSampleResult.None("A sample has no values.");
        var pooled = PooledValues.Of(reference, current);
        var squared = 0.0;
        var (first, second) = (0L, 0L);
        for (var i = 0; i < pooled.Values.Count - 1; i++)
        {
            first += pooled.First[i];
            second += pooled.Second[i];
            var difference = ((double)first / reference.Count) - ((double)second / current.Count);
            squared += difference * difference * (pooled.Values[i + 1] - pooled.Values[i]);
        }

        return new(Math.Sqrt(2 * squared), null);
    }

    /// <summary>
    /// The distance with a p-value by permutation: of the observed arrangement and <paramref name="permutations"/> random
    /// ones, the share whose distance is at least as large, (k + 1) / (n + 1), which is never 0.
    /// </summary>
    public static TwoSampleResult Test(NumberSample reference, NumberSample current, int permutations = 999, int seed = 1)
    {
        var observed = Distance(reference, current);
        if (observed.Statistic is not { } distance)
            return observed;
        double[] pooled = [.. reference.Values, .. current.Values];
        var inFirst = new bool[pooled.Length];
        Array.Fill(inFirst, true, 0, reference.Count);
        Array.Sort(pooled, inFirst);
        var least = distance * distance / 2 * (1 - 1e-12);   // equal arrangements may differ by rounding
        var random = new Random(seed);
        var asLarge = 0;
        for (var round = 0; round < permutations; round++)
        {
            random.Shuffle(inFirst);
            if (Squared(pooled, inFirst, reference.Count) >= least)
                asLarge++;
        }

        return new(distance, (asLarge + 1.0) / (permutations + 1.0));
    }

    private static double Squared(double[] sorted, bool[] inFirst, int firstCount)
    {
        double n = firstCount, m = sorted.Length - firstCount;
        var (first, second, sum) = (0L, 0L, 0.0);
        for (var i = 0; i < sorted.Length - 1; i++)
        {
            if (inFirst[i])
                first++;
            else
                second++;
            var difference = (first / n) - (second / m);
            sum += difference * difference * (sorted[i + 1] - sorted[i]);
        }

        return sum;
    }
}
