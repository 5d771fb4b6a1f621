namespace Assay.Monitoring.Alerts;

/// <summary>What watches: an endpoint has at most one alert of each that is not closed.</summary>
public static class AlertSources
{
    /// <summary>Inputs or predictions are not distributed as they were in training.</summary>
    public const string Drift = "drift";

    /// <summary>Values are missing, or were never seen in training.</summary>
    public const string Quality = "quality";

    /// <summary>Calls fail, take long, or are turned away.</summary>
    public const string Operations = "operations";

    /// <summary>Nobody asks any more.</summary>
    public const string Silence = "silence";

    /// <summary>The corrective action of an incident is late.</summary>
    public const string Incident = "incident";
}
