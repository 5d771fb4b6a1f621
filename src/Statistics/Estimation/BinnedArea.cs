namespace Assay.Statistics.Estimation;

/// <summary>
/// The area under the ROC curve from counts per bin of the score: the share of pairs of a positive and a negative row in which
/// the positive one stands in the higher bin, pairs of one bin counting half. It lies within half the share of those pairs of
/// the area by ranks.
/// </summary>
public static class BinnedArea
{
    /// <summary>The area; NaN when the rows are all of one class. Counts may be sums of probabilities.</summary>
    public static double Of(ReadOnlySpan<double> positives, ReadOnlySpan<double> negatives)
    {
        double below = 0, pairs = 0, all = 0;
        for (var bin = 0; bin < positives.Length; bin++)
        {
            pairs += positives[bin] * (below + (negatives[bin] / 2));
            below += negatives[bin];
            all += positives[bin];
        }

        return all * below == 0 ? double.NaN : pairs / (all * below);
    }
}
