namespace Assay.Statistics.Estimation;

/// <summary>
/// The mean absolute error of a regression estimated before its labels are known (direct loss estimation). What is learned is
/// simple: the mean absolute error of held-out rows by the bin of their prediction, so that a change of what is predicted
/// shows. Errors that depend on an input alone, or a change of what is true (concept drift), it can't see.
/// </summary>
public static class LossEstimate
{
    /// <summary>Rows below which a bin has no mean of its own and takes that of all rows.</summary>
    public const long BinRowsMin = 20;

    /// <summary>The mean absolute error to be expected; null where nothing was learned or nothing predicted.</summary>
    /// <param name="scores">Predictions per bin of the baseline's score.</param>
    /// <param name="rows">Held-out rows per bin.</param>
    /// <param name="errors">Sum of their absolute errors per bin.</param>
    /// <param name="squares">Sum of the squares of their errors per bin.</param>
    public static Estimate? Of(
        IReadOnlyDictionary<int, long> scores,
        IReadOnlyDictionary<int, long> rows,
        IReadOnlyDictionary<int, double> errors,
        IReadOnlyDictionary<int, double> squares)
    {
        var (all, predicted) = ((double)rows.Values.Sum(), (double)scores.Values.Sum());
        if (all < Calibration.RowsMin || predicted == 0)
            return null;

        var (mean, spread) = (errors.Values.Sum() / all, squares.Values.Sum() / all);
        double sum = 0, variance = 0;
        foreach (var (bin, count) in scores)
        {
            var known = (double)rows.GetValueOrDefault(bin);
            var isOwn = known >= BinRowsMin;
            var expected = isOwn ? errors.GetValueOrDefault(bin) / known : mean;
            var around = Math.Max(0, (isOwn ? squares.GetValueOrDefault(bin) / known : spread) - (expected * expected));
            sum += count * expected;
            variance += around * (count + ((double)count * count / (isOwn ? known : all)));
        }

        var interval = Estimate.Normal(sum / predicted, Math.Sqrt(variance) / predicted);
        return interval with { Low = Math.Max(0, interval.Low) };
    }
}
