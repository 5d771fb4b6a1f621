using Assay.Monitoring.Monitors;

namespace Assay.Monitoring.Distributions;

/// <summary>What falls into a bin.</summary>
public enum BinKind
{
    /// <summary>Numbers above one edge, up to and with the next.</summary>
    Range,

    /// <summary>One value of a category.</summary>
    Category,

    /// <summary>Values of a category that have no bin of their own, new ones among them.</summary>
    Other,

    /// <summary>Rows without a value.</summary>
    Missing,
}

/// <summary>A bin with the rows of both sides. Bins are those of the reference.</summary>
/// <param name="Kind">What falls into it.</param>
/// <param name="Label">In words, such as <c>12 to 20</c> or <c>up to 12</c>.</param>
/// <param name="Above">Numbers above this; null for the lowest bin, and for a category.</param>
/// <param name="UpTo">And up to this; null for the highest bin, and for a category.</param>
/// <param name="ReferenceCount">Rows of the reference.</param>
/// <param name="Count">Rows of the window.</param>
/// <param name="ReferenceShare">Among all rows of the reference; null when it has none.</param>
/// <param name="Share">Among all rows of the window; null when it has none.</param>
/// <param name="Psi">What the bin adds to the index.</param>
public sealed record DistributionBin(
    BinKind Kind,
    string Label,
    double? Above,
    double? UpTo,
    long ReferenceCount,
    long Count,
    double? ReferenceShare,
    double? Share,
    double Psi);

/// <summary>The distribution of a feature, or of the score, in a window and in its reference.</summary>
/// <param name="Endpoint">Endpoint name.</param>
/// <param name="Feature">Name of the feature, or of the model's output.</param>
/// <param name="IsScore">Whether it is what the model answers.</param>
/// <param name="Window">Id of the window.</param>
/// <param name="ModelVersion">Version that predicted.</param>
/// <param name="From">When it began.</param>
/// <param name="To">When it ended.</param>
/// <param name="Rows">Its rows of this feature, those without a value among them.</param>
/// <param name="Reference">What it is compared with.</param>
/// <param name="ReferenceRows">Rows of that, likewise.</param>
/// <param name="Psi">The stability index, which is the sum over the bins.</param>
/// <param name="Bound">From which index on it is drift when it isn't chance.</param>
/// <param name="PValue">That both are the same, before the correction for the number of features.</param>
/// <param name="Bins">Numbers ascending, categories by falling frequency in the reference; then other values and missing ones, where either side has any.</param>
/// <param name="Before">Id of the window before this one of the same version; null for the first one that is kept.</param>
/// <param name="After">Id of the window after it; null for the newest.</param>
/// <param name="Notes">What isn't known.</param>
public sealed record FeatureDistribution(
    string Endpoint,
    string Feature,
    bool IsScore,
    string Window,
    int ModelVersion,
    DateTimeOffset From,
    DateTimeOffset To,
    long Rows,
    ReferenceKind Reference,
    long ReferenceRows,
    double Psi,
    double Bound,
    double PValue,
    IReadOnlyList<DistributionBin> Bins,
    string? Before,
    string? After,
    IReadOnlyList<string> Notes);
