using Assay.Statistics.Drift;

namespace Assay.Monitoring.Windows;

/// <summary>Live predictions of one model version between two moments, compared with the version's baseline.</summary>
/// <param name="Id">Sorts by time.</param>
/// <param name="ModelVersion">Version that predicted.</param>
/// <param name="From">First flush with rows of this window.</param>
/// <param name="To">Last flush.</param>
/// <param name="Rows">Rows predicted.</param>
/// <param name="Drifted">Whether any feature or the score is drift by the monitor's rule.</param>
/// <param name="MaxPsi">Largest index among features and score.</param>
/// <param name="Score">The model's output.</param>
/// <param name="Features">In schema order.</param>
public sealed record DriftWindow(
    string Id,
    int ModelVersion,
    DateTimeOffset From,
    DateTimeOffset To,
    long Rows,
    bool Drifted,
    double MaxPsi,
    DriftResult Score,
    IReadOnlyList<DriftResult> Features);
