namespace Assay.Statistics.Sequential;

/// <summary>Count, mean and sample variance of observed values.</summary>
/// <param name="Count">How many.</param>
/// <param name="Mean">Their mean; 0 without any.</param>
/// <param name="Variance">Their variance, with n − 1 below; 0 for fewer than two.</param>
public sealed record Sample(long Count, double Mean, double Variance);

/// <summary>A difference of two means with an interval that holds at every look.</summary>
/// <param name="Difference">Mean of the second less mean of the first.</param>
/// <param name="Low">Lower end of the interval; negative infinity while there is too little.</param>
/// <param name="High">Upper end.</param>
/// <param name="PValue">Always-valid p-value of the hypothesis that there is no difference.</param>
public sealed record SequentialDifference(double Difference, double Low, double High, double PValue);

/// <summary>
/// Compares two means for those who look again and again: the mixture sequential probability ratio test with a normal
/// mixture (Johari, Koomen, Pekelis and Walsh, "Always valid inference", Operations Research 70, 2022), with the variances
/// estimated, so that it holds in the limit of many values; below <see cref="FewestValues"/> of either arm it says nothing.
/// </summary>
public static class MeanTest
{
    /// <summary>Values of either arm below which nothing is said, as the means aren't normal enough yet.</summary>
    public const int FewestValues = 50;

    // Deviation of the mixture in deviations of the values: the size of a difference that the test is best at finding.
    private const double Mixture = 0.2;

    /// <summary>Compares the means.</summary>
    /// <param name="first">Values of the stable arm.</param>
    /// <param name="second">Values of the candidate.</param>
    /// <param name="alpha">The interval misses the true difference, at any look, with this probability at most.</param>
    /// <param name="null">Difference under the hypothesis that is tested.</param>
    public static SequentialDifference Compare(Sample first, Sample second, double alpha = 0.05, double @null = 0)
    {
        var difference = second.Mean - first.Mean;
        if (first.Count < FewestValues || second.Count < FewestValues)
            return new(difference, double.NegativeInfinity, double.PositiveInfinity, 1);
        var variance = (first.Variance / first.Count) + (second.Variance / second.Count);
        var pooled = ((first.Variance * (first.Count - 1)) + (second.Variance * (second.Count - 1))) / (first.Count + second.Count - 2);
        if (variance <= 0)
            return new(difference, difference, difference, difference == @null ? 1 : 0);

        var mixture = Mixture * Mixture * pooled;
        var shrinking = Math.Log((variance + mixture) / variance) / 2;
        var distance = difference - @null;
        var logEvidence = (mixture * distance * distance / (2 * variance * (variance + mixture))) - shrinking;
        var half = Math.Sqrt(2 * variance * (variance + mixture) / mixture * (shrinking - Math.Log(alpha)));
        return new(difference, difference - half, difference + half, Math.Exp(-Math.Max(0, logEvidence)));
    }
}
