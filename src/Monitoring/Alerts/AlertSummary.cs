namespace Assay.Monitoring.Alerts;

/// <summary>Whether the trouble lasts.</summary>
public enum AlertState
{
    /// <summary>Raised; what is found further of the same kind belongs to it.</summary>
    Open,

    /// <summary>It lasts, and somebody has taken it on: nobody is told about it again, unless it becomes more severe.</summary>
    Acknowledged,

    /// <summary>What was watched is calm again, or another version of the model answers.</summary>
    Closed,
}

/// <summary>How much it matters, in rising order.</summary>
public enum AlertSeverity
{
    /// <summary>Worth knowing.</summary>
    Info,

    /// <summary>Somebody should look at it in working hours.</summary>
    Warning,

    /// <summary>Somebody should look at it now.</summary>
    Critical,
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

/// <summary>One kind of trouble of one endpoint, from when it was found to its end.</summary>
/// <param name="Id">Sorts by time.</param>
/// <param name="Endpoint">Endpoint name.</param>
/// <param name="ModelVersion">Version that predicted; 0 when no version is meant.</param>
/// <param name="State">Whether it lasts.</param>
/// <param name="Window">Id of the window that raised it; null when none did.</param>
/// <param name="Features">What was found in, worst first; the score goes by its output's name.</param>
/// <param name="MaxPsi">Largest index of that window; null when no window raised it.</param>
/// <param name="RaisedAt">When it was raised.</param>
/// <param name="ClosedAt">When it was closed.</param>
/// <param name="ClosedBecause">Why it was closed, in plain words.</param>
/// <param name="Retraining">What it started; null when the monitor starts nothing.</param>
public sealed record AlertSummary(
    string Id,
    string Endpoint,
    int ModelVersion,
    AlertState State,
    string? Window,
    IReadOnlyList<string> Features,
    double? MaxPsi,
    DateTimeOffset RaisedAt,
    DateTimeOffset? ClosedAt,
    string? ClosedBecause,
    RetrainingOutcome? Retraining)
{
    /// <summary>What watches, such as <c>drift</c>.</summary>
    public string Source { get; init; } = AlertSources.Drift;

    /// <summary>How much it matters.</summary>
    public AlertSeverity Severity { get; init; } = AlertSeverity.Warning;

    /// <summary>What, how far and since when, in one sentence.</summary>
    public string Summary { get; init; } = "";

    /// <summary>The model that predicted.</summary>
    public string Model { get; init; } = "";

    /// <summary>How often it was found since it was raised, that time included.</summary>
    public int Times { get; init; } = 1;

    /// <summary>When it was found last.</summary>
    public DateTimeOffset LastSeenAt { get; init; }

    /// <summary>When somebody took it on; null while nobody has.</summary>
    public DateTimeOffset? AcknowledgedAt { get; init; }

    /// <summary>The account that took it on.</summary>
    public string? AcknowledgedBy { get; init; }

    /// <summary>What that person wrote.</summary>
    public string? Note { get; init; }
}

/// <summary>The training that an alert started, and how it ended.</summary>
/// <param name="Training">Training id; null when it could not be started, which <paramref name="Reason"/> explains.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Candidate">Model version that it made.</param>
/// <param name="Promoted">Whether the candidate went into production and, where promotions come by one, through its roll-out; null until judged.</param>
/// <param name="Reason">Why it was promoted or not, or what failed.</param>
public sealed record RetrainingOutcome(
    string? Training, RetrainingState State, int? Candidate, bool? Promoted, string? Reason);

/// <summary>One figure that is past its bound.</summary>
/// <param name="Name">Of a feature, of the model's output, or of what is measured.</param>
/// <param name="Measure">What the figure is, such as <c>psi</c> or <c>error share</c>.</param>
/// <param name="Value">The figure.</param>
/// <param name="Bound">What it must not pass.</param>
/// <param name="Rows">Rows or requests that it was taken from; null when that is not known.</param>
public sealed record AlertSignal(string Name, string Measure, double Value, double Bound, long? Rows = null);

/// <summary>Something that changed in what the endpoint's answers come from.</summary>
/// <param name="At">When.</param>
/// <param name="Type">Type of the event in the ledger.</param>
/// <param name="Subject">What it is about, such as <c>dataset:telco@3</c>.</param>
/// <param name="What">The change in one sentence.</param>
public sealed record UpstreamChange(DateTimeOffset At, string Type, string Subject, string What);

/// <summary>An alert that explains itself.</summary>
/// <param name="Alert">The alert.</param>
/// <param name="Since">When the trouble began, as far as that is known: the start of the first window that showed it.</param>
/// <param name="Signals">The figures that raised it, worst first, at most 50.</param>
/// <param name="Segment">The part of the traffic that it is about; null for all of it.</param>
/// <param name="Latest">What was found last, in one sentence; null when it was found once.</param>
/// <param name="Upstream">What changed in the seven days before, newest first: datasets by the model's lineage, versions, roll-outs and settings.</param>
public sealed record AlertDetail(
    AlertSummary Alert,
    DateTimeOffset Since,
    IReadOnlyList<AlertSignal> Signals,
    string? Segment,
    string? Latest,
    IReadOnlyList<UpstreamChange> Upstream);
