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

    /// <summary>Seconds between two looks at what came to the prediction log and at labels to join with it. 0.1 to 86,400.</summary>
    [Range(0.1, 86_400)]
    public double JoinSeconds { get; init; } = 10;

    /// <summary>Days after which counts of hours become counts of days. 1 to 90.</summary>
    [Range(1, 90)]
    public int HourlyDays { get; init; } = 14;

    /// <summary>Days that labels are kept, so that one can be corrected; never shorter than the prediction log. 1 to 3650.</summary>
    [Range(1, 3650)]
    public int LabelDays { get; init; } = 90;

    /// <summary>Days that counts of performance are kept. 90 to 3650.</summary>
    [Range(90, 3650)]
    public int PerformanceDays { get; init; } = 730;
}
