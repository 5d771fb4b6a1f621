using System.Globalization;
using Assay.Statistics.Sketches;

namespace Assay.Statistics.Profiles;

/// <summary>
/// Bins that are made when there is a reference, for values of which nothing was known before they came: numbers are kept as a
/// sketch until then, categories are counted by their place in the profile.
/// </summary>
public static class LateBins
{
    private const int Bins = 10;
    private const int CategoriesMax = 100;
    private static readonly string[] TextPlaces = [.. Enumerable.Range(0, LateCounts.TextPlaces).Select(place => place.ToString(CultureInfo.InvariantCulture))];
    private const int FewestRows = 5;   // a category with fewer says little alone, and chi-square asks for as many

    /// <summary>A profile of numbers without bins.</summary>
    public static Baseline Numbers(string name) => new(name, null, null, [], 0, null, null, null, null);

    /// <summary>A profile of these categories without counts, in this order; whatever is none of them has the last place.</summary>
    public static Baseline Categories(string name, IReadOnlyList<string> categories) =>
        new(name, null, categories, new long[categories.Count + 1], 0, null, null, null, null);

    /// <summary>The profile of counts that name themselves (<see cref="LateCounts"/>).</summary>
    public static Baseline Profile(CountedWindow counts) =>
        counts.Counts.Length == 0 ? Numbers(counts.Name!) : Categories(counts.Name!, TextPlaces);

    /// <summary>Bins that hold about equally many of the reference's numbers, or one for each of its frequent categories.</summary>
    /// <param name="profile">One that has no bins yet.</param>
    /// <param name="reference">Counts of it.</param>
    public static Baseline Of(Baseline profile, CountedWindow reference)
    {
        var bins = profile.Categories is { } categories
            ? profile with { Categories = Frequent(categories, reference.Counts) }
            : profile with { Edges = Edges(reference) };
        var counted = Over(reference, profile, bins);
        return bins with { Counts = counted.Counts, Missing = counted.Missing, Min = counted.Min, Max = counted.Max };
    }

    /// <summary>Counts over bins that <see cref="Of"/> made of the same profile; of numbers to the exactness of the sketch.</summary>
    public static CountedWindow Over(CountedWindow window, Baseline profile, Baseline bins)
    {
        if (bins.Edges is not { } edges)
            return window with { Counts = Together(window.Counts, profile.Categories!, bins.Categories!) };
        var sketch = window.ReadSketch();
        long[] below = [0, .. edges.Select(edge => sketch is null ? 0 : (long)Math.Round(sketch.Rank(edge) * sketch.Count)), sketch?.Count ?? 0];
        return window with { Counts = [.. below.Skip(1).Zip(below, (upTo, before) => upTo - before)], Min = sketch?.Min, Max = sketch?.Max };
    }

    /// <summary>
    /// The same of counts that name themselves, beside what the reference has under that name. Numbers where it has texts, or texts
    /// where it has numbers, are no values, and neither is what didn't come (<paramref name="window"/> is null).
    /// </summary>
    /// <param name="window">The counts; null where rows came without them.</param>
    /// <param name="bins">What <see cref="Of"/> made of the reference.</param>
    /// <param name="rows">Rows that came, for the last case.</param>
    public static CountedWindow Over(CountedWindow? window, Baseline bins, long rows)
    {
        var isOther = window is { Rows: > 0 } && window.Counts.Length > 0 != bins.Categories is not null;
        return window is null || isOther
            ? new(window?.Rows ?? rows, new long[bins.Counts.Count], window?.Rows ?? rows) { Name = bins.Name }
            : Over(window, Profile(window), bins);
    }

    // As BaselineBuilder does with values that are all there.
    private static List<double> Edges(CountedWindow reference) => reference.ReadSketch() is { } sketch
        ? [.. sketch.Quantiles([.. Enumerable.Range(1, Bins - 1).Select(bin => (double)bin / Bins)]).Where(double.IsFinite).Distinct()]
        : [];

    private static List<string> Frequent(IReadOnlyList<string> categories, long[] counts) =>
    [
        .. categories.Select((name, place) => (Name: name, Rows: counts[place]))
            .Where(category => category.Rows >= FewestRows)
            .OrderByDescending(category => category.Rows).Take(CategoriesMax)
            .Select(category => category.Name),
    ];

    private static long[] Together(long[] counts, IReadOnlyList<string> categories, IReadOnlyList<string> kept)
    {
        var places = kept.Select((name, place) => (name, place)).ToDictionary(one => one.name, one => one.place, StringComparer.Ordinal);
        var sums = new long[kept.Count + 1];
        for (var place = 0; place < counts.Length; place++)
            sums[place < categories.Count ? places.GetValueOrDefault(categories[place], kept.Count) : kept.Count] += counts[place];
        return sums;
    }
}
