using System.Globalization;

namespace Assay.Monitoring.Alerts;

/// <summary>Trouble that somebody who watches has found, to be raised by <see cref="AlertBook.Raise"/>.</summary>
/// <param name="Endpoint">Name of the endpoint.</param>
/// <param name="Source">What watches, at most 100 characters.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Summary">What and how far, in one sentence; cut at 500 characters.</param>
internal sealed record Finding(string Endpoint, string Source, AlertSeverity Severity, string Summary)
{
    /// <summary>The model that answers; empty when none is meant.</summary>
    public string Model { get; init; } = "";

    /// <summary>Its version: an open alert of another one is closed first. 0 when none is meant.</summary>
    public int Version { get; init; }

    /// <summary>When the trouble began; null for now.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The figures past their bounds, worst first.</summary>
    public IReadOnlyList<AlertSignal> Signals { get; init; } = [];

    /// <summary>The part of the traffic that it is about; null for all of it.</summary>
    public string? Segment { get; init; }

    /// <summary>Id of the window that showed it.</summary>
    public string? Window { get; init; }

    /// <summary>Largest index of that window.</summary>
    public double? MaxPsi { get; init; }

    /// <summary>The dataset with which an alert retrains; null to start nothing.</summary>
    public string? RetrainDataset { get; init; }

    /// <summary>A moment as summaries name it.</summary>
    public static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
