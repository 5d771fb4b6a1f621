namespace Assay.Statistics.Metrics;

/// <summary>
/// By how much a candidate is better than a champion on the same rows, with a two-sided 95 % confidence interval.
/// Positive means that the candidate is better, whether the metric is to be high (AUC) or low (RMSE); a candidate is
/// surely better when <see cref="Low"/> is above 0.
/// </summary>
/// <param name="Difference">Candidate's advantage, in the metric's unit.</param>
/// <param name="Low">Lower end of the interval.</param>
/// <param name="High">Upper end of the interval.</param>
public sealed record PairedDifference(double Difference, double Low, double High);

/// <summary>Compares two models that predicted the same rows.</summary>
public static class PairedComparison
{
    private const double Normal95 = 1.959963984540054;

    /// <summary>
    /// AUC of the candidate minus AUC of the champion; the interval is that of DeLong, DeLong and Clarke-Pearson (1988),
    /// computed from midranks as Sun and Xu (2014) show, in O(n log n).
    /// </summary>
    /// <exception cref="ArgumentException">Different lengths, NaN, or fewer than two rows of either class.</exception>
    public static PairedDifference Auc(
        ReadOnlySpan<float> candidate, ReadOnlySpan<float> champion, ReadOnlySpan<bool> positive)
    {
        Rows.Check(candidate, positive.Length);
        Rows.Check(champion, positive.Length);
        var (area, onPositives, onNegatives) = Placements(candidate, positive);
        var (otherArea, otherOnPositives, otherOnNegatives) = Placements(champion, positive);
        if (onPositives.Length < 2 || onNegatives.Length < 2)
            throw new ArgumentException("An AUC can be compared on at least two rows of each class.", nameof(positive));

        var deviation = Math.Sqrt(
            (DifferenceVariance(onPositives, otherOnPositives) / onPositives.Length)
            + (DifferenceVariance(onNegatives, otherOnNegatives) / onNegatives.Length));
        var difference = area - otherArea;
        return new(difference, difference - (Normal95 * deviation), difference + (Normal95 * deviation));
    }

    /// <summary>
    /// RMSE of the champion minus RMSE of the candidate; the interval is the percentile bootstrap (Efron, 1979) of 2,000
    /// resamples of rows, both models resampled together, from a fixed seed. Above 50,000 rows there are fewer, down to 200.
    /// </summary>
    /// <exception cref="ArgumentException">No rows, different lengths or NaN.</exception>
    public static PairedDifference Rmse(
        ReadOnlySpan<float> candidate, ReadOnlySpan<float> champion, ReadOnlySpan<double> actual)
    {
        Rows.Check(candidate, actual.Length);
        Rows.Check(champion, actual.Length);
        var resamples = Math.Clamp(100_000_000 / actual.Length, 200, 2000);
        var squares = Squares(candidate, actual);
        var otherSquares = Squares(champion, actual);
        var random = new Random(20_140_101);
        var differences = new double[resamples];
        for (var resample = 0; resample < resamples; resample++)
        {
            double sum = 0, otherSum = 0;
            for (var i = 0; i < squares.Length; i++)
            {
                var row = random.Next(squares.Length);
                sum += squares[row];
                otherSum += otherSquares[row];
            }

            differences[resample] = Math.Sqrt(otherSum / squares.Length) - Math.Sqrt(sum / squares.Length);
        }

        Array.Sort(differences);
        return new(
            Math.Sqrt(otherSquares.Average()) - Math.Sqrt(squares.Average()),
            differences[(int)(resamples * 0.025)],
            differences[(int)(resamples * 0.975) - 1]);
    }

    /// <summary>For each row the share of the other class that it is ranked rightly against.</summary>
    private static (double Area, double[] OnPositives, double[] OnNegatives) Placements(
        ReadOnlySpan<float> scores, ReadOnlySpan<bool> positive)
    {
        var positiveScores = Select(scores, positive, wanted: true);
        var negativeScores = Select(scores, positive, wanted: false);
        var together = RankedArea.Midranks([.. positiveScores, .. negativeScores]);
        var ownPositive = RankedArea.Midranks(positiveScores);
        var ownNegative = RankedArea.Midranks(negativeScores);
        var onPositives = new double[positiveScores.Length];
        for (var i = 0; i < onPositives.Length; i++)
            onPositives[i] = (together[i] - ownPositive[i]) / negativeScores.Length;
        var onNegatives = new double[negativeScores.Length];
        for (var i = 0; i < onNegatives.Length; i++)
            onNegatives[i] = 1 - ((together[positiveScores.Length + i] - ownNegative[i]) / positiveScores.Length);
        return (onPositives.Length == 0 ? double.NaN : onPositives.Average(), onPositives, onNegatives);
    }

    private static float[] Select(ReadOnlySpan<float> scores, ReadOnlySpan<bool> positive, bool wanted)
    {
        var selected = new List<float>(scores.Length);
        for (var row = 0; row < scores.Length; row++)
        {
            if (positive[row] == wanted)
                selected.Add(scores[row]);
        }

        return [.. selected];
    }

    /// <summary>Sample variance of a − b.</summary>
    private static double DifferenceVariance(double[] a, double[] b)
    {
        var moments = new Sketches.Moments();
        for (var i = 0; i < a.Length; i++)
            moments.Add(a[i] - b[i]);
        return moments.Variance * a.Length / (a.Length - 1);
    }

    private static double[] Squares(ReadOnlySpan<float> predictions, ReadOnlySpan<double> actual)
    {
        var squares = new double[actual.Length];
        for (var row = 0; row < squares.Length; row++)
            squares[row] = (predictions[row] - actual[row]) * (predictions[row] - actual[row]);
        return squares;
    }
}
