using System.ComponentModel.DataAnnotations;
using Assay.Kernel;

namespace Assay.Serving.Rollouts.Plans;

/// <summary>How a new version comes to an endpoint.</summary>
public enum RolloutStrategy
{
    /// <summary>It gets a growing share of the requests, step by step, and takes over after the last step.</summary>
    Canary,

    /// <summary>It is loaded and warmed, gets all requests at once, and the former one is kept for going back until the last step is over.</summary>
    BlueGreen,

    /// <summary>Versions answer side by side, each caller's key always the same one, until somebody decides.</summary>
    AB,

    /// <summary>It computes the rows of requests after they were answered, and the differences are counted, until somebody decides.</summary>
    Shadow,

    /// <summary>Thompson sampling: the more reward a version earns, the more requests it gets, until somebody decides.</summary>
    Bandit,
}

/// <summary>What strategies have in common.</summary>
public static class RolloutStrategies
{
    /// <summary>Whether a roll-out goes from step to step and ends after the last one; others go on until somebody decides.</summary>
    public static bool EndsByItself(this RolloutStrategy strategy) => strategy is RolloutStrategy.Canary or RolloutStrategy.BlueGreen;
}

/// <summary>How a roll-out goes on, and what ends it. What is left out is the strategy's default.</summary>
/// <param name="Strategy">Which way.</param>
/// <param name="Steps">
/// Shares of the candidates, 1 to 20, never falling. Left out: 5, 25 and 50 % of ten minutes each for a canary, 100 % of
/// ten minutes for blue/green, 50 % for A/B. Shadow and bandit have none.
/// </param>
/// <param name="StickyHeader">
/// Name of the header whose value decides which arm answers, the same one for the whole roll-out; a request without it is
/// assigned by chance. A/B takes <c>Assay-Key</c> when left out.
/// </param>
/// <param name="Analysis">What is judged; left out: that the candidates fail no more often than the stable version.</param>
/// <param name="StickyColumn">
/// In the place of the header: name of the input column of the stable version whose value in the first row decides; a row in
/// which it is missing is assigned by chance.
/// </param>
public sealed record RolloutPlan(
    RolloutStrategy Strategy = RolloutStrategy.Canary,
    [MaxLength(20)] IReadOnlyList<RolloutStep>? Steps = null,
    [StringLength(60, MinimumLength = 1)] string? StickyHeader = null,
    RolloutAnalysis? Analysis = null,
    [StringLength(200, MinimumLength = 1)] string? StickyColumn = null);

/// <summary>One share of the traffic, for a time.</summary>
/// <param name="WeightPercent">Share of the candidates together, in percent; 0 only in the plans of shadows and bandits, which have no share.</param>
/// <param name="PauseSeconds">How long, up to 30 days; null waits until somebody resumes.</param>
public sealed record RolloutStep([Range(1, 100)] int WeightPercent, [Range(0, 2_592_000)] int? PauseSeconds);

/// <summary>
/// What is judged at every interval; a breach rolls back. All rules are judged on the requests of the present step, and
/// so that looking often does not raise the chance of a false alarm above <paramref name="FalseAlarmRate"/>.
/// </summary>
/// <param name="IntervalSeconds">Time between two evaluations.</param>
/// <param name="MinimumRequests">Requests that each candidate must have answered in a step before the step may end.</param>
/// <param name="FalseAlarmRate">Chance that a roll-out is rolled back although every rule holds, over all steps and rules.</param>
/// <param name="CompareErrors">Whether a candidate that fails or refuses requests more often than the stable arm is rolled back.</param>
/// <param name="MaxErrorRate">Highest share of requests that a candidate may fail (not those that it refuses as invalid).</param>
/// <param name="MaxP95Ratio">Highest 95 % latency of a candidate, as a multiple of the stable arm's.</param>
/// <param name="MaxP99Ratio">The same for 99 %.</param>
/// <param name="MaxP95Milliseconds">Highest 95 % latency of a candidate.</param>
/// <param name="MaxP99Milliseconds">The same for 99 %.</param>
/// <param name="MaxPsi">Highest population stability index between the predictions of a candidate and of the stable arm.</param>
/// <param name="MaxKs">Highest Kolmogorov-Smirnov distance between them.</param>
/// <param name="MaxValueDrop">By how much the mean of the values that callers post may be below the stable arm's.</param>
/// <param name="Rules">Conditions over the program's own metrics, up to 10; they are judged as they are, without a test.</param>
public sealed record RolloutAnalysis(
    [Range(1, 3600)] int IntervalSeconds = 10,
    [Range(0, 1_000_000)] int MinimumRequests = 100,
    [Range(1e-6, 0.5)] double FalseAlarmRate = 0.05,
    bool CompareErrors = true,
    [Range(0.0001, 0.99)] double? MaxErrorRate = null,
    [Range(1.0, 1000)] double? MaxP95Ratio = null,
    [Range(1.0, 1000)] double? MaxP99Ratio = null,
    [Range(0.01, 600_000)] double? MaxP95Milliseconds = null,
    [Range(0.01, 600_000)] double? MaxP99Milliseconds = null,
    [Range(0.001, 100)] double? MaxPsi = null,
    [Range(0.001, 1)] double? MaxKs = null,
    [Range(0.0, 1e12)] double? MaxValueDrop = null,
    [MaxLength(10)] IReadOnlyList<RolloutRule>? Rules = null)
{
    internal bool JudgesPredictions => (MaxPsi ?? MaxKs) is not null;
}

/// <summary>A condition over the program's own metrics that ends a roll-out.</summary>
/// <param name="Name">By which reasons name it: small letters, digits and dashes.</param>
/// <param name="BreachedWhen">When it is breached, in a part of PromQL, such as <c>rollout_arm_p99_latency_seconds{arm="candidate"} > 0.2</c>.</param>
/// <param name="FailureLimit">Evaluations at which it may be true before it is breached.</param>
public sealed record RolloutRule(
    [Required, StringLength(40, MinimumLength = 1)] string Name,
    [Required, StringLength(500, MinimumLength = 1)] string BreachedWhen,
    [Range(0, 1000)] int FailureLimit = 0);

/// <summary>A version that is tried.</summary>
/// <param name="Version">Number, alias or stage.</param>
/// <param name="Name">Name of its arm in figures and metrics; left out, <c>candidate</c>, then <c>candidate-2</c> and so on.</param>
public sealed record RolloutCandidate(
    [Required, StringLength(100, MinimumLength = 1)] string Version,
    [StringLength(30, MinimumLength = 1)] string? Name = null);
