namespace Assay.Statistics.Metrics;

/// <summary>How well predicted numbers fit the truth, over one set of rows.</summary>
/// <param name="Rmse">Root of the mean squared error, in the label's unit.</param>
/// <param name="Mae">Mean absolute error, in the label's unit.</param>
/// <param name="R2">1 − squared error / squared deviation from the mean; NaN when the truth is constant.</param>
public sealed record RegressionMetrics(double Rmse, double Mae, double R2)
{
    /// <summary>Measures predictions against the truth of the same rows.</summary>
    /// <exception cref="ArgumentException">No rows, different lengths, or a prediction that is NaN.</exception>
    public static RegressionMetrics Of(ReadOnlySpan<float> predictions, ReadOnlySpan<double> actual)
    {
        Rows.Check(predictions, actual.Length);
        double squared = 0, absolute = 0;
        var truth = new Sketches.Moments();
        for (var row = 0; row < actual.Length; row++)
        {
            var error = predictions[row] - actual[row];
            squared += error * error;
            absolute += Math.Abs(error);
            truth.Add(actual[row]);
        }

        var spread = truth.Variance * actual.Length;
        return new(
            Math.Sqrt(squared / actual.Length),
            absolute / actual.Length,
            spread == 0 ? double.NaN : 1 - (squared / spread));
    }
}
