using Assay.Inference.Models;
using Assay.Statistics.Profiles;

namespace Assay.Monitoring.Windows;

/// <summary>Features of a window beside those of its reference, over the same bins.</summary>
internal static class ComparedFeatures
{
    /// <summary>
    /// Each feature of the reference with its live counts: by place where a package has a baseline, and else by name. One that
    /// didn't come has no values then, and one that the reference hasn't is in <see cref="New"/>.
    /// </summary>
    public static IEnumerable<(Baseline Reference, CountedWindow Live)> Of(BaselineProfile reference, ModelWindow counts)
    {
        if (!IsNamed(counts))
            return reference.Features.Zip(counts.Features);
        var live = counts.Features.ToDictionary(feature => feature.Name!, StringComparer.Ordinal);
        return reference.Features.Select(feature => (feature, LateBins.Over(live.GetValueOrDefault(feature.Name), feature, counts.Rows)));
    }

    /// <summary>What can't be compared as the reference has nothing under its name.</summary>
    public static IEnumerable<CountedWindow> New(BaselineProfile reference, ModelWindow counts)
    {
        if (!IsNamed(counts))
            return [];
        var known = reference.Features.Select(feature => feature.Name).ToHashSet(StringComparer.Ordinal);
        return counts.Features.Where(feature => !known.Contains(feature.Name!));
    }

    /// <summary>The score of the reference with its live counts; null without a reference, when there are no bins and nothing that could have drifted.</summary>
    public static (Baseline Reference, CountedWindow Live)? Score(BaselineProfile baseline, Baseline reference, CountedWindow score)
    {
        if (!baseline.IsUnknown)
            return (reference, score);
        return reference == baseline.Score
            ? null
            : (reference, score.Name is null ? LateBins.Over(score, baseline.Score, reference) : LateBins.Over(score, reference, score.Rows));
    }

    /// <summary>Whether the counts say what they are of, as no profile does.</summary>
    public static bool IsNamed(this ModelWindow counts) => counts.Features.Any(feature => feature.Name is not null);

    /// <summary>What the score's bins are made of: the profile, or what was answered where none says that.</summary>
    public static Baseline ScoreOf(BaselineProfile baseline, CountedWindow score) => score.Name is null ? baseline.Score : LateBins.Profile(score);
}
