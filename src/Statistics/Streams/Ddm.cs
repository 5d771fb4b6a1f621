using System.Text.Json.Serialization;

namespace Assay.Statistics.Streams;

/// <summary>
/// The drift detection method (Gama, Medas, Castillo and Rodrigues, "Learning with Drift Detection", 2004) for errors that
/// are 0 or 1: keeps the least p + s, with the share of errors p and its deviation s = √(p(1 − p)/i), and warns or finds a
/// change when p + s is further above the least p than so many of its s. Good at sudden rises, slow at gradual ones after
/// many rows, and blind to a fall. Starts anew after a change.
/// </summary>
/// <remarks>
/// Before the first error there is no level to be above (s would be 0, and the first error a change), so the least p + s is
/// kept only from then on.
/// </remarks>
public sealed class Ddm : IChangeDetector
{
    /// <summary>Values before the first decision: 30 in the paper.</summary>
    public int RowsMin { get; init; } = 30;

    /// <summary>Deviations above the least error at which it warns: 2 in the paper.</summary>
    public double WarningLevel { get; init; } = 2;

    /// <summary>Deviations above the least error at which it is a change: 3 in the paper.</summary>
    public double DriftLevel { get; init; } = 3;

    /// <summary>p at the least p + s; null before there was one.</summary>
    [JsonInclude]
    public double? LeastShare { get; private set; }

    /// <summary>s at the least p + s.</summary>
    [JsonInclude]
    public double LeastDeviation { get; private set; }

    /// <summary>The values before the warning that holds; all where none does.</summary>
    [JsonInclude]
    public StreamPart Before { get; private set; }

    /// <summary>The values since the warning that holds.</summary>
    [JsonInclude]
    public StreamPart After { get; private set; }

    /// <inheritdoc/>
    [JsonInclude]
    public StreamChange? LastChange { get; private set; }

    /// <inheritdoc/>
    [JsonIgnore]
    public StreamPart Window => Before.With(After);

    /// <inheritdoc/>
    public StreamState Add(double value)
    {
        After = After.With(value);
        var window = Window;
        var (share, deviation) = (window.Mean, Math.Sqrt(window.Mean * (1 - window.Mean) / window.Rows));
        if (window.Rows < RowsMin || share <= 0)
            return Stable();
        if (LeastShare is not { } least || share + deviation <= least + LeastDeviation)
            (LeastShare, LeastDeviation, least) = (share, deviation, share);
        if (share + deviation > least + (DriftLevel * LeastDeviation))
            return Change();
        return share + deviation > least + (WarningLevel * LeastDeviation) ? StreamState.Warning : Stable();
    }

    // What came since a warning that was none belongs to the rest.
    private StreamState Stable()
    {
        (Before, After) = (Window, default);
        return StreamState.Stable;
    }

    private StreamState Change()
    {
        LastChange = new(Before, After);
        (LeastShare, LeastDeviation, Before, After) = (null, 0, default, default);
        return StreamState.Changed;
    }
}
