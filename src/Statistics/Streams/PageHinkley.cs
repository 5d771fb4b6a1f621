using System.Text.Json.Serialization;

namespace Assay.Statistics.Streams;

/// <summary>
/// The Page-Hinkley test (Page, "Continuous Inspection Schemes", 1954; Hinkley, 1971): sums how far values lie above their
/// running mean plus a tolerance, and finds a rise when the sum is further above its own minimum than a threshold. Quick at a
/// sudden rise; it does not see a fall, nor a rise within the tolerance. Starts anew after a change.
/// </summary>
/// <remarks>m_T = Σ (x_t − x̄_t − tolerance), with the mean x̄_t of the values up to t; a change when m_T − min m_t &gt; threshold.</remarks>
public sealed class PageHinkley : IChangeDetector
{
    /// <summary>Values before the first decision.</summary>
    public int RowsMin { get; init; } = 30;

    /// <summary>How far the mean may rise unnoticed, 0 or more.</summary>
    public required double Tolerance { get; init; }

    /// <summary>From which sum on it is a change, above 0: larger means fewer false alarms and a later find.</summary>
    public required double Threshold { get; init; }

    /// <summary>m_T.</summary>
    [JsonInclude]
    public double Sum { get; private set; }

    /// <summary>The least m_t so far, 0 before the first value.</summary>
    [JsonInclude]
    public double Least { get; private set; }

    /// <summary>The values up to the least sum.</summary>
    [JsonInclude]
    public StreamPart Before { get; private set; }

    /// <summary>The values since then.</summary>
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
        Sum += value - Window.Mean - Tolerance;
        if (Sum <= Least)
            (Least, Before, After) = (Sum, Window, default);
        if (Window.Rows < RowsMin || Sum - Least <= Threshold)
            return StreamState.Stable;
        LastChange = new(Before, After);
        (Sum, Least, Before, After) = (0, 0, default, default);
        return StreamState.Changed;
    }
}
