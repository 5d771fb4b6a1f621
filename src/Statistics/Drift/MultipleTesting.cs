namespace Assay.Statistics.Drift;

/// <summary>p-values of several tests at once, raised so that many tests don't find something by their number alone.</summary>
public static class MultipleTesting
{
    /// <summary>
    /// Times the number of tests, at most 1: below α, the chance that any of the tests is below by accident is at most α,
    /// however they depend on each other (Bonferroni, 1936).
    /// </summary>
    public static double[] Bonferroni(IReadOnlyList<double> pValues) =>
        [.. pValues.Select(p => Math.Min(1, p * pValues.Count))];

    /// <summary>
    /// Of those below α, a share of at most α is there by accident, for tests that are independent or rise together
    /// (Benjamini and Hochberg, 1995).
    /// </summary>
    public static double[] BenjaminiHochberg(IReadOnlyList<double> pValues)
    {
        var order = Enumerable.Range(0, pValues.Count).OrderBy(i => pValues[i]).ToArray();
        var adjusted = new double[pValues.Count];
        var least = 1.0;
        for (var rank = order.Length; rank >= 1; rank--)
        {
            least = Math.Min(least, pValues[order[rank - 1]] * order.Length / rank);
            adjusted[order[rank - 1]] = least;
        }

        return adjusted;
    }
}
