using Assay.Kernel.Permissions;

namespace Assay.Monitoring;

/// <summary>What callers of this module's routes must hold.</summary>
public static class MonitoringPermissions
{
    /// <summary>See monitors, windows and alerts.</summary>
    public static readonly Permission Read = new("monitors.read");

    /// <summary>Change a monitor's settings, ask for an evaluation, take alerts on and silence them.</summary>
    public static readonly Permission Write = new("monitors.write");

    /// <summary>Say what became of predictions: labels and numbers of the business.</summary>
    public static readonly Permission LabelsWrite = new("labels.write") { Kind = "endpoints" };

    /// <summary>Make, change, test and delete the routes by which alerts are told.</summary>
    public static readonly Permission Route = new("monitors.route");

    /// <summary>Decide on predictions that wait for a human.</summary>
    public static readonly Permission ReviewsDecide = new("reviews.decide") { Kind = "endpoints" };
}
