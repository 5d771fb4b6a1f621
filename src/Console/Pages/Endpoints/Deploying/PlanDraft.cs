using Assay.Serving.Rollouts.Plans;

namespace Assay.Console.Pages.Endpoints.Deploying;

/// <summary>A roll-out's plan while somebody writes it. It begins with what the API takes where nothing is said.</summary>
public sealed class PlanDraft
{
    private const double SecondsOfMinute = 60;
    private static readonly RolloutAnalysis Usual = new();

    /// <summary>Which way.</summary>
    public RolloutStrategy Strategy { get; set; }

    /// <summary>Steps of a canary.</summary>
    public List<StepDraft> Steps { get; private set; } = [new(5, 10), new(25, 10), new(50, 10)];

    /// <summary>How long blue/green keeps the former version, in minutes; null until somebody ends it.</summary>
    public double? KeepMinutes { get; set; } = 10;

    /// <summary>Share of A/B's candidates together, in percent.</summary>
    public int? SharePercent { get; set; } = 50;

    /// <summary>Header or column by which a caller always comes to the same arm; empty for neither.</summary>
    public string StickyHeader { get; set; } = "";

    /// <summary>The same of a column.</summary>
    public string StickyColumn { get; set; } = "";

    /// <summary>What is judged, without its rules.</summary>
    public AnalysisDraft Analysis { get; private set; } = new();

    /// <summary>Rules over metrics.</summary>
    public List<RuleDraft> Rules { get; private set; } = [];

    /// <summary>Whether the strategy's shares are fixed, so that a caller can stay with an arm.</summary>
    public bool MayStick => Strategy is not (RolloutStrategy.Shadow or RolloutStrategy.Bandit);

    /// <summary>Whether arms answer fixed parts of the same requests, so that their answers can be compared.</summary>
    public bool ComparesAnswers => Strategy is RolloutStrategy.Canary or RolloutStrategy.AB;

    /// <summary>Whether several candidates can be tried at once.</summary>
    public bool TakesSeveral => Strategy is RolloutStrategy.AB or RolloutStrategy.Bandit;

    /// <summary>A draft that says what a plan says.</summary>
    public static PlanDraft Of(RolloutPlan plan)
    {
        var draft = new PlanDraft { Strategy = plan.Strategy, StickyHeader = plan.StickyHeader ?? "", StickyColumn = plan.StickyColumn ?? "" };
        if (plan.Steps is { Count: > 0 } steps)
        {
            switch (plan.Strategy)
            {
                case RolloutStrategy.Canary:
                    draft.Steps = [.. steps.Select(step => new StepDraft(step.WeightPercent, Minutes(step.PauseSeconds)))];
                    break;
                case RolloutStrategy.BlueGreen:
                    draft.KeepMinutes = Minutes(steps[0].PauseSeconds);
                    break;
                case RolloutStrategy.AB:
                    draft.SharePercent = steps[0].WeightPercent;
                    break;
            }
        }

        if (plan.Analysis is { } analysis)
        {
            draft.Analysis = AnalysisDraft.Of(analysis);
            draft.Rules = [.. (analysis.Rules ?? []).Select(rule => new RuleDraft { Name = rule.Name, BreachedWhen = rule.BreachedWhen, FailureLimit = rule.FailureLimit })];
        }

        return draft;
    }

    /// <summary>The plan. What the strategy has no use for is left out.</summary>
    public RolloutPlan ToPlan() => new(
        Strategy,
        Strategy switch
        {
            RolloutStrategy.Canary => [.. Steps.Select(step => new RolloutStep(step.WeightPercent ?? 0, Seconds(step.PauseMinutes)))],
            RolloutStrategy.BlueGreen => [new(100, Seconds(KeepMinutes))],
            RolloutStrategy.AB => [new(SharePercent ?? 0, null)],
            _ => null,
        },
        MayStick ? Given(StickyHeader) : null,
        Judged(),
        MayStick ? Given(StickyColumn) : null);

    private RolloutAnalysis Judged()
    {
        var rules = Rules.Select(rule => new RolloutRule(rule.Name.Trim(), rule.BreachedWhen.Trim(), rule.FailureLimit ?? 0)).ToList();
        return new(
            Analysis.IntervalSeconds ?? Usual.IntervalSeconds,
            Analysis.MinimumRequests ?? Usual.MinimumRequests,
            Analysis.FalseAlarmRate ?? Usual.FalseAlarmRate,
            Analysis.CompareErrors,
            Analysis.MaxErrorRate,
            Strategy == RolloutStrategy.Shadow ? null : Analysis.MaxP95Ratio,
            Strategy == RolloutStrategy.Shadow ? null : Analysis.MaxP99Ratio,
            Analysis.MaxP95Milliseconds,
            Analysis.MaxP99Milliseconds,
            ComparesAnswers ? Analysis.MaxPsi : null,
            ComparesAnswers ? Analysis.MaxKs : null,
            ComparesAnswers ? Analysis.MaxValueDrop : null,
            rules.Count == 0 ? null : rules);
    }

    private static double? Minutes(int? seconds) => seconds / SecondsOfMinute;

    private static int? Seconds(double? minutes) => minutes is null ? null : (int)Math.Round(minutes.Value * SecondsOfMinute);

    private static string? Given(string text) => text.Trim() is { Length: > 0 } given ? given : null;
}

/// <summary>A step of a canary while it is written.</summary>
public sealed class StepDraft(int? weightPercent, double? pauseMinutes)
{
    /// <summary>Share of the requests.</summary>
    public int? WeightPercent { get; set; } = weightPercent;

    /// <summary>How long; null until somebody goes on.</summary>
    public double? PauseMinutes { get; set; } = pauseMinutes;
}

/// <summary>A rule over metrics while it is written.</summary>
public sealed class RuleDraft
{
    /// <summary>By which reasons name it.</summary>
    public string Name { get; set; } = "";

    /// <summary>When it is breached.</summary>
    public string BreachedWhen { get; set; } = "";

    /// <summary>Evaluations at which it may be true before.</summary>
    public int? FailureLimit { get; set; } = 0;
}
