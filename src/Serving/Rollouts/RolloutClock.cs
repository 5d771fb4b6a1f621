using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Assay.Serving.Deployment;
using Assay.Serving.Endpoints;
using Assay.Serving.Live;
using Assay.Serving.Rollouts.Judging;
using Assay.Serving.Rollouts.Live;
using Assay.Serving.Rollouts.Rules;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Assay.Serving.Rollouts;

/// <summary>
/// Judges every roll-out of this process when its interval is over, and makes its next move; keeps rewards within a second,
/// and at the end. Without a roll-out it asks nobody.
/// </summary>
internal sealed partial class RolloutClock(IServiceScopeFactory scopes, LiveEndpoints live, TimeProvider clock, ILogger<RolloutClock> log, RolloutMeter meter) : BackgroundService
{
    // Made with the clock, so that a rule may name its metrics before the first roll-out.
    public RolloutMeter Meter { get; } = meter;

    // An endpoint whose turn takes long, since a model is loaded there, keeps no other one waiting.
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var underWay = new Dictionary<(string Project, string Name), Task>();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                foreach (var done in underWay.Where(each => each.Value.IsCompleted).ToList())
                    underWay.Remove(done.Key);
                foreach (var key in live.Names().Where(key => !underWay.ContainsKey(key)))
                    underWay[key] = Look(key.Project, key.Name, IsDue, stoppingToken);
            }
        }
        finally
        {
            await Task.WhenAll(underWay.Values);
        }
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await LookAtAll(static _ => false, cancellationToken);
    }

    internal Task Tick(CancellationToken cancel) => LookAtAll(IsDue, cancel);

    private Task LookAtAll(Func<LiveRollout, bool> isDue, CancellationToken cancel) =>
        Task.WhenAll(live.Names().Select(key => Look(key.Project, key.Name, isDue, cancel)));

    private async Task Look(string project, string name, Func<LiveRollout, bool> isDue, CancellationToken cancel)
    {
        if (live.Find(project, name)?.Rollout is not { } rollout)
            return;
        try
        {
            if (isDue(rollout))
                await Evaluate(project, name, cancel);
            else if (rollout.TakeNewRewards())
                await KeepRewards(project, name, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The host stops; the roll-out goes on after the start.
        }
        catch (Exception problem)   // of one endpoint, such as a database that is away: the next tick tries again
        {
            Failed(problem, name, project);
        }
    }

    private async Task Evaluate(string project, string name, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<ProjectScope>().Enter(project);
        scope.ServiceProvider.GetRequiredService<Caller>().Set("system:serving");
        using var turn = await scope.ServiceProvider.GetRequiredService<Deployer>().TakeTurn(name, cancel);
        var db = scope.ServiceProvider.GetRequiredService<AssayDb>();
        var endpoint = await db.Endpoints.SingleOrDefaultAsync(row => row.Name == name, cancel);
        var row = await db.ActiveRollout(name, cancel);
        if (endpoint is null || row is null || live.Find(project, name)?.Rollout is not { } rollout || rollout.Id != row.Id || !IsDue(rollout))
            return;   // it ended, or was judged, while the turn was waited for

        var (now, evidence) = (clock.GetUtcNow(), rollout.Evidence());
        var checks = rollout.Judge(evidence, now);
        var decision = Course.Next(row.Plan, new Position(row.Step, row.StepStartedAt, row.PausedAt), checks, [.. evidence.Skip(1)], now);
        rollout.Last = new(checks, decision.Sentence, now);
        var book = scope.ServiceProvider.GetRequiredService<RolloutBook>();
        switch (decision.Move)
        {
            case Move.RollBack:
                await book.RollBack(endpoint, row, decision.Sentence!, cancel);
                log.LogWarning("Endpoint {Endpoint} of project {Project} was rolled back. {Reason}", name, project, decision.Sentence);
                break;
            case Move.NextStep or Move.Promote:
                await book.EndStep(endpoint, row, null, cancel);
                break;
            default:
                if (decision.Move == Move.Hold)
                    await book.Hold(endpoint, row, decision.Sentence!, cancel);
                rollout.JudgedAt = now;   // not before its last judgement is there to be shown; a move that fails stays due
                await Keep(db, row, evidence, rollout.Rules, cancel);
                break;
        }
    }

    // What callers say comes once: unlike requests, it does not come again after a restart.
    private async Task KeepRewards(string project, string name, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<ProjectScope>().Enter(project);
        using var turn = await scope.ServiceProvider.GetRequiredService<Deployer>().TakeTurn(name, cancel);
        var db = scope.ServiceProvider.GetRequiredService<AssayDb>();
        if (await db.ActiveRollout(name, cancel) is { } row && live.Find(project, name)?.Rollout is { } rollout && rollout.Id == row.Id && rollout.Step == row.Step)
            await Keep(db, row, rollout.Evidence(), rollout.Rules, cancel);
    }

    private bool IsDue(LiveRollout rollout) => clock.GetUtcNow() >= rollout.JudgedAt + rollout.Interval;

    /// <summary>Keeps what was counted, so that a restart goes on from it.</summary>
    private static async Task Keep(AssayDb db, Rollout row, IReadOnlyList<ArmEvidence> evidence, RuleWatch? rules, CancellationToken cancel)
    {
        var kept = await db.RolloutTallies.Where(tally => tally.Rollout == row.Id).ToDictionaryAsync(tally => tally.Arm, cancel);
        foreach (var arm in evidence)
            Tally(arm.Arm).Keep(arm, row.Step);
        if (rules is not null)
            Tally(RuleWatch.AllArms).Keep(rules.Keep(), row.Step);

        await db.SaveChangesAsync(cancel);

        KeptTally Tally(string arm)
        {
            if (!kept.TryGetValue(arm, out var tally))
                db.RolloutTallies.Add(tally = new KeptTally { Rollout = row.Id, Arm = arm });
            return tally;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The roll-out at endpoint {Endpoint} of project {Project} could not be judged and is tried again in a second.")]
    private partial void Failed(Exception problem, string endpoint, string project);
}
