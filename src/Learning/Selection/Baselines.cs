using System.Globalization;
using Assay.Inference.Models;

namespace Assay.Learning.Selection;

/// <summary>
/// What the hold-out rows would be predicted by without a model. A loop that trains again and again and is no better than
/// these does not pay, however it compares with its own past.
/// </summary>
internal static class Baselines
{
    private const string Constant = "constant";
    private const string LastValue = "last value";

    /// <summary>Measures them, and notes where one is as good as the model.</summary>
    public static IReadOnlyList<TrivialBaseline> Of(Prepared prepared, float[] predictions)
    {
        var (rows, holdout) = (prepared.Rows, prepared.Sides.Holdout);
        var mean = (float)prepared.Sides.Train.Average(row => rows.Labels[row]);
        TrivialBaseline[] baselines =
        [
            new(Constant, Quality.Of(rows, holdout, [.. holdout.Select(_ => mean)])),
            new(LastValue, Quality.Of(rows, holdout, LastValues(prepared, mean))),
        ];
        Note(prepared, Quality.Of(rows, holdout, predictions), baselines);
        return baselines;
    }

    // The label of the nearest row before it in its dataset: what was known last, where rows stand in the order of time.
    private static float[] LastValues(Prepared prepared, float otherwise)
    {
        var labels = prepared.Rows.Labels;
        var last = new float[labels.Length];
        for (var (row, known) = (0, otherwise); row < labels.Length; row++)
        {
            if (prepared.Starts.Contains(row))
                known = otherwise;
            last[row] = known;
            if (!double.IsNaN(labels[row]))
                known = (float)labels[row];
        }

        return Array.ConvertAll(prepared.Sides.Holdout, row => last[row]);
    }

    private static void Note(Prepared prepared, IReadOnlyDictionary<string, double> model, TrivialBaseline[] baselines)
    {
        var metric = prepared.Rows.Task == ModelTask.Classification ? "brier" : "rmse";   // of both less is better
        foreach (var baseline in baselines)
        {
            if (baseline.Metrics[metric] <= model[metric])
            {
                prepared.Notes.Add(string.Create(
                    CultureInfo.InvariantCulture,
                    $"Without a model, the {baseline.Name} reaches {metric} {baseline.Metrics[metric]:0.####} on the same rows, and this model {model[metric]:0.####}: it does not pay by that measure."));
            }
        }
    }
}
