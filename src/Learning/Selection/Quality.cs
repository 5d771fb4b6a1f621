using Assay.Inference.Models;
using Assay.Statistics.Metrics;

namespace Assay.Learning.Selection;

/// <summary>How good predictions are, by the names that reports use.</summary>
internal static class Quality
{
    /// <summary>The metric that decides between models.</summary>
    public static string DecidingName(ModelTask task) => task == ModelTask.Classification ? "auc" : "rmse";

    public static double Deciding(LearningRows rows, int[] positions, float[] predictions) =>
        Of(rows, positions, predictions)[DecidingName(rows.Task)];

    /// <summary>Every metric that is a number; r2 is none when all labels are equal.</summary>
    public static IReadOnlyDictionary<string, double> Of(LearningRows rows, int[] positions, float[] predictions)
    {
        var metrics = rows.Task == ModelTask.Classification
            ? Classification(ClassificationMetrics.Of(predictions, Positive(rows, positions)))
            : Regression(RegressionMetrics.Of(predictions, Actual(rows, positions)));
        return metrics.Where(metric => double.IsFinite(metric.Value)).ToDictionary();
    }

    /// <summary>Advantage of the candidate over the champion in the deciding metric, positive when the candidate is better.</summary>
    public static PairedDifference Compare(LearningRows rows, int[] positions, float[] candidate, float[] champion) =>
        rows.Task == ModelTask.Classification
            ? PairedComparison.Auc(candidate, champion, Positive(rows, positions))
            : PairedComparison.Rmse(candidate, champion, Actual(rows, positions));

    private static Dictionary<string, double> Classification(ClassificationMetrics metrics) => new()
    {
        ["auc"] = metrics.Auc,
        ["accuracy"] = metrics.Accuracy,
        ["log_loss"] = metrics.LogLoss,
        ["f1"] = metrics.F1,
        ["precision"] = metrics.Precision,
        ["recall"] = metrics.Recall,
        ["brier"] = metrics.Brier,
    };

    private static Dictionary<string, double> Regression(RegressionMetrics metrics) => new()
    {
        ["rmse"] = metrics.Rmse,
        ["mae"] = metrics.Mae,
        ["r2"] = metrics.R2,
    };

    private static bool[] Positive(LearningRows rows, int[] positions) =>
        Array.ConvertAll(positions, row => rows.Labels[row] == 1);

    private static double[] Actual(LearningRows rows, int[] positions) =>
        Array.ConvertAll(positions, row => rows.Labels[row]);
}
