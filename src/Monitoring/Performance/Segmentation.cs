using System.Globalization;
using Assay.Inference.Models;
using Assay.Statistics.Profiles;

namespace Assay.Monitoring.Performance;

/// <summary>
/// Tells rows apart by one feature, into a few values that don't change while a version is served: the most frequent
/// categories of its training data, or its quarters of a number.
/// </summary>
internal sealed class Segmentation
{
    private const int ValuesMax = 10;
    public const string Other = "other";
    public const string Missing = "missing";

    private readonly HashSet<string>? _categories;
    private readonly IReadOnlyList<double> _edges;

    private Segmentation(string feature, HashSet<string>? categories, IReadOnlyList<double> edges) => (Feature, _categories, _edges) = (feature, categories, edges);

    public string Feature { get; }

    /// <summary>The segmentation by a feature; null where the model has no such input.</summary>
    public static Segmentation? Of(string feature, ModelSchema schema, BaselineProfile baseline) =>
        schema.Inputs.Any(input => input.Name == feature) ? Of(feature, baseline) : null;

    /// <summary>The same, by a profile that has all inputs.</summary>
    public static Segmentation? Of(string feature, BaselineProfile baseline)
    {
        if (baseline.Features.FirstOrDefault(each => each.Name == feature) is not { } profile)
            return null;
        return profile.Categories is { } categories
            ? new(feature, categories.Take(ValuesMax).ToHashSet(StringComparer.Ordinal), [])
            : new(feature, null, Quarters(profile));
    }

    /// <summary>The value by which a row is counted.</summary>
    public string ValueOf(string? input)
    {
        if (string.IsNullOrEmpty(input))
            return Missing;
        if (_categories is not null)
            return _categories.Contains(input) ? input.Length <= 100 ? input : input[..100] : Other;
        if (!double.TryParse(input, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || double.IsNaN(number))
            return Missing;
        var bin = Assay.Statistics.Estimation.HeldOutScores.BinOf(number, _edges);
        return _edges.Count == 0 ? "all"
            : bin == 0 ? $"up to {Text(_edges[0])}"
            : bin == _edges.Count ? $"above {Text(_edges[^1])}"
            : $"{Text(_edges[bin - 1])} to {Text(_edges[bin])}";
    }

    // The baseline's edges stand at quantiles, so those nearest to the quarters are found by counting.
    private static List<double> Quarters(Baseline profile)
    {
        if (profile.Edges is not { Count: > 0 } edges)
            return [];
        var all = (double)profile.Counts.Sum();
        var quarters = new List<double>();
        for (var quarter = 1; quarter <= 3; quarter++)
        {
            var best = Enumerable.Range(0, edges.Count)
                .MinBy(edge => Math.Abs((profile.Counts.Take(edge + 1).Sum() / all) - (quarter / 4.0)));
            if (!quarters.Contains(edges[best]))
                quarters.Add(edges[best]);
        }

        return quarters;
    }

    private static string Text(double number) => number.ToString("G5", CultureInfo.InvariantCulture);
}
