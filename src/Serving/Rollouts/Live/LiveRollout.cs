using Assay.Inference.Models;
using Assay.Inference.Predictions;
using Assay.Inference.Requests;
using Assay.Serving.Live;
using Assay.Serving.Rollouts.Judging;
using Assay.Serving.Rollouts.Operations;
using Assay.Serving.Rollouts.Plans;
using Assay.Serving.Rollouts.Rules;

namespace Assay.Serving.Rollouts.Live;

/// <summary>A roll-out in this process: one step of it, in which each request is given to an arm. It is replaced at each change.</summary>
internal sealed class LiveRollout : ICallRouter
{
    /// <summary>Says with which arm a request was answered.</summary>
    public const string ArmHeader = "Assay-Arm";

    private static readonly object KeyMark = new();

    private readonly RolloutPlan _plan;
    private readonly ArmChoice _choice;
    private readonly RecentAnswers _answers;
    private readonly PredictionBins? _bins;
    private readonly Lock _judging = new();
    private volatile bool _takenBack;
    private readonly TimeProvider _clock;
    private long _judgedAt;   // not by the time of day, which may be set back
    private RolloutVerdict? _unsettled;
    private int _newRewards;

    private LiveRollout(Rollout row, int candidates, RecentAnswers answers, PredictionBins? bins, TimeProvider clock) =>
        (Id, Step, _plan, _choice, _answers, _bins, _clock, _judgedAt) = (row.Id, row.Step, row.Plan, new(row.Plan, row.Salt, row.Step, candidates), answers, bins, clock, clock.GetTimestamp());

    public string Id { get; }

    public int Step { get; }

    public required LiveArm Stable { get; init; }

    public required IReadOnlyList<LiveArm> Arms { get; init; }

    /// <summary>The candidates behind <see cref="Arms"/>, in the same order.</summary>
    public required IReadOnlyList<LoadedCandidate> Candidates { get; init; }

    /// <summary>Inner cut points of the bins in which predictions are counted; null while they aren't.</summary>
    public IReadOnlyList<double>? Edges => _bins?.Edges is { } edges ? [.. edges.Select(edge => (double)edge)] : null;

    /// <summary>The plan's rules over metrics, over all steps; null when it has none.</summary>
    public RuleWatch? Rules { get; init; }

    /// <summary>Whether a reward is a success or a failure, from 0 to 1.</summary>
    public bool IsBandit => _plan.Strategy == RolloutStrategy.Bandit;

    private bool TakesRewards => IsBandit || _plan.Strategy == RolloutStrategy.AB || _plan.Analysis!.MaxValueDrop is not null;

    private TimeSpan Interval => TimeSpan.FromSeconds(_plan.Analysis!.IntervalSeconds);

    /// <summary>What was judged last, and what is waited for.</summary>
    public volatile Judgement Last = new([], null, null);

    /// <summary>The present step of a roll-out.</summary>
    /// <param name="endpoint">Where it goes on.</param>
    /// <param name="row">What is to be done.</param>
    /// <param name="candidates">The loaded candidates, in the order of the row.</param>
    /// <param name="kept">What the arms did in this step before a restart.</param>
    /// <param name="clock">By which the intervals between evaluations count, the first one from now on.</param>
    /// <param name="rules">What watches over its rules.</param>
    public static LiveRollout Of(
        LiveEndpoint endpoint, Rollout row, IReadOnlyList<LoadedCandidate> candidates, IReadOnlyList<ArmEvidence> kept, TimeProvider clock, RuleWatch? rules)
    {
        var former = endpoint.Rollout is { } present && present.Id == row.Id ? present : null;
        var stable = Before(PlanCheck.StableArm);
        var bins = former?._bins ?? PredictionBins.Of(endpoint.Model, row.Plan.Analysis!.JudgesPredictions, stable.Edges);
        if (stable.Requests == 0 && row.Strategy == RolloutStrategy.BlueGreen)
            stable = stable with { Requests = endpoint.Traffic.Latencies().Sum(), Latencies = endpoint.Traffic.Latencies() };
        LiveArm[] arms = [.. candidates.Select(candidate => new LiveArm(endpoint, candidate.Arm.Arm, candidate.Slot, new ArmTally(Before(candidate.Arm.Arm), bins)) { Totals = candidate.Totals })];
        var rollout = new LiveRollout(row, candidates.Count, former?._answers ?? new RecentAnswers(), bins, clock)
        {
            Rules = rules,
            Stable = new LiveArm(endpoint, PlanCheck.StableArm, endpoint.Slot, new ArmTally(stable, bins))
            {
                Shadow = row.Strategy == RolloutStrategy.Shadow ? ShadowOf(endpoint, candidates[0], arms[0]) : null,
            },
            Arms = arms,
            Candidates = candidates,
        };
        rollout.Believe();
        return rollout;

        ArmEvidence Before(string arm) => kept.FirstOrDefault(evidence => evidence.Arm == arm) ?? ArmEvidence.Empty(arm);
    }

    /// <summary>Share of the requests that an arm of this roll-out gets.</summary>
    public double ShareOf(LiveArm arm) => _choice.Shares()[arm == Stable ? 0 : 1 + Arms.ToList().IndexOf(arm)];

    /// <summary>How requests are split, the stable version first.</summary>
    public IReadOnlyList<EndpointShare> Split(int stableVersion)
    {
        var shares = _choice.Shares();   // at once, for those of a bandit are drawn
        return
        [
            new(Stable.Name, stableVersion, Math.Round(100 * shares[0], 2)),
            .. Candidates.Select((candidate, place) => new EndpointShare(candidate.Arm.Arm, candidate.Arm.Version, Math.Round(100 * shares[place + 1], 2))),
        ];
    }

    public LiveArm? Find(string arm) => Stable.Name == arm ? Stable : Arms.FirstOrDefault(each => each.Name == arm);

    /// <summary>Counts what came of an answer; false when its request isn't known.</summary>
    public bool Reward(Reward reward)
    {
        var arm = reward.Arm ?? _answers.Take(reward.RequestId!);
        if (arm is null || Find(arm) is not { } answered)
            return false;
        answered.Tally!.AddValue(reward.Value!.Value);
        Volatile.Write(ref _newRewards, 1);
        Believe();
        return true;
    }

    /// <summary>Whether there were rewards since it was asked last.</summary>
    public bool TakeNewRewards() => Interlocked.Exchange(ref _newRewards, 0) != 0;

    /// <summary>Those that were taken could not be kept.</summary>
    public void GiveBackNewRewards() => Volatile.Write(ref _newRewards, 1);

    /// <summary>Ends what goes on beside the requests.</summary>
    public void Stop()
    {
        Stable.Shadow?.Stop();
        Rules?.Dispose();
    }

    // That the rows fit was checked when the roll-out began; after a restart with another stable version they may not.
    private static Shadow? ShadowOf(LiveEndpoint endpoint, LoadedCandidate candidate, LiveArm arm) =>
        endpoint.Schema is { } from && candidate.Model is InferenceModel to && RowTransfer.Between(from, to.Schema, out _) is { } transfer
            ? new Shadow(arm.Slot, transfer, arm.Tally!)
            : null;

    private void Believe()
    {
        if (IsBandit)
            _choice.Believe([.. Evidence().Select(evidence => evidence.Success())]);
    }

    /// <summary>What the arms did in this step so far, the stable one first.</summary>
    public IReadOnlyList<ArmEvidence> Evidence() => [.. Arms.Prepend(Stable).Select(arm => arm.Tally!.Read())];

    /// <summary>
    /// Judges when the interval is over, and gives what was judged until it is <see cref="Settle">settled</see>. A breach takes
    /// the requests back at once: no database that is away leaves them with a candidate that does harm.
    /// </summary>
    public RolloutVerdict? JudgeWhenDue()
    {
        lock (_judging)
        {
            if (_clock.GetElapsedTime(_judgedAt) >= Interval && _unsettled is not { IsBreach: true })
            {
                var (evidence, now) = (Evidence(), _clock.GetUtcNow());
                (_unsettled, _judgedAt) = (new(evidence, Judge(evidence, now), now), _clock.GetTimestamp());
                if (_unsettled.IsBreach)
                    TakeBack();
            }

            return _unsettled;
        }
    }

    /// <summary>What was judged has led to its move, and that is written down.</summary>
    public void Settle(RolloutVerdict verdict)
    {
        lock (_judging)
            _unsettled = _unsettled == verdict ? null : _unsettled;
    }

    // The candidates by what they did in this step, and the rules by what the metrics say now.
    private IReadOnlyList<RolloutCheck> Judge(IReadOnlyList<ArmEvidence> evidence, DateTimeOffset now)
    {
        var judge = new Judge(_plan, Arms.Count);
        var share = _choice.Share / (_choice.Share + 1 - (_choice.Share * Arms.Count));
        return [.. evidence.Skip(1).SelectMany(candidate => judge.Check(evidence[0], candidate, share)), .. Rules?.Judge(now) ?? []];
    }

    /// <summary>From now on the stable arm answers all requests.</summary>
    public void TakeBack() => _takenBack = true;

    /// <summary>Gives this request in a dialect to an arm, and says in the answer's headers to which.</summary>
    public PredictCall Give(HttpContext http, Dialect dialect)
    {
        if (_plan.StickyColumn is null || _takenBack)
            return Give(http, Choose(_choice.KeyOf(http.Request))).Call(dialect);
        // Until its rows are read it is one that chance chose: a body that nobody can read is nobody's in particular.
        return Choose(null).Call(dialect) with { Router = this };
    }

    /// <summary>Gives a request that asks for a version to the candidate that is it; null where none is, or it was taken back.</summary>
    public PredictCall? Give(HttpContext http, Dialect dialect, string version)
    {
        if (Answering.FirstOrDefault(each => each.Candidate.Version == version).Arm is not { } arm)
            return null;
        http.Response.Headers[ArmHeader] = arm.Name;
        return arm.Call(dialect, version);
    }

    /// <summary>The candidates that whoever names them is answered by.</summary>
    public IEnumerable<(LiveArm Arm, ServedModel Candidate)> Answering =>
        _takenBack ? [] : Arms.Zip(Candidates, (arm, candidate) => (arm, candidate.Model));

    ModelSlot ICallRouter.Slot => Stable.Slot;

    PredictCall ICallRouter.Route(HttpContext http, PredictCall otherwise, TableModel? model, PredictionRows? rows)
    {
        var key = model is null || rows is not { Count: > 0 } ? null : ColumnKey.Of(model.Schema, _plan.StickyColumn!, rows);
        if (key is not null)
            http.Items[KeyMark] = true;
        var arm = Arms.Prepend(Stable).First(arm => arm.Slot == otherwise.Slot);
        return Give(http, key is null ? arm : Choose(key)).Call(otherwise.Dialect);
    }

    private LiveArm Give(HttpContext http, LiveArm arm)
    {
        http.Response.Headers[ArmHeader] = arm.Name;
        if (TakesRewards)
        {
            RequestId.Assign(http);
            _answers.Add(http.TraceIdentifier, arm.Name);
        }

        return arm;
    }

    /// <summary>Why a request is given to the arm that it is given to.</summary>
    public string Reason(HttpContext http)
    {
        if (http.Request.RouteValues["version"] is string { Length: > 0 })
            return "version";
        if (_takenBack)
            return "rolled-back";
        return _plan.Strategy switch
        {
            RolloutStrategy.Bandit => "bandit",
            RolloutStrategy.Shadow => "shadow",
            _ when _choice.KeyOf(http.Request) is not null || (_plan.StickyColumn is not null && http.Items.ContainsKey(KeyMark)) => "key",
            _ => "share",
        };
    }

    private LiveArm Choose(string? key) => _takenBack || _choice.Place(key) is not (> 0 and var place) ? Stable : Arms[place - 1];
}

/// <summary>What was judged, what is waited for, and when that was found; null before the first time.</summary>
internal sealed record Judgement(IReadOnlyList<RolloutCheck> Checks, string? Waiting, DateTimeOffset? At);

/// <summary>What was judged at the end of an interval.</summary>
/// <param name="Evidence">What the arms had done, the stable one first.</param>
/// <param name="Checks">How each rule stands.</param>
/// <param name="At">When.</param>
internal sealed record RolloutVerdict(IReadOnlyList<ArmEvidence> Evidence, IReadOnlyList<RolloutCheck> Checks, DateTimeOffset At)
{
    /// <summary>Whether a rule is breached, so that it is rolled back whatever else holds.</summary>
    public bool IsBreach => Checks.Any(check => check.State == RolloutCheckState.Breached);
}
