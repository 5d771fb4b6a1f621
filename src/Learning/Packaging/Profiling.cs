using Assay.Inference.Models;
using Assay.Learning.Features;
using Assay.Statistics.Estimation;
using Assay.Statistics.Profiles;

namespace Assay.Learning.Packaging;

/// <summary>Describes what the model was trained on: its inputs' types and their distribution.</summary>
internal static class Profiling
{
    /// <summary>Whether an input may be missing, and which categories it may have, is taken from the whole dataset.</summary>
    public static ModelInput InputOf(Feature feature) => feature switch
    {
        CategoryFeature category => new(category.Name, InputType.Category, category.Nullable, category.Categories),
        _ => new(feature.Name, InputType.Number, feature.Nullable),
    };

    /// <summary>Baselines of the features on the train rows, and of the score on the same rows by models fitted without them.</summary>
    public static BaselineProfile Baseline(LearningRows rows, int[] train, string output, float[] outOfFold) => new(
        train.Length,
        [.. rows.Features.Select(feature => Baseline(feature, train))],
        BaselineBuilder.Numbers(output, outOfFold));

    /// <summary>What the model's scores are worth on rows that it was not fitted on.</summary>
    public static HeldOutScores HeldOut(LearningRows rows, int[] holdout, float[] predictions, Baseline score)
    {
        var labels = Array.ConvertAll(holdout, row => rows.Labels[row]);
        return rows.Task == ModelTask.Classification
            ? HeldOutScores.OfClasses(predictions, labels)
            : HeldOutScores.OfNumbers(predictions, labels, score.Edges ?? []);
    }

    private static Baseline Baseline(Feature feature, int[] train) => feature switch
    {
        CategoryFeature category => BaselineBuilder.Categories(
            category.Name, Array.ConvertAll(train, row => (string?)category.TextOf(row))),
        NumberFeature number => BaselineBuilder.Numbers(number.Name, Array.ConvertAll(train, row => number.Values[row])),
        _ => throw new NotSupportedException($"A {feature.GetType().Name} has no baseline."),
    };
}
