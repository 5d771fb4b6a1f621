using Assay.Statistics.Profiles;

namespace Assay.Statistics.Drift;

/// <summary>How one feature, or the score, of a window differs from its baseline.</summary>
/// <param name="Name">Feature or output name.</param>
/// <param name="Psi">Population stability index, see <see cref="Divergence.Psi"/>.</param>
/// <param name="JensenShannon">Distance from 0 to 1, see <see cref="Divergence.JensenShannon"/>.</param>
/// <param name="PValue">Of chi-square homogeneity, not corrected for the number of features.</param>
/// <param name="Rows">Rows of the window.</param>
public sealed record DriftResult(string Name, double Psi, double JensenShannon, double PValue, long Rows)
{
    /// <summary>The index from which it is drift, where that was learned for it alone; null where one bound holds for all.</summary>
    public double? Bound { get; init; }
}

/// <summary>Compares a live window with the baseline of a model. Missing values are a bin like any other.</summary>
public static class DriftTest
{
    /// <summary>Compares the counts of a window, over the baseline's bins, with the baseline.</summary>
    /// <exception cref="ArgumentException">The window has another number of bins.</exception>
    public static DriftResult Compare(Baseline baseline, ReadOnlySpan<long> counts, long missing)
    {
        long[] expected = [.. baseline.Counts, baseline.Missing];
        long[] actual = [.. counts, missing];
        return new(
            baseline.Name,
            Divergence.Psi(expected, actual),
            Divergence.JensenShannon(expected, actual),
            ChiSquare.Homogeneity(expected, actual),
            actual.Sum());
    }

    /// <inheritdoc cref="Compare(Baseline, ReadOnlySpan{long}, long)"/>
    public static DriftResult Compare(Baseline baseline, CountedWindow window) =>
        Compare(baseline, window.Counts, window.Missing);
}

/// <summary>
/// When a comparison is called drift: the difference is large (<see cref="PsiThreshold"/>) and not chance
/// (<see cref="Significance"/>, divided by the number of comparisons after Bonferroni). Either alone misleads: an index
/// is large by chance in small samples, and in large ones every difference is significant.
/// </summary>
/// <remarks>
/// The usual index is below the 0.2 from which custom calls a change major: a shift by half a standard deviation has an
/// index of about 0.25 in the long run, and in a window of 500 rows one in ten falls below 0.2, and one in a hundred below 0.15.
/// That chance raises no alarm is what the p-value is for. <c>bench/monitoring</c> prints both.
/// </remarks>
/// <param name="PsiThreshold">Least population stability index of a drift, for results without a bound of their own.</param>
/// <param name="Significance">Highest chance that a window without drift alerts because of any of its features.</param>
public sealed record DriftRule(double PsiThreshold = DriftRule.UsualPsi, double Significance = 0.01)
{
    /// <summary>Index from which monitors alert when nothing else is set.</summary>
    public const double UsualPsi = 0.15;

    /// <summary>The results that are drift, by falling index; all results of one window belong in one call.</summary>
    public IReadOnlyList<DriftResult> Drifted(IReadOnlyCollection<DriftResult> results) =>
        [.. results
            .Where(result => result.Psi >= (result.Bound ?? PsiThreshold) && result.PValue * results.Count < Significance)
            .OrderByDescending(result => result.Psi)];
}
