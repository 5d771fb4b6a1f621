using Assay.Statistics.Profiles;

namespace Assay.Inference.Models;

/// <summary>What a model predicted from, and what, between two moments; bins are those of the package's baseline.</summary>
/// <param name="Rows">Rows predicted.</param>
/// <param name="Features">One per model input, in schema order; where the package has no baseline, what was seen in calls, each with its name.</param>
/// <param name="Score">Of the predictions.</param>
public sealed record ModelWindow(long Rows, IReadOnlyList<CountedWindow> Features, CountedWindow Score)
{
    private const int NamedMax = 256;   // callers of some models choose the names

    /// <summary>The sum of both, which are over the same bins.</summary>
    public ModelWindow Merge(ModelWindow other) => new(Rows + other.Rows, MergeFeatures(other), Merge(Score, other.Score));

    private IReadOnlyList<CountedWindow> MergeFeatures(ModelWindow other)
    {
        if (!Features.Concat(other.Features).Any(feature => feature.Name is not null))
            return [.. Features.Zip(other.Features, (mine, theirs) => mine.Merge(theirs))];

        // Replicas may have seen different ones, or the same in another order.
        var theirs = other.Features.ToDictionary(feature => feature.Name!, StringComparer.Ordinal);
        return
        [
            .. Features.Select(mine => theirs.Remove(mine.Name!, out var same) ? Merge(mine, same) : mine)
                .Concat(other.Features.Where(feature => theirs.ContainsKey(feature.Name!))).Take(NamedMax),
        ];
    }

    // What was numbers and became texts doesn't add up: what has more rows stays.
    private static CountedWindow Merge(CountedWindow mine, CountedWindow theirs) =>
        mine.Name is null || (mine.Name == theirs.Name && mine.Counts.Length == theirs.Counts.Length) ? mine.Merge(theirs)
        : mine.Rows >= theirs.Rows ? mine : theirs;
}
