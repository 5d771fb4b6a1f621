using Assay.Data.Datasets;
using Assay.Learning.Features;
using Assay.Learning.Labels;

namespace Assay.Learning;

/// <summary>What a reader of the result should know besides the numbers.</summary>
internal static class Notes
{
    public static List<string> Of(
        TrainingRequest request, Table table, Label label, IReadOnlyList<Feature> features, SplitRule split)
    {
        List<string> notes = [];
        if (request.Task is null)
            notes.Add($"The task was inferred from '{request.Label}': {label.Task.ToString().ToLowerInvariant()}.");
        if (label.Classes is { } classes)
            notes.Add($"Probabilities are of '{classes[1]}', against '{classes[0]}'.");
        var unlabelled = table.Rows - label.Labelled.Length;
        if (unlabelled > 0)
            notes.Add($"{unlabelled:N0} rows have no value in '{request.Label}' and were left out.");
        foreach (var category in features.OfType<CategoryFeature>().Where(category => category.Categories.Length > Encoder.SlotsMax))
        {
            notes.Add(
                $"'{category.Name}' has {category.Categories.Length:N0} different values: the {Encoder.SlotsMax} most frequent "
                + "are told apart, and all others count as one.");
        }

        if (split.Seed != request.Seed)
            notes.Add($"Rows were split by seed {split.Seed}, as for the model in production, so that both are judged by rows new to them.");
        return notes;
    }
}
