using Assay.Statistics.Profiles;

namespace Assay.Inference.Models;

/// <summary>What a model predicted from, and what, between two moments; bins are those of the package's baseline.</summary>
/// <param name="Rows">Rows predicted.</param>
/// <param name="Features">One per model input, in schema order.</param>
/// <param name="Score">Of the predictions.</param>
public sealed record ModelWindow(long Rows, IReadOnlyList<CountedWindow> Features, CountedWindow Score)
{
    /// <summary>The sum of both, which are over the same bins.</summary>
    public ModelWindow Merge(ModelWindow other) => new(
        Rows + other.Rows, [.. Features.Zip(other.Features, (mine, theirs) => mine.Merge(theirs))], Score.Merge(other.Score));
}
