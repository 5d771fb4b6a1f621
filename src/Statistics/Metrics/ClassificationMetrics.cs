namespace Assay.Statistics.Metrics;

/// <summary>How well probabilities of the positive class fit the truth, over one set of rows.</summary>
/// <param name="Auc">Area under the ROC curve, ties counting half; NaN when the rows are all of one class.</param>
/// <param name="Accuracy">Share of rows decided rightly when a probability of at least 0.5 means positive.</param>
/// <param name="LogLoss">Mean −ln of the probability given to the truth, in nats; probabilities are kept 2⁻²³ away from 0 and 1.</param>
/// <param name="F1">Harmonic mean of precision and recall; 0 when both are.</param>
/// <param name="Precision">Share of true positives among the rows decided positive; 0 when there are none.</param>
/// <param name="Recall">Share of the positive rows decided positive; 0 when there are none.</param>
/// <param name="Brier">Mean squared difference of probability and truth (Brier, 1950).</param>
public sealed record ClassificationMetrics(
    double Auc, double Accuracy, double LogLoss, double F1, double Precision, double Recall, double Brier)
{
    /// <summary>Measures probabilities of the positive class against the truth of the same rows.</summary>
    /// <exception cref="ArgumentException">No rows, different lengths, or a probability that is NaN.</exception>
    public static ClassificationMetrics Of(ReadOnlySpan<float> probabilities, ReadOnlySpan<bool> positive)
    {
        Rows.Check(probabilities, positive.Length);
        const double Least = 1.0 / (1 << 23);
        double logLoss = 0, brier = 0;
        long hits = 0, truePositives = 0, decidedPositive = 0, positives = 0;
        for (var row = 0; row < positive.Length; row++)
        {
            double probability = probabilities[row];
            var truth = positive[row];
            var decision = probability >= 0.5;
            hits += decision == truth ? 1 : 0;
            decidedPositive += decision ? 1 : 0;
            positives += truth ? 1 : 0;
            truePositives += decision && truth ? 1 : 0;
            logLoss -= Math.Log(Math.Clamp(truth ? probability : 1 - probability, Least, 1 - Least));
            var error = probability - (truth ? 1 : 0);
            brier += error * error;
        }

        return new(
            Auc: RankedArea.Of(probabilities, positive),
            Accuracy: (double)hits / positive.Length,
            LogLoss: logLoss / positive.Length,
            F1: Share(2 * truePositives, decidedPositive + positives),
            Precision: Share(truePositives, decidedPositive),
            Recall: Share(truePositives, positives),
            Brier: brier / positive.Length);
    }

    private static double Share(long part, long whole) => whole == 0 ? 0 : (double)part / whole;
}
