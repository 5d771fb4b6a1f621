using Assay.Serving.Rollouts.Plans;

namespace Assay.Serving.Rollouts;

/// <summary>How a roll-out stands.</summary>
public enum RolloutState
{
    /// <summary>It goes on by itself, or waits for somebody where its step says so.</summary>
    Running,

    /// <summary>Somebody stopped its clock: the split stays, and it is judged as before.</summary>
    Paused,

    /// <summary>A candidate took over.</summary>
    Promoted,

    /// <summary>A rule was breached, or a candidate lost its clearance: the stable version answers alone.</summary>
    RolledBack,

    /// <summary>Somebody, or a newer version, ended it: the stable version answers alone.</summary>
    Aborted,
}

/// <summary>A roll-out in one line.</summary>
/// <param name="Id">Its id; later ones sort after earlier ones.</param>
/// <param name="Endpoint">Name of the endpoint.</param>
/// <param name="Model">Name of the model.</param>
/// <param name="Strategy">Which way.</param>
/// <param name="State">How it stands.</param>
/// <param name="StableVersion">The version that answered when it began.</param>
/// <param name="Candidates">The versions that are tried.</param>
/// <param name="Step">The present or last step, from 1.</param>
/// <param name="Steps">Number of steps.</param>
/// <param name="WeightPercent">Share of the requests that the candidates get now.</param>
/// <param name="Reason">Why it was rolled back, aborted or superseded, or what whoever promoted it said; null otherwise.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="EndedAt">When it ended; null while it goes on.</param>
public sealed record RolloutSummary(
    string Id,
    string Endpoint,
    string Model,
    RolloutStrategy Strategy,
    RolloutState State,
    int StableVersion,
    IReadOnlyList<RolloutArm> Candidates,
    int Step,
    int Steps,
    int WeightPercent,
    string? Reason,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt);

/// <summary>A version and its arm.</summary>
/// <param name="Arm">Name of the arm.</param>
/// <param name="Version">Number of the version.</param>
/// <param name="Digest">Root digest of its package.</param>
/// <param name="Target">Number, alias or stage by which it was chosen.</param>
public sealed record RolloutArm(string Arm, int Version, string Digest, string Target);

/// <summary>A roll-out with what it does and has done.</summary>
/// <param name="Rollout">Its summary.</param>
/// <param name="Plan">Its plan, with every default written out.</param>
/// <param name="Arms">Figures of the present step per arm, the stable one first; of the last step once it has ended.</param>
/// <param name="Checks">What was last judged.</param>
/// <param name="Waiting">One sentence: what it waits for; null when it has ended.</param>
/// <param name="Timeline">Everything that happened, oldest first.</param>
public sealed record RolloutDetail(
    RolloutSummary Rollout,
    RolloutPlan Plan,
    IReadOnlyList<RolloutArmFigures> Arms,
    IReadOnlyList<RolloutCheck> Checks,
    string? Waiting,
    IReadOnlyList<RolloutMoment> Timeline)
{
    /// <summary>When <see cref="Checks"/> were judged; null before the first time in a step, and once it has ended.</summary>
    public DateTimeOffset? JudgedAt { get; init; }
}

/// <summary>What an arm did in a step.</summary>
/// <param name="Arm">Its name; <c>stable</c> is the version that answered before.</param>
/// <param name="Requests">Requests that ended.</param>
/// <param name="Refused">Those answered 4xx.</param>
/// <param name="Failed">Those answered 5xx.</param>
/// <param name="Rows">Rows that were answered.</param>
/// <param name="P50Milliseconds">Median time of a request.</param>
/// <param name="P95Milliseconds">95 of 100 requests were at least this fast.</param>
/// <param name="P99Milliseconds">99 of 100 requests were at least this fast.</param>
/// <param name="Values">Values that callers posted about its answers.</param>
/// <param name="MeanValue">Their mean; null without any.</param>
public sealed record RolloutArmFigures(
    string Arm,
    long Requests,
    long Refused,
    long Failed,
    long Rows,
    double? P50Milliseconds,
    double? P95Milliseconds,
    double? P99Milliseconds,
    long Values,
    double? MeanValue)
{
    /// <summary>Share of the requests that it gets now, in percent; only while the roll-out goes on.</summary>
    public double? SharePercent { get; init; }

    /// <summary>Predictions per bin of the stable version's baseline, missing ones last; only while the roll-out goes on.</summary>
    public IReadOnlyList<long>? Scores { get; init; }

    /// <summary>Inner cut points of those bins.</summary>
    public IReadOnlyList<double>? Edges { get; init; }

    /// <summary>How a shadow's predictions differ from those that were answered; null for other arms.</summary>
    public RolloutComparison? Comparison { get; init; }
}

/// <summary>How a shadow's predictions differ from those that were answered, on the same rows.</summary>
/// <param name="Rows">Rows that were compared.</param>
/// <param name="MeanAbsoluteDifference">Mean of the absolute differences; null without rows.</param>
/// <param name="LargestDifference">Largest of them.</param>
/// <param name="ShareDifferent">Share of the rows whose predictions differ by more than one millionth.</param>
/// <param name="Dropped">Requests that were not compared because the shadow did not keep up.</param>
public sealed record RolloutComparison(
    long Rows, double? MeanAbsoluteDifference, double? LargestDifference, double? ShareDifferent, long Dropped);

/// <summary>How a rule stands.</summary>
public enum RolloutCheckState
{
    /// <summary>Nothing can be said yet.</summary>
    Waiting,

    /// <summary>Nothing speaks against it so far.</summary>
    Holding,

    /// <summary>It is breached, and that is not chance.</summary>
    Breached,
}

/// <summary>What one rule found for one arm.</summary>
/// <param name="Rule">Such as <c>maxErrorRate</c>.</param>
/// <param name="Arm">The candidate's arm.</param>
/// <param name="State">How it stands.</param>
/// <param name="Value">What was measured; null when nothing was.</param>
/// <param name="Bound">What is allowed.</param>
/// <param name="PValue">Always-valid p-value; null for a rule without a test.</param>
/// <param name="Sentence">The same for people.</param>
public sealed record RolloutCheck(
    string Rule, string Arm, RolloutCheckState State, double? Value, double Bound, double? PValue, string Sentence);

/// <summary>Something that happened in a roll-out.</summary>
/// <param name="At">When.</param>
/// <param name="What"><c>started</c>, <c>step</c>, <c>held</c> (it lasts longer, for a rule can't be judged yet), <c>paused</c>, <c>resumed</c>, <c>promoted</c>, <c>rolled-back</c> or <c>aborted</c>.</param>
/// <param name="Step">The step from then on, from 1.</param>
/// <param name="WeightPercent">The candidates' share from then on.</param>
/// <param name="Actor">Who did it.</param>
/// <param name="Reason">Why; null when the plan says so, or nobody said.</param>
/// <param name="Figures">What the arms did in the step that ended with it.</param>
public sealed record RolloutMoment(
    DateTimeOffset At, string What, int Step, int WeightPercent, string Actor, string? Reason, IReadOnlyList<RolloutArmFigures> Figures);
