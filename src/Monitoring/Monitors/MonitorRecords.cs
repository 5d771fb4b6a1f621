using System.ComponentModel.DataAnnotations;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Attribution;
using Assay.Monitoring.Feedback;
using Assay.Monitoring.Multivariate;
using Assay.Monitoring.Segments;
using Assay.Monitoring.Windows;
using Assay.Statistics.Drift;

namespace Assay.Monitoring.Monitors;

/// <summary>How an endpoint fares.</summary>
public enum MonitorHealth
{
    /// <summary>No window with enough rows has been evaluated yet for the version that is served.</summary>
    Waiting,

    /// <summary>The last window was calm and no alert is open.</summary>
    Healthy,

    /// <summary>An alert of drift lasts, or the last window has drifted.</summary>
    Drifting,

    /// <summary>An alert of another source lasts.</summary>
    Alerting,

    /// <summary>Nothing was asked for a day, so how it fares is not known.</summary>
    Stale,
}

/// <summary>An endpoint's monitor in one line.</summary>
/// <param name="Endpoint">Endpoint name; every endpoint has a monitor by itself.</param>
/// <param name="Health">How it fares.</param>
/// <param name="ModelVersion">Version that the last window was counted on; null before the first.</param>
/// <param name="PendingRows">Rows counted since the last evaluation, as of the last flush.</param>
/// <param name="LastEvaluatedAt">When the last window was evaluated; null before the first.</param>
/// <param name="LastMaxPsi">Largest index of that window, features and score.</param>
/// <param name="OpenAlert">Id of the alert of drift that lasts, or null.</param>
public sealed record MonitorSummary(
    string Endpoint,
    MonitorHealth Health,
    int? ModelVersion,
    long PendingRows,
    DateTimeOffset? LastEvaluatedAt,
    double? LastMaxPsi,
    string? OpenAlert)
{
    /// <summary>Model that answers.</summary>
    public string Model { get; init; } = "";

    /// <summary>Alerts of every source that last.</summary>
    public AlertCounts Alerts { get; init; } = new(0, 0, 0);

    /// <summary>Largest index of each of the newest 20 windows of the version that answers, oldest first; null of a calm one that had too few rows to tell.</summary>
    public IReadOnlyList<double?> Trend { get; init; } = [];

    /// <summary>Index from which a window has drifted.</summary>
    public double PsiThreshold { get; init; } = 0.2;
}

/// <summary>How many alerts last, by severity.</summary>
/// <param name="Critical">Somebody should look now.</param>
/// <param name="Warning">In working hours.</param>
/// <param name="Info">Worth knowing.</param>
public sealed record AlertCounts(int Critical, int Warning, int Info);

/// <summary>When a monitor evaluates and what an alert starts. Sent whole: what is left out goes back to its default.</summary>
/// <param name="MinimumRows">Rows that a window needs before it is evaluated by itself, 50 to 1,000,000.</param>
/// <param name="PsiThreshold">Least population stability index that is drift when it isn't chance, above 0 to 10.</param>
/// <param name="Retrain">When the model is trained again; null for never.</param>
/// <param name="Window">How long a window is; null for as long as the minimum of rows takes.</param>
/// <param name="Reference">What windows are compared with; null for the training data.</param>
/// <param name="Bounds">Where the bound of the index comes from; null for <paramref name="PsiThreshold"/>.</param>
/// <param name="Multivariate">When all features are compared together; null for when somebody asks.</param>
/// <param name="Attribution">When the reasons of predictions are compared; null for when somebody asks, or a rule needs it.</param>
/// <param name="Tests">By which measure drift is judged; null for the stability index of every feature.</param>
/// <param name="Segments">By which parts of the traffic drift and quality are judged, too; null for none.</param>
public sealed record MonitorSettings(
    [Range(50, 1_000_000)] int MinimumRows = 500,
    [Range(0.001, 10)] double PsiThreshold = DriftRule.UsualPsi,
    RetrainSettings? Retrain = null,
    WindowLength? Window = null,
    WindowReference? Reference = null,
    DriftBounds? Bounds = null,
    MultivariateSettings? Multivariate = null,
    AttributionSettings? Attribution = null,
    DriftTests? Tests = null,
    SegmentSettings? Segments = null)
{
    /// <summary>The dataset with which an alert of drift, of all traffic or a part of it, starts a training; null when it starts none.</summary>
    internal string? DatasetOnAlert => Retrain is { OnAlert: true } retrain ? retrain.Dataset : null;
}

/// <summary>A monitor with its latest windows and alerts.</summary>
/// <param name="Endpoint">Endpoint name.</param>
/// <param name="Settings">In force.</param>
/// <param name="Windows">Evaluated windows, newest first, at most 100.</param>
/// <param name="Alerts">Newest first, at most 100.</param>
public sealed record MonitorDetail(
    string Endpoint,
    MonitorSettings Settings,
    IReadOnlyList<DriftWindow> Windows,
    IReadOnlyList<AlertSummary> Alerts)
{
    /// <summary>Whether the version that answers brings what its training data was like; without, its first window is what later ones are compared with.</summary>
    public bool KnowsTraining { get; init; }

    /// <summary>The newest comparison of the reasons of predictions with the ten inputs that changed most; null when there is none.</summary>
    public AttributionResult? Attribution { get; init; }
}
