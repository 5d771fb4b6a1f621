using System.ComponentModel.DataAnnotations;

namespace Assay.Monitoring.Delivery;

/// <summary>How alerts are told; section <c>Alerts</c>.</summary>
internal sealed class AlertOptions
{
    /// <summary>Seconds between two looks for what is due, 0.05 to 60.</summary>
    [Range(0.05, 60)]
    public double DeliverySeconds { get; init; } = 1;

    /// <summary>Seconds after the first failure, doubled after each further one and shortened at random by up to a half, 0.01 to 3,600.</summary>
    [Range(0.01, 3600)]
    public double FirstRetrySeconds { get; init; } = 5;

    /// <summary>Longest wait between two attempts, in seconds, 0.01 to 86,400.</summary>
    [Range(0.01, 86_400)]
    public double RetrySecondsMax { get; init; } = 1800;

    /// <summary>Hours of failing after which a message is given up, 0 to 720.</summary>
    [Range(0, 720)]
    public double GiveUpHours { get; init; } = 72;

    /// <summary>Messages that were sent or given up, kept per route, 10 to 10,000.</summary>
    [Range(10, 10_000)]
    public int DeliveriesKept { get; init; } = 200;
}
