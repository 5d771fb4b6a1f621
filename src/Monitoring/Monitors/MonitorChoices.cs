using System.ComponentModel.DataAnnotations;

namespace Assay.Monitoring.Monitors;

/// <summary>
/// How long a window is. With neither, it is as long as the monitor's minimum of rows and the server's shortest time; with both,
/// whatever comes first ends it. It never ends before it has the minimum of rows.
/// </summary>
/// <param name="Rows">Rows that end it, the monitor's minimum to 100,000,000.</param>
/// <param name="Seconds">Time since its first row that ends it, 1 to 2,678,400 (31 days).</param>
public sealed record WindowLength([Range(50, 100_000_000)] long? Rows = null, [Range(1, 2_678_400)] int? Seconds = null);

/// <summary>What windows are compared with.</summary>
public enum ReferenceKind
{
    /// <summary>The training data, by the baseline in the model's package.</summary>
    Training,

    /// <summary>One evaluated window, such as that of the first calm week.</summary>
    Fixed,

    /// <summary>The newest calm windows together.</summary>
    Sliding,

    /// <summary>The first window of the version with enough rows; it holds by itself where the package tells nothing of training data.</summary>
    First,
}

/// <summary>Which reference a monitor has.</summary>
/// <param name="Kind">What windows are compared with.</param>
/// <param name="Window">Id of the evaluated window, for <c>fixed</c>.</param>
/// <param name="Windows">How many of the newest calm windows, for <c>sliding</c>, 2 to 100; 10 when it isn't said.</param>
public sealed record WindowReference(
    ReferenceKind Kind = ReferenceKind.Training, [StringLength(32, MinimumLength = 1)] string? Window = null, [Range(2, 100)] int? Windows = null)
{
    internal const int UsualWindows = 10;

    internal int WindowsWanted => Windows ?? UsualWindows;
}

/// <summary>Where the bound of the stability index comes from.</summary>
public enum BoundKind
{
    /// <summary>It is the monitor's <c>psiThreshold</c> for every feature.</summary>
    Fixed,

    /// <summary>Each feature has one of its own, learned from the first windows of the reference.</summary>
    Learned,
}

/// <summary>From which index on a feature has drifted.</summary>
/// <param name="Kind">Where the bound comes from.</param>
/// <param name="Windows">Windows to learn from, 3 to 100.</param>
/// <param name="Deviations">Standard deviations above the mean of their indexes, 1 to 10.</param>
public sealed record DriftBounds(BoundKind Kind = BoundKind.Fixed, [Range(3, 100)] int Windows = 10, [Range(1, 10.0)] double Deviations = 3);
