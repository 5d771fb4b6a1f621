using Assay.Console.Marks;
using Assay.Monitoring.Monitors;
using Assay.Serving;

namespace Assay.Console.Pages.Overviews;

/// <summary>A model behind an endpoint, with how it does.</summary>
/// <param name="Endpoint">The endpoint.</param>
/// <param name="Health">Of its monitor.</param>
/// <param name="Marks">Of the version that answers.</param>
/// <param name="Traffic">Requests per five seconds, oldest first.</param>
/// <param name="Rate">Requests per second of the last ten seconds.</param>
/// <param name="Requests">Requests of the window.</param>
/// <param name="P99Milliseconds">99 of 100 requests were at least this fast.</param>
/// <param name="Drift">Largest PSI of the last windows, oldest first; null of those that tell nothing.</param>
/// <param name="Threshold">PSI from which the monitor raises an alert.</param>
/// <param name="Quality">Deciding metric of the version on its hold-out rows.</param>
public sealed record Served(
    EndpointSummary Endpoint,
    MonitorHealth Health,
    IReadOnlyList<Mark> Marks,
    IReadOnlyList<double> Traffic,
    double Rate,
    long Requests,
    double? P99Milliseconds,
    IReadOnlyList<double?> Drift,
    double Threshold,
    string? Quality);
