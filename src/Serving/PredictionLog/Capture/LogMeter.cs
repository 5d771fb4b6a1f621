using System.Diagnostics.Metrics;

namespace Assay.Serving.PredictionLog.Capture;

/// <summary>Why calls are missing in the log.</summary>
internal enum DropReason
{
    /// <summary>More calls than the writer could take for the moment.</summary>
    Queue,

    /// <summary>The folder in which calls wait for their file is full, or can't be written.</summary>
    Disk,
}

/// <summary>What can be watched of the prediction log, as meter <c>Assay.Serving.Log</c>.</summary>
internal sealed class LogMeter
{
    private readonly Counter<long> _logged;
    private readonly Counter<long> _dropped;
    private readonly Counter<long> _files;
    private readonly Counter<long> _eventsDropped;

    public LogMeter(IMeterFactory meters)
    {
        var meter = meters.Create("Assay.Serving.Log");
        _logged = meter.CreateCounter<long>("predictions_logged", description: "Calls written into the prediction log.");
        _dropped = meter.CreateCounter<long>("predictions_dropped", description: "Calls missing in the prediction log, by reason: queue or disk.");
        _eventsDropped = meter.CreateCounter<long>("prediction_events_dropped", description: "Events about calls that an endpoint's sink did not get.");
        _files = meter.CreateCounter<long>("prediction_files", description: "Files of the prediction log that were stored.");
    }

    public void Logged(string project, string endpoint, long calls) => _logged.Add(calls, new("project", project), new("endpoint", endpoint));

    public void Dropped(string project, string endpoint, long calls, DropReason reason) => _dropped.Add(
        calls, new("project", project), new("endpoint", endpoint), new("reason", reason == DropReason.Queue ? "queue" : "disk"));

    public void EventsDropped(string project, string endpoint, long events) => _eventsDropped.Add(events, new("project", project), new("endpoint", endpoint));

    public void Stored(string project, string endpoint) => _files.Add(1, new("project", project), new("endpoint", endpoint));
}
