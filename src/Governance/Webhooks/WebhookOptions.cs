using System.ComponentModel.DataAnnotations;

namespace Assay.Governance.Webhooks;

/// <summary>How deliveries are tried again; section <c>Webhooks</c>.</summary>
internal sealed class WebhookOptions
{
    /// <summary>Seconds after the first failure, doubled after each further one and shortened at random by up to a half, 0.01 to 3,600.</summary>
    [Range(0.01, 3600)]
    public double FirstRetrySeconds { get; init; } = 5;

    /// <summary>Longest wait between two attempts, in seconds, 0.01 to 86,400.</summary>
    [Range(0.01, 86_400)]
    public double RetrySecondsMax { get; init; } = 3600;

    /// <summary>Hours of failing after which a webhook is paused, up to 720.</summary>
    [Range(0, 720)]
    public double GiveUpHours { get; init; } = 72;

    /// <summary>Attempts kept per webhook, 1 to 10,000.</summary>
    [Range(1, 10_000)]
    public int AttemptsKept { get; init; } = 100;
}
