namespace Assay.Statistics.Metrics;

internal static class Rows
{
    /// <summary>Refuses rows that can't be measured.</summary>
    public static void Check(ReadOnlySpan<float> predictions, int truths)
    {
        if (predictions.Length != truths)
            throw new ArgumentException($"{predictions.Length} predictions stand against {truths} truths.");
        if (truths == 0)
            throw new ArgumentException("Nothing can be measured on no rows.");
        foreach (var prediction in predictions)
        {
            if (float.IsNaN(prediction))
                throw new ArgumentException("A prediction is not a number.");
        }
    }
}
