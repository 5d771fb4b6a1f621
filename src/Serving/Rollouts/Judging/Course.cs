using Assay.Serving.Rollouts.Plans;

namespace Assay.Serving.Rollouts.Judging;

/// <summary>Where a roll-out stands.</summary>
/// <param name="Step">The present step, from 0.</param>
/// <param name="StepStartedAt">Since when, the time of pauses not counted.</param>
/// <param name="PausedAt">When somebody paused it; null while it runs.</param>
internal sealed record Position(int Step, DateTimeOffset StepStartedAt, DateTimeOffset? PausedAt);

/// <summary>What is to be done next.</summary>
internal enum Move
{
    Stay,

    /// <summary>It would go on, but a rule of the plan has seen too little to say anything.</summary>
    Hold,
    NextStep,
    Promote,
    RollBack,
}

/// <summary>What is to be done next, and one sentence: why it is rolled back, or what is waited for.</summary>
internal sealed record Decision(Move Move, string? Sentence);

/// <summary>
/// The course of a roll-out: where it stands, what was judged and the time make the next move, and nothing else does. What
/// could not be judged does not count as held: such a step lasts until it can, or somebody goes on without.
/// </summary>
internal static class Course
{
    public static Decision Next(RolloutPlan plan, Position position, IReadOnlyList<RolloutCheck> checks, IReadOnlyList<ArmEvidence> candidates, DateTimeOffset now)
    {
        if (checks.FirstOrDefault(check => check.State == RolloutCheckState.Breached) is { } breach)
            return new(Move.RollBack, $"{breach.Rule}: {breach.Sentence}");
        if (position.PausedAt is not null)
            return new(Move.Stay, "It is paused until somebody resumes it.");
        var step = plan.Steps![position.Step];
        if (step.PauseSeconds is not { } pause)
            return new(Move.Stay, plan.Strategy.EndsByItself() ? "The step waits until somebody resumes it." : "It goes on until somebody promotes an arm or ends it.");
        var end = position.StepStartedAt.AddSeconds(pause);
        if (now < end)
            return new(Move.Stay, $"The step lasts until {end.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z.");
        var fewest = candidates.MinBy(candidate => candidate.Requests)!;
        if (fewest.Requests < plan.Analysis!.MinimumRequests)
            return new(Move.Stay, $"'{fewest.Arm}' has answered {fewest.Requests} of the {plan.Analysis.MinimumRequests} requests that the step needs.");
        List<RolloutCheck> blind = [.. checks.Where(check => check.State == RolloutCheckState.Waiting)];
        if (blind.Count > 0)
            return new(Move.Hold, $"The step's time is over, but {string.Join(", ", blind.Select(check => check.Rule).Distinct())} can say nothing yet: {blind[0].Sentence} Resume it to go on without.");
        return AfterStep(plan, position.Step);
    }

    /// <summary>What follows a step that is over.</summary>
    public static Decision AfterStep(RolloutPlan plan, int step) =>
        new(step + 1 < plan.Steps!.Count ? Move.NextStep : Move.Promote, null);
}
