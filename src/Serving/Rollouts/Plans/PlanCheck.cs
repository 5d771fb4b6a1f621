using System.Text.RegularExpressions;
using Assay.Kernel.Refusals;
using Assay.Serving.Rollouts.Rules;

namespace Assay.Serving.Rollouts.Plans;

/// <summary>What a plan may say together, and what it says when something is left out.</summary>
internal static partial class PlanCheck
{
    public const int ArmsMax = 5;
    public const string StableArm = "stable";
    public const string DefaultStickyHeader = "Assay-Key";

    /// <summary>The plan with every default written out.</summary>
    /// <exception cref="Refusal">It can't be carried out.</exception>
    public static RolloutPlan Complete(RolloutPlan plan)
    {
        var steps = Steps(plan);
        if (plan.StickyHeader is { } header && !Header().IsMatch(header))
            throw Refusal.Invalid("stickyHeader", $"'{header}' is no name of a header: it has letters, digits and dashes.");
        var field = plan.StickyColumn is null ? "stickyHeader" : "stickyColumn";
        if (plan.Strategy is RolloutStrategy.Shadow or RolloutStrategy.Bandit && (plan.StickyHeader ?? plan.StickyColumn) is not null)
            throw Refusal.Invalid(field, $"{Name(plan.Strategy)} assigns no keys. Leave {field} out.");
        if (plan is { StickyHeader: not null, StickyColumn: not null })
            throw Refusal.Invalid(field, "A key is taken from a header or from a column. Leave one of the two out.");
        var sticky = plan.StickyHeader ?? (plan.Strategy == RolloutStrategy.AB && plan.StickyColumn is null ? DefaultStickyHeader : null);
        return plan with { Steps = steps, StickyHeader = sticky, Analysis = Analysis(plan, steps) };
    }

    /// <summary>Names of the candidates' arms.</summary>
    public static IReadOnlyList<string> ArmNames(RolloutStrategy strategy, IReadOnlyList<RolloutCandidate> candidates)
    {
        if (candidates.Any(candidate => candidate is null))
            throw Refusal.Invalid("candidates", "A candidate is an object with a version, and one of them is null.");
        var most = strategy is RolloutStrategy.AB or RolloutStrategy.Bandit ? ArmsMax - 1 : 1;
        if (candidates.Count < 1 || candidates.Count > most)
            throw Refusal.Invalid("candidates", $"{Name(strategy)} takes {(most == 1 ? "one candidate" : $"1 to {most} candidates")}, and there are {candidates.Count}.");
        List<string> names = [.. candidates.Select((candidate, place) => candidate.Name ?? (place == 0 ? "candidate" : $"candidate-{place + 1}"))];
        foreach (var name in names)
        {
            if (!Arm().IsMatch(name))
                throw Refusal.Invalid("candidates", $"'{name}' is no name of an arm: it has small letters, digits and dashes, and begins with a letter.");
            if (name == StableArm || names.Count(other => other == name) > 1)
                throw Refusal.Invalid("candidates", $"The arm '{name}' is there twice: give each candidate a name of its own; '{StableArm}' is the version that answers now.");
        }

        return names;
    }

    private static IReadOnlyList<RolloutStep> Steps(RolloutPlan plan)
    {
        var steps = plan.Steps ?? [];
        if (steps.Any(step => step is null))
            throw Refusal.Invalid("steps", "A step is an object with weightPercent and pauseSeconds, and one of them is null.");
        switch (plan.Strategy)
        {
            case RolloutStrategy.Shadow or RolloutStrategy.Bandit:
                return steps.Count == 0 ? [new RolloutStep(0, null)] : throw Refusal.Invalid("steps", $"{Name(plan.Strategy)} has no steps. Leave them out.");
            case RolloutStrategy.AB:
                if (steps.Count > 1 || steps.Any(step => step.PauseSeconds is not null || step.WeightPercent == 100))
                    throw Refusal.Invalid("steps", "A/B has one step without a pause, below 100 %: somebody promotes an arm or ends it.");
                return steps.Count == 0 ? [new RolloutStep(50, null)] : steps;
            case RolloutStrategy.BlueGreen:
                if (steps.Count > 1 || steps.Any(step => step.WeightPercent != 100))
                    throw Refusal.Invalid("steps", "Blue/green has one step of 100 %, whose pause says how long the former version is kept.");
                return steps.Count == 0 ? [new RolloutStep(100, 600)] : steps;
            default:
                if (steps.Zip(steps.Skip(1)).Any(pair => pair.Second.WeightPercent < pair.First.WeightPercent))
                    throw Refusal.Invalid("steps", "The weights of a canary's steps never fall. Put them in rising order.");
                return steps.Count > 0 ? steps : [new RolloutStep(5, 600), new RolloutStep(25, 600), new RolloutStep(50, 600)];
        }
    }

    private static RolloutAnalysis Analysis(RolloutPlan plan, IReadOnlyList<RolloutStep> steps)
    {
        var analysis = plan.Analysis ?? new RolloutAnalysis();
        if (!IsSplitByChance(plan.Strategy) && (analysis.MaxPsi ?? analysis.MaxKs ?? analysis.MaxValueDrop) is not null)
            throw Refusal.Invalid("analysis", $"maxPsi, maxKs and maxValueDrop compare arms that answer fixed shares side by side, and in {Name(plan.Strategy)} they don't. Leave them out, or take a canary.");
        if (plan.Strategy == RolloutStrategy.Shadow && (analysis.MaxP95Ratio ?? analysis.MaxP99Ratio) is not null)
            throw Refusal.Invalid("analysis", "A shadow's time is that of the model alone, so no ratio to the time of requests means anything. Leave maxP95Ratio and maxP99Ratio out.");
        if (IsSplitByChance(plan.Strategy) && ComparesArms(analysis) is { } rule && steps.All(step => step.WeightPercent == 100))
            throw Refusal.Invalid($"analysis.{rule}", $"{rule} compares with the stable arm, and in steps of 100 % that answers nothing. Put a smaller step before them, or leave {rule} out.");
        RolloutRuleCheck.Check(analysis.Rules ?? []);
        return analysis;
    }

    // The first rule that asks for a stable arm beside the candidate; compareErrors is everybody's, and is left out where it says nothing.
    private static string? ComparesArms(RolloutAnalysis analysis) => analysis switch
    {
        { MaxP95Ratio: not null } => "maxP95Ratio",
        { MaxP99Ratio: not null } => "maxP99Ratio",
        { MaxPsi: not null } => "maxPsi",
        { MaxKs: not null } => "maxKs",
        { MaxValueDrop: not null } => "maxValueDrop",
        _ => null,
    };

    /// <summary>Whether the arms get fixed random parts of the same traffic.</summary>
    public static bool IsSplitByChance(RolloutStrategy strategy) => strategy is RolloutStrategy.Canary or RolloutStrategy.AB;

    public static string Name(RolloutStrategy strategy) => strategy switch
    {
        RolloutStrategy.BlueGreen => "Blue/green",
        RolloutStrategy.AB => "A/B",
        _ => strategy.ToString(),
    };

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9-]*\z")]
    private static partial Regex Header();

    [GeneratedRegex(@"^[a-z][a-z0-9-]*\z")]
    private static partial Regex Arm();
}
