using Assay.Serving.Rollouts.Plans;

namespace Assay.Console.Pages.Endpoints.Deploying;

/// <summary>What a roll-out is judged by, while somebody writes it: the fields of <see cref="RolloutAnalysis"/>, null where one is empty.</summary>
public sealed class AnalysisDraft
{
    /// <summary>Time between two evaluations.</summary>
    public int? IntervalSeconds { get; set; } = 10;

    /// <summary>Requests of each candidate before a step may end.</summary>
    public int? MinimumRequests { get; set; } = 100;

    /// <summary>Chance of a roll-back although every rule holds.</summary>
    public double? FalseAlarmRate { get; set; } = 0.05;

    /// <summary>Whether errors are compared with the stable version's.</summary>
    public bool CompareErrors { get; set; } = true;

    /// <summary>Highest share of failed requests.</summary>
    public double? MaxErrorRate { get; set; }

    /// <summary>Highest 95 % latency over the stable version's.</summary>
    public double? MaxP95Ratio { get; set; }

    /// <summary>The same for 99 %.</summary>
    public double? MaxP99Ratio { get; set; }

    /// <summary>Highest 95 % latency.</summary>
    public double? MaxP95Milliseconds { get; set; }

    /// <summary>The same for 99 %.</summary>
    public double? MaxP99Milliseconds { get; set; }

    /// <summary>Highest stability index between the predictions of both.</summary>
    public double? MaxPsi { get; set; }

    /// <summary>Highest Kolmogorov-Smirnov distance between them.</summary>
    public double? MaxKs { get; set; }

    /// <summary>By how much posted values may be below the stable version's.</summary>
    public double? MaxValueDrop { get; set; }

    /// <summary>A draft that says what a plan says.</summary>
    public static AnalysisDraft Of(RolloutAnalysis plan) => new()
    {
        IntervalSeconds = plan.IntervalSeconds,
        MinimumRequests = plan.MinimumRequests,
        FalseAlarmRate = plan.FalseAlarmRate,
        CompareErrors = plan.CompareErrors,
        MaxErrorRate = plan.MaxErrorRate,
        MaxP95Ratio = plan.MaxP95Ratio,
        MaxP99Ratio = plan.MaxP99Ratio,
        MaxP95Milliseconds = plan.MaxP95Milliseconds,
        MaxP99Milliseconds = plan.MaxP99Milliseconds,
        MaxPsi = plan.MaxPsi,
        MaxKs = plan.MaxKs,
        MaxValueDrop = plan.MaxValueDrop,
    };
}
