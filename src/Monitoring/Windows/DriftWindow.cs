using Assay.Monitoring.Monitors;
using Assay.Statistics.Drift;

namespace Assay.Monitoring.Windows;

/// <summary>Live predictions of one model version between two moments, compared with a reference.</summary>
/// <param name="Id">Sorts by time.</param>
/// <param name="ModelVersion">Version that predicted.</param>
/// <param name="From">First flush with rows of this window.</param>
/// <param name="To">Last flush.</param>
/// <param name="Rows">Rows predicted.</param>
/// <param name="Drifted">Whether any feature or the score is drift by the monitor's rule.</param>
/// <param name="MaxPsi">Largest index among features and score.</param>
/// <param name="Score">The model's output.</param>
/// <param name="Features">In schema order; empty where the window is folded.</param>
public sealed record DriftWindow(
    string Id,
    int ModelVersion,
    DateTimeOffset From,
    DateTimeOffset To,
    long Rows,
    bool Drifted,
    double MaxPsi,
    DriftResult Score,
    IReadOnlyList<DriftResult> Features)
{
    /// <summary>Of a folded window, which has no features: their indexes in the same order; else null.</summary>
    public IReadOnlyList<double>? Folded { get; init; }

    /// <summary>The feature with the largest index; null where there are no features.</summary>
    public string? Worst { get; init; }

    /// <summary>Against what and by which bounds; null for windows from before that was kept, which were compared with the training data.</summary>
    public WindowJudgement? Judgement { get; init; }

    /// <summary>Calls that were refused as the schema doesn't allow them; null for windows from before that was counted.</summary>
    public long? Refused { get; init; }

    /// <summary>The operations of its minutes, by signal; empty where none had enough calls, and where the window is folded.</summary>
    public IReadOnlyList<OperationFigures> Operations { get; init; } = [];

    /// <summary>Whether a window says something: few rows can show a large difference, but not that there is none.</summary>
    public static bool Tells(bool drifted, long rows, int minimumRows) => drifted || rows >= minimumRows;
}

/// <summary>Against what a window was judged, and by which bounds.</summary>
/// <param name="Reference">What it was compared with; not always what the monitor asks for, which the notes explain.</param>
/// <param name="ReferenceRows">Rows of that.</param>
/// <param name="ReferenceWindows">Ids of the windows that it is made of; empty for the training data.</param>
/// <param name="Bounds">Where the bounds came from.</param>
/// <param name="Notes">What isn't known, and what held instead.</param>
public sealed record WindowJudgement(
    ReferenceKind Reference, long ReferenceRows, IReadOnlyList<string> ReferenceWindows, BoundKind Bounds, IReadOnlyList<string> Notes)
{
    /// <summary>The first two in words, such as <c>against the training data, by learned bounds</c>.</summary>
    public string Says => (Reference switch
    {
        ReferenceKind.Fixed => $"against window {ReferenceWindows[0]}",
        ReferenceKind.First => ReferenceWindows is [var first] ? $"against the version's first window {first}" : "against nothing yet",
        ReferenceKind.Sliding => $"against the {ReferenceWindows.Count} calm windows before",
        _ => "against the training data",
    }) + (Bounds == BoundKind.Learned ? ", by learned bounds" : "");
}
