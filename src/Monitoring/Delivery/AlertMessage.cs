using Assay.Monitoring.Alerts;

namespace Assay.Monitoring.Delivery;

/// <summary>What a route is told at once: alerts of one endpoint.</summary>
/// <param name="Project">Their project.</param>
/// <param name="Endpoint">Their endpoint.</param>
/// <param name="OnCall">Who is on call; null when nobody is.</param>
/// <param name="Alerts">As they stand now, the most severe first.</param>
/// <param name="At">When it is sent.</param>
internal sealed record AlertMessage(string Project, string Endpoint, string? OnCall, IReadOnlyList<AlertSummary> Alerts, DateTimeOffset At)
{
    /// <summary>How many of them last.</summary>
    public int Firing => Alerts.Count(alert => alert.State != AlertState.Closed);

    /// <summary><c>firing</c> while one of them lasts, else <c>resolved</c>.</summary>
    public string Status => Firing > 0 ? "firing" : "resolved";

    /// <summary>The message in one line.</summary>
    public string Title => Firing > 0
        ? $"{Firing} {(Firing == 1 ? "alert" : "alerts")} of {Endpoint} in {Project}"
        : $"{Endpoint} in {Project} is calm again";

    /// <summary>One line for each alert.</summary>
    public IEnumerable<string> Lines => Alerts.Select(alert => alert.State == AlertState.Closed
        ? $"resolved, {alert.Source}: {alert.ClosedBecause}"
        : $"{alert.Severity.ToString().ToLowerInvariant()}, {alert.Source}: {alert.Summary}");
}
