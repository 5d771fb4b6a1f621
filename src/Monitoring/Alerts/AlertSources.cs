namespace Assay.Monitoring.Alerts;

/// <summary>What watches: an endpoint has at most one alert of each that is not closed.</summary>
public static class AlertSources
{
    /// <summary>Inputs or predictions are not distributed as they were in training.</summary>
    public const string Drift = "drift";

    /// <summary>Values are missing, or were never seen in training.</summary>
    public const string Quality = "quality";

    /// <summary>Features go together otherwise than they did, whatever each of them alone does.</summary>
    public const string Multivariate = "multivariate";

    /// <summary>A part of the traffic is not as it was, whatever all of it together is.</summary>
    public const string Segments = "segments";

    /// <summary>Predictions have other reasons than in the reference.</summary>
    public const string Attribution = "attribution";

    /// <summary>Calls fail, take long, or are turned away.</summary>
    public const string Operations = "operations";

    /// <summary>Nobody asks any more.</summary>
    public const string Silence = "silence";

    /// <summary>Labels show that predictions are worse than on the rows held out.</summary>
    public const string Performance = "performance";

    /// <summary>Before labels: how sure the model is says that it is worse than on the rows held out.</summary>
    public const string Estimate = "estimate";

    /// <summary>Labels show that errors of the version are larger than they were: what is true of an input has changed.</summary>
    public const string Concept = "concept";

    /// <summary>Segments are not treated alike.</summary>
    public const string Fairness = "fairness";

    /// <summary>A number of the business is out of its bounds.</summary>
    public const string Kpi = "kpi";

    /// <summary>The corrective action of an incident is late.</summary>
    public const string Incident = "incident";
}
