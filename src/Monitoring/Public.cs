using Assay.Kernel.Permissions;

namespace Assay.Monitoring;

/// <summary>What callers of this module's routes must hold.</summary>
public static class MonitoringPermissions
{
    /// <summary>See monitors, windows and alerts.</summary>
    public static readonly Permission Read = new("monitors.read");

    /// <summary>Change a monitor's settings and ask for an evaluation.</summary>
    public static readonly Permission Write = new("monitors.write");

    /// <summary>Say what became of predictions: labels and numbers of the business.</summary>
    public static readonly Permission LabelsWrite = new("labels.write") { Kind = "endpoints" };
}
