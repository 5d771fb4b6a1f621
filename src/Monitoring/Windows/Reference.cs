using Assay.Inference.Models;
using Assay.Monitoring.Monitors;
using Assay.Statistics.Profiles;

namespace Assay.Monitoring.Windows;

/// <summary>What a window is compared with: the baseline's bins, and how often the reference has each.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Profile">The baseline, its counts and missing values replaced by those of the reference.</param>
/// <param name="Parts">The windows that it is made of; empty for the training data.</param>
/// <param name="Notes">Why it isn't what the monitor asks for.</param>
internal sealed record Reference(ReferenceKind Kind, BaselineProfile Profile, IReadOnlyList<ReferencePart> Parts, IReadOnlyList<string> Notes)
{
    /// <summary>Whether the windows of a sliding reference are still being gathered.</summary>
    public bool IsFilling { get; init; }

    /// <summary>Numbers of a feature beyond the range of the training data; null when the reference doesn't know.</summary>
    public long? Outside(int feature) => Profile.Rows == 0 || Parts.Count > 0 && Parts[0].Counts.IsNamed() ? null : Parts.Count == 0 ? 0 : Parts.Aggregate((long?)0, (sum, part) => sum + part.Counts.Features[feature].Outside);

    /// <summary>The training data.</summary>
    public static Reference Training(BaselineProfile baseline, params string[] notes) => new(ReferenceKind.Training, baseline, [], notes);

    /// <summary>These windows together.</summary>
    public static Reference Of(ReferenceKind kind, BaselineProfile baseline, IReadOnlyList<ReferencePart> parts) =>
        new(kind, Put(baseline, Merge([.. parts.Select(part => part.Counts)])), parts, []);

    /// <summary>A baseline with the counts of a window.</summary>
    public static BaselineProfile Put(BaselineProfile baseline, ModelWindow counts) => baseline.IsUnknown
        ? new(
            counts.Rows,
            [.. counts.Features.Where(feature => feature.Rows > 0).Select(feature => LateBins.Of(LateBins.Profile(feature), feature))],
            LateBins.Of(ComparedFeatures.ScoreOf(baseline, counts.Score), counts.Score))
        : new(counts.Rows, [.. baseline.Features.Zip(counts.Features, Put)], Put(baseline.Score, counts.Score));

    /// <summary>The sum of windows, at least one.</summary>
    public static ModelWindow Merge(IReadOnlyList<ModelWindow> windows) => windows.Aggregate((sum, next) => sum.Merge(next));

    /// <summary>Nothing: the first window is still being counted.</summary>
    public static Reference None(BaselineProfile baseline, params string[] notes) => new(ReferenceKind.First, baseline, [], notes);

    private static Baseline Put(Baseline baseline, CountedWindow counts) => baseline with { Counts = counts.Counts, Missing = counts.Missing };
}

/// <summary>An evaluated window as a part of a reference.</summary>
internal sealed record ReferencePart(string Id, ModelWindow Counts);
