using Assay.Data.Datasets;
using Assay.Data.Screening;
using Assay.Inference.Models;
using Assay.Learning.Packaging;

namespace Assay.Learning.Features;

/// <summary>
/// What callers of the model in production send. A training that nobody asked for keeps to it, since its version may take
/// over without anybody telling them: other columns are left out, and what was allowed stays allowed.
/// </summary>
/// <param name="inputs">The inputs of the model in production, in their order.</param>
internal sealed class KeptInputs(IReadOnlyList<ModelInput> inputs)
{
    private const int ProblemsShown = 3;
    private const string NotSent = "is not sent to the model in production, and a training that nobody asked for keeps to what is";

    /// <summary>The columns that callers do not send.</summary>
    public IReadOnlyList<ExcludedColumn> Others(Table table, string label) =>
        [.. table.Columns.Where(column => column.Name != label && !IsSent(column.Name)).Select(column => new ExcludedColumn(column.Name, NotSent))];

    /// <summary>
    /// The features of these inputs, in their order, each with every value that callers may send now: one that no row has
    /// any more is to the new model what a rare one is.
    /// </summary>
    /// <param name="features">What these rows give.</param>
    /// <param name="leftOut">What they don't, each with its reason.</param>
    /// <exception cref="TrainingRefusedException">A column is missing, of another type, or nothing to learn from; the message names it.</exception>
    public IReadOnlyList<Feature> Demand(IReadOnlyList<Feature> features, IReadOnlyList<ExcludedColumn> leftOut)
    {
        var byName = features.ToDictionary(feature => feature.Name);
        var reasons = leftOut.ToLookup(column => column.Column, column => column.Reason);
        List<string> problems = [];
        List<Feature> kept = [];
        foreach (var input in inputs)
        {
            if (!byName.TryGetValue(input.Name, out var feature))
                problems.Add($"'{input.Name}' {reasons[input.Name].FirstOrDefault() ?? "is missing"}");
            else if (Profiling.InputOf(feature).Type != input.Type)
                problems.Add($"'{input.Name}' is a {Word(Profiling.InputOf(feature).Type)} and was a {Word(input.Type)}");
            else
                kept.Add(Widened(feature, input));
        }

        return problems.Count == 0 ? kept : throw new TrainingRefusedException(Refusal(problems));
    }

    private bool IsSent(string column) => inputs.Any(input => input.Name == column);

    private static Feature Widened(Feature feature, ModelInput input)
    {
        var nullable = feature.Nullable || input.Nullable;
        if (feature is not CategoryFeature category)
            return feature with { Nullable = nullable };

        var categories = category.Categories.Union(input.Categories ?? [], StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        var place = categories.Select((value, index) => (value, index)).ToDictionary(pair => pair.value, pair => pair.index, StringComparer.Ordinal);
        var moved = Array.ConvertAll(category.Categories, value => place[value]);
        return category with { Nullable = nullable, Categories = categories, Codes = Array.ConvertAll(category.Codes, code => code < 0 ? code : moved[code]) };
    }

    private static string Refusal(List<string> problems) =>
        "A training that nobody asked for keeps to what callers of the model in production send, and these rows don't allow it: "
        + string.Join("; ", problems.Take(ProblemsShown)) + (problems.Count > ProblemsShown ? $"; and {problems.Count - ProblemsShown} more" : "")
        + ". Mend the dataset, or train and promote by hand and tell the callers.";

    private static string Word(InputType type) => type.ToString().ToLowerInvariant();
}
