using Assay.Statistics.Special;

namespace Assay.Statistics.Sequential;

/// <summary>
/// Whether two arms of randomly split traffic give differently distributed values, for those who look again and again.
/// </summary>
/// <remarks>
/// Were both distributed alike, each value would be the candidate's with the probability of its share of traffic, in
/// whichever bin it falls. Per bin the likelihood ratio of the arms' labels is averaged over a beta prior around that share;
/// each value moves one bin, so the product over the bins is a test martingale too (after Lindon and Malek, "Anytime-valid
/// inference for multinomial count data", 2022). Values must be assigned one by one: of a request with many rows one counts.
/// </remarks>
public static class SplitTest
{
    // How far the share of a bin is looked for from the share of traffic: the weight of this many values.
    private const double PriorValues = 10;

    /// <summary>Always-valid p-value of the hypothesis that both arms' values have one distribution.</summary>
    /// <param name="stable">Values of the stable arm per bin.</param>
    /// <param name="candidate">Values of the candidate over the same bins.</param>
    /// <param name="share">The candidate's share of the traffic of these two arms, above 0 and below 1.</param>
    public static double PValue(ReadOnlySpan<long> stable, ReadOnlySpan<long> candidate, double share)
    {
        if (stable.Length != candidate.Length)
            throw new ArgumentException($"Counts over {stable.Length} and {candidate.Length} bins can't be compared.", nameof(candidate));
        if (share is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(share), share, "A share is above 0 and below 1.");
        var (a, b) = (PriorValues * share, PriorValues * (1 - share));
        var logEvidence = 0.0;
        for (var bin = 0; bin < stable.Length; bin++)
        {
            logEvidence += Beta.Log(a + candidate[bin], b + stable[bin]) - Beta.Log(a, b)
                - (candidate[bin] * Math.Log(share)) - (stable[bin] * Math.Log(1 - share));
        }

        return Math.Exp(-Math.Max(0, logEvidence));
    }
}
