namespace Assay.Monitoring.Alerts;

/// <summary>What watches: an endpoint has at most one alert of each that is not closed.</summary>
public static class AlertSources
{
    /// <summary>Inputs or predictions are not distributed as they were in training.</summary>
    public const string Drift = "drift";
}
