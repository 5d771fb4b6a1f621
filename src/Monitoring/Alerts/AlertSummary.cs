namespace Assay.Monitoring.Alerts;

/// <summary>Whether the trouble lasts.</summary>
public enum AlertState
{
    /// <summary>Raised; further drifted windows of the version belong to it.</summary>
    Open,

    /// <summary>A calm window, or another version of the model, ended it.</summary>
    Closed,
}

/// <summary>Where the training stands that an alert started.</summary>
public enum RetrainingState
{
    /// <summary>Queued or at work.</summary>
    Running,

    /// <summary>A candidate was made and judged.</summary>
    Finished,

    /// <summary>No candidate came out of it.</summary>
    Failed,
}

/// <summary>Drift of one endpoint, from the first drifted window to the end of the episode.</summary>
/// <param name="Id">Sorts by time.</param>
/// <param name="Endpoint">Endpoint name.</param>
/// <param name="ModelVersion">Version that predicted.</param>
/// <param name="State">Whether it lasts.</param>
/// <param name="Window">Id of the window that raised it.</param>
/// <param name="Features">What drifted in that window, worst first; the score goes by its output's name.</param>
/// <param name="MaxPsi">Largest index of that window.</param>
/// <param name="RaisedAt">When it was raised.</param>
/// <param name="ClosedAt">When it was closed.</param>
/// <param name="ClosedBecause">Why it was closed, in plain words.</param>
/// <param name="Retraining">What it started; null when the monitor starts nothing.</param>
public sealed record AlertSummary(
    string Id,
    string Endpoint,
    int ModelVersion,
    AlertState State,
    string Window,
    IReadOnlyList<string> Features,
    double MaxPsi,
    DateTimeOffset RaisedAt,
    DateTimeOffset? ClosedAt,
    string? ClosedBecause,
    RetrainingOutcome? Retraining);

/// <summary>The training that an alert started, and how it ended.</summary>
/// <param name="Training">Training id; null when it could not be started, which <paramref name="Reason"/> explains.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Candidate">Model version that it made.</param>
/// <param name="Promoted">Whether the candidate went into production; null until judged.</param>
/// <param name="Reason">Why it was promoted or not, or what failed.</param>
public sealed record RetrainingOutcome(
    string? Training, RetrainingState State, int? Candidate, bool? Promoted, string? Reason);
