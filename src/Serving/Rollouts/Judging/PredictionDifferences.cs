namespace Assay.Serving.Rollouts.Judging;

/// <summary>How the predictions of a candidate on the same rows differ from those that were answered.</summary>
/// <param name="Rows">Rows that both predicted.</param>
/// <param name="SumOfDifferences">Sum of the absolute differences.</param>
/// <param name="Largest">Largest absolute difference.</param>
/// <param name="Different">Rows whose predictions differ by more than one millionth, or of which one is missing.</param>
/// <param name="Dropped">Requests that were not compared because the candidate did not keep up.</param>
internal sealed record PredictionDifferences(long Rows, double SumOfDifferences, double Largest, long Different, long Dropped)
{
    private const double Same = 1e-6;

    public static readonly PredictionDifferences None = new(0, 0, 0, 0, 0);

    public PredictionDifferences Add(ReadOnlySpan<float> answered, ReadOnlySpan<float> computed)
    {
        var (sum, largest, different) = (SumOfDifferences, Largest, Different);
        for (var row = 0; row < answered.Length; row++)
        {
            var difference = Math.Abs((double)computed[row] - answered[row]);
            if (double.IsFinite(difference))
                (sum, largest) = (sum + difference, Math.Max(largest, difference));
            if (difference > Same || (!double.IsFinite(difference) && float.IsFinite(answered[row]) != float.IsFinite(computed[row])))
                different++;
        }

        return new(Rows + answered.Length, sum, largest, different, Dropped);
    }

    public RolloutComparison ToFigures() => new(
        Rows, Rows == 0 ? null : SumOfDifferences / Rows, Rows == 0 ? null : Largest, Rows == 0 ? null : (double)Different / Rows, Dropped);
}
