using System.ComponentModel.DataAnnotations;

namespace Assay.Monitoring;

/// <summary>Settings under <c>Monitoring</c>.</summary>
internal sealed class MonitoringOptions
{
    /// <summary>Seconds between two flushes of live counts to the database: what a crash can lose. 0.1 to 60.</summary>
    [Range(0.1, 60)]
    public double FlushSeconds { get; init; } = 2;

    /// <summary>Shortest time that a window covers when nobody asks for it, in seconds, so that busy traffic doesn't fill the table. 0 to 86,400.</summary>
    [Range(0, 86_400)]
    public double WindowSeconds { get; init; } = 30;

    /// <summary>Evaluated windows kept per endpoint; older ones are deleted. 10 to 100,000.</summary>
    [Range(10, 100_000)]
    public int WindowsKept { get; init; } = 1000;
}
