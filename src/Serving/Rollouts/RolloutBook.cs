using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Registry;
using Assay.Serving.Endpoints;
using Assay.Serving.Live;
using Assay.Serving.Rollouts.Judging;
using Assay.Serving.Rollouts.Live;
using Assay.Serving.Rollouts.Rules;
using Microsoft.EntityFrameworkCore;

namespace Assay.Serving.Rollouts;

/// <summary>
/// Every change of a roll-out: its row and its event in one transaction, and then what answers. Whoever calls has the turn.
/// </summary>
internal sealed class RolloutBook(RolloutStores stores, IClearance clearance, LiveEndpoints live, RolloutMeter meter, Caller caller, TimeProvider clock)
{
    private AssayDb Db => stores.Db;

    private ILedger Ledger => stores.Ledger;

    /// <summary>Begins a roll-out whose candidates are loaded.</summary>
    public async Task Begin(ModelEndpoint endpoint, Rollout row, IReadOnlyList<LoadedCandidate> candidates, CancellationToken cancel)
    {
        Db.Rollouts.Add(row);
        if (row.Arms.Any(arm => arm.Digest == endpoint.HeldBack))
            endpoint.HeldBack = null;
        Note(row, "started", null, []);
        Ledger.Append(new RolloutStarted(row.Endpoint, row.Id, row.Model, row.StableVersion, row.Arms, row.WeightPercent, row.Plan));
        await Db.SaveChangesAsync(cancel);
        Split(endpoint, row, candidates, []);
    }

    /// <summary>Lets this process do again what the row says, after a restart.</summary>
    public async Task Reopen(ModelEndpoint endpoint, Rollout row, IReadOnlyList<LoadedCandidate> candidates, CancellationToken cancel)
    {
        var kept = await Db.RolloutTallies.AsNoTracking().Where(tally => tally.Rollout == row.Id).ToListAsync(cancel);
        var rules = kept.Find(tally => tally.Arm == RuleWatch.AllArms);
        Split(endpoint, row, candidates, [.. kept.Where(tally => tally.Step == row.Step && tally != rules).Select(tally => tally.ToEvidence())], rules?.ToMemory());
    }

    /// <summary>Goes on to the next step, or promotes after the last one, and says why if somebody wants that; rolls back when a candidate may not be served any more.</summary>
    public async Task EndStep(ModelEndpoint endpoint, Rollout row, string? reason, CancellationToken cancel)
    {
        var next = Course.AfterStep(row.Plan, row.Step);
        if (next.Move == Move.Promote)
        {
            await Promote(endpoint, row, row.Arms[0], reason, cancel);
            return;
        }

        if (await WhyNot(row, row.Arms, cancel) is { } problem)
        {
            await RollBack(endpoint, row, problem, cancel);
            return;
        }

        var figures = Figures(endpoint, row);
        (row.Step, row.StepStartedAt) = (row.Step + 1, clock.GetStoredNow());
        Resume(row);
        Note(row, "step", reason, figures);
        Ledger.Append(new RolloutStepped(row.Endpoint, row.Id, row.Step + 1, row.WeightPercent, figures, reason));
        await Db.SaveChangesAsync(cancel);
        if (live.Find(endpoint.Project, endpoint.Name)?.Rollout is { } present)
            Split(endpoint, row, present.Candidates, []);
    }

    /// <summary>Says, once in a step, why it lasts longer than planned.</summary>
    public async Task Hold(ModelEndpoint endpoint, Rollout row, string reason, CancellationToken cancel)
    {
        if (row.IsHeld)
            return;
        Note(row, Rollout.Held, reason, Figures(endpoint, row));
        Ledger.Append(new RolloutHeld(row.Endpoint, row.Id, row.Step + 1, reason));
        await Db.SaveChangesAsync(cancel);
    }

    /// <summary>Stops the clock of the step.</summary>
    public async Task Pause(ModelEndpoint endpoint, Rollout row, string? reason, CancellationToken cancel)
    {
        (row.State, row.PausedAt) = (RolloutState.Paused, clock.GetStoredNow());
        Note(row, "paused", reason, Figures(endpoint, row));
        Ledger.Append(new RolloutPaused(row.Endpoint, row.Id, row.Step + 1, reason));
        await Db.SaveChangesAsync(cancel);
    }

    /// <summary>Lets the clock of the step go on.</summary>
    public async Task Resume(ModelEndpoint endpoint, Rollout row, string? reason, CancellationToken cancel)
    {
        row.StepStartedAt += clock.GetStoredNow() - row.PausedAt!.Value;
        Resume(row);
        Note(row, "resumed", reason, Figures(endpoint, row));
        Ledger.Append(new RolloutResumed(row.Endpoint, row.Id, row.Step + 1, reason));
        await Db.SaveChangesAsync(cancel);
    }

    /// <summary>Lets a candidate take over; rolls back when it may not be served any more.</summary>
    public async Task Promote(ModelEndpoint endpoint, Rollout row, RolloutArm arm, string? reason, CancellationToken cancel)
    {
        if (await WhyNot(row, [arm], cancel) is { } problem)
        {
            await RollBack(endpoint, row, problem, cancel);
            return;
        }

        var (figures, former) = (Figures(endpoint, row), endpoint.Version);
        row.End(RolloutState.Promoted, reason, clock.GetStoredNow());
        Note(row, "promoted", row.Arms.Count > 1 ? $"Version {arm.Version} took over. {reason}".TrimEnd() : reason, figures);
        (endpoint.Version, endpoint.Digest, endpoint.Target, endpoint.HeldBack, endpoint.UpdatedAt) = (arm.Version, arm.Digest, arm.Target, null, clock.GetStoredNow());
        Ledger.Append(new RolloutPromoted(row.Endpoint, row.Id, arm.Arm, arm.Version, arm.Digest, figures, reason));
        Ledger.Append(new EndpointDeployed(endpoint.Name, endpoint.Model, arm.Version, arm.Digest, arm.Target, former));
        await Forget(row, cancel);
        live.Find(endpoint.Project, endpoint.Name)?.Promote(arm.Arm);
    }

    /// <summary>Takes the requests back from the candidates, and says why. They are taken back even when that can't be saved.</summary>
    public async Task RollBack(ModelEndpoint endpoint, Rollout row, string reason, CancellationToken cancel)
    {
        var figures = Figures(endpoint, row);
        var present = live.Find(endpoint.Project, endpoint.Name);
        present?.AnswerStable();
        row.End(RolloutState.RolledBack, reason, clock.GetStoredNow());
        Note(row, "rolled-back", reason, figures);
        await HoldBack(endpoint, row, cancel);
        Ledger.Append(new RolloutRolledBack(row.Endpoint, row.Id, row.Step + 1, reason, figures));
        await Forget(row, cancel);
        present?.EndRollout(HeldBackSentence(row));
    }

    /// <summary>Ends it because somebody, or a newer version, wants that.</summary>
    public async Task Abort(ModelEndpoint endpoint, Rollout row, string reason, CancellationToken cancel)
    {
        var figures = Figures(endpoint, row);
        row.End(RolloutState.Aborted, reason, clock.GetStoredNow());
        Note(row, "aborted", reason, figures);
        var isWanted = await HoldBack(endpoint, row, cancel);
        Ledger.Append(new RolloutAborted(row.Endpoint, row.Id, row.Step + 1, reason, figures));
        await Forget(row, cancel);
        live.Find(endpoint.Project, endpoint.Name)?.EndRollout(isWanted ? HeldBackSentence(row) : null);   // what somebody tried is no problem of an endpoint that was to answer with another version all along
    }

    /// <summary>Why the version that the endpoint's target names does not answer.</summary>
    public static string HeldBackSentence(Rollout row)
    {
        var versions = string.Join(", ", row.Arms.Select(arm => arm.Version));
        return $"Version {versions} was {(row.State == RolloutState.RolledBack ? "rolled back" : "taken back")}. {row.Reason}";
    }

    /// <summary>Why a version may not be served: asked again at every step, for what let it in may have been taken back.</summary>
    private async Task<string?> WhyNot(Rollout row, IEnumerable<RolloutArm> arms, CancellationToken cancel)
    {
        foreach (var arm in arms)
        {
            try
            {
                if (await clearance.WhyNot(row.Model, arm.Version, arm.Target, row.Endpoint, cancel) is { } problem)
                    return problem;
            }
            catch (Refusal gone)   // the version was deleted meanwhile
            {
                return gone.Message;
            }
        }

        return null;
    }

    // Whoever follows the endpoint's target must not bring back at once what was just taken away. A version that it doesn't name now
    // is free to be promoted later, and what was held back before stays so.
    private async Task<bool> HoldBack(ModelEndpoint endpoint, Rollout row, CancellationToken cancel)
    {
        var wanted = (await stores.Models.Find(endpoint.Model, endpoint.Target, cancel))?.Version;
        if (row.Arms.FirstOrDefault(arm => arm.Digest == wanted?.Digest) is not { } arm)
            return false;
        endpoint.HeldBack = arm.Digest;
        return true;
    }

    private static void Resume(Rollout row) => (row.State, row.PausedAt) = (RolloutState.Running, null);

    private async Task Forget(Rollout row, CancellationToken cancel)
    {
        Db.RolloutTallies.RemoveRange(await Db.RolloutTallies.Where(tally => tally.Rollout == row.Id).ToListAsync(cancel));
        await Db.SaveChangesAsync(cancel);
        meter.Ended(row);
    }

    private void Note(Rollout row, string what, string? reason, IReadOnlyList<RolloutArmFigures> figures)
    {
        row.Revision++;
        row.Add(new RolloutMoment(clock.GetStoredNow(), what, row.Step + 1, row.WeightPercent, caller.Id, reason, figures));
    }

    private IReadOnlyList<RolloutArmFigures> Figures(ModelEndpoint endpoint, Rollout row) =>
        live.Find(endpoint.Project, endpoint.Name)?.Rollout is { } present && present.Id == row.Id
            ? [.. present.Evidence().Select(evidence => evidence.ToFigures())]
            : [];

    private void Split(ModelEndpoint endpoint, Rollout row, IReadOnlyList<LoadedCandidate> candidates, IReadOnlyList<ArmEvidence> kept, RuleMemory? remembered = null)
    {
        if (live.Find(endpoint.Project, endpoint.Name) is not { } present)
            return;
        var isNext = present.Rollout?.Id == row.Id;
        var rules = isNext ? present.Rollout!.Rules : meter.Watch(row, clock.GetUtcNow(), remembered);
        if (isNext)
            rules?.Look(clock.GetUtcNow());   // what was counted since the last evaluation
        present.Begin(LiveRollout.Of(present, row, candidates, kept, clock, rules));
        if (isNext)
            rules?.Look(clock.GetUtcNow());   // the arms' counts begin anew
    }
}

/// <summary>Where changes of roll-outs are written.</summary>
internal sealed record RolloutStores(AssayDb Db, ILedger Ledger, IModels Models);
