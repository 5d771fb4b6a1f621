using Assay.Kernel;
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
/// and at the end. What a breach takes back is taken back by the judgement itself, in memory; all else is written down first.
/// Without a roll-out it asks nobody.
/// </summary>
internal sealed partial class RolloutClock(IServiceScopeFactory scopes, LiveEndpoints live, TimeProvider clock, ILogger<RolloutClock> log, RolloutMeter meter) : BackgroundService
{
    // Made with the clock, so that a rule may name its metrics before the first roll-out.
    public RolloutMeter Meter { get; } = meter;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var underWay = new Dictionary<(string Project, string Name), Task>();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await Turn(underWay, stoppingToken);
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
        await Task.WhenAll(live.Names().Select(key =>
            Try(key.Project, key.Name, rollout => KeepNewRewards(rollout, key.Project, key.Name, cancellationToken), cancellationToken)));
    }

    /// <summary>A turn by itself, until all that it began is done.</summary>
    internal async Task Tick(CancellationToken cancel)
    {
        var underWay = new Dictionary<(string Project, string Name), Task>();
        await Turn(underWay, cancel);
        await Task.WhenAll(underWay.Values);
    }

    // An endpoint whose turn takes long, since a model is loaded there, keeps no other one waiting.
    private async Task Turn(Dictionary<(string Project, string Name), Task> underWay, CancellationToken cancel)
    {
        foreach (var done in underWay.Where(each => each.Value.IsCompleted).ToList())
            underWay.Remove(done.Key);
        foreach (var key in live.Names())
        {
            if (!underWay.ContainsKey(key))
                underWay[key] = Look(key.Project, key.Name, cancel);
            else
                await Try(key.Project, key.Name, Judge, cancel);
        }
    }

    // Also where the last verdict is not settled yet, since a model is loaded there or the database is away.
    private Task Judge(LiveRollout rollout)
    {
        rollout.JudgeWhenDue();
        return Task.CompletedTask;
    }

    private Task Look(string project, string name, CancellationToken cancel) => Try(project, name, async rollout =>
    {
        if (rollout.JudgeWhenDue() is not null)
            await Settle(project, name, cancel);
        else
            await KeepNewRewards(rollout, project, name, cancel);
    }, cancel);

    private async Task Try(string project, string name, Func<LiveRollout, Task> work, CancellationToken cancel)
    {
        if (live.Find(project, name)?.Rollout is not { } rollout)
            return;
        try
        {
            await work(rollout);
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

    // Makes the move that follows from what was judged.
    private async Task Settle(string project, string name, CancellationToken cancel)
    {
        await using var scope = scopes.Enter(project, ServingActors.Serving);
        using var turn = await scope.ServiceProvider.GetRequiredService<Deployer>().TakeTurn(name, cancel);
        var db = scope.ServiceProvider.GetRequiredService<AssayDb>();
        var endpoint = await db.Endpoints.SingleOrDefaultAsync(row => row.Name == name, cancel);
        var row = await db.ActiveRollout(name, cancel);
        var now = clock.GetUtcNow();
        if (endpoint is null || row is null || live.Find(project, name)?.Rollout is not { } rollout || rollout.Id != row.Id || rollout.JudgeWhenDue() is not { } verdict)
            return;   // it ended, or was settled, while the turn was waited for

        var decision = Course.Next(row.Plan, new Position(row.Step, row.StepStartedAt, row.PausedAt), verdict.Checks, [.. verdict.Evidence.Skip(1)], now);
        rollout.Last = new(verdict.Checks, decision.Sentence, verdict.At);
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
                await Keep(db, row, verdict.Evidence, rollout.Rules?.Keep(), cancel);
                break;
        }

        rollout.Settle(verdict);
    }

    // What callers say comes once: unlike requests, it does not come again after a restart.
    private async Task KeepNewRewards(LiveRollout rollout, string project, string name, CancellationToken cancel)
    {
        if (!rollout.TakeNewRewards())
            return;
        try
        {
            await KeepRewards(project, name, cancel);
        }
        catch
        {
            rollout.GiveBackNewRewards();   // for the next tick, or the end
            throw;
        }
    }

    private async Task KeepRewards(string project, string name, CancellationToken cancel)
    {
        await using var scope = scopes.Enter(project, ServingActors.Serving);
        using var turn = await scope.ServiceProvider.GetRequiredService<Deployer>().TakeTurn(name, cancel);
        var db = scope.ServiceProvider.GetRequiredService<AssayDb>();
        if (await db.ActiveRollout(name, cancel) is { } row && live.Find(project, name)?.Rollout is { } rollout && rollout.Id == row.Id && rollout.Step == row.Step)
            await Keep(db, row, rollout.Evidence(), rollout.Rules?.Keep(), cancel);
    }

    /// <summary>Keeps what was counted, so that a restart goes on from it.</summary>
    private static async Task Keep(AssayDb db, Rollout row, IReadOnlyList<ArmEvidence> evidence, RuleMemory? rules, CancellationToken cancel)
    {
        var kept = await db.RolloutTallies.Where(tally => tally.Rollout == row.Id).ToDictionaryAsync(tally => tally.Arm, cancel);
        foreach (var arm in evidence)
            Tally(arm.Arm).Keep(arm, row.Step);
        if (rules is not null)
            Tally(RuleWatch.AllArms).Keep(rules, row.Step);

        await db.SaveChangesAsync(cancel);

        KeptTally Tally(string arm)
        {
            if (!kept.TryGetValue(arm, out var tally))
                db.RolloutTallies.Add(tally = new KeptTally { Rollout = row.Id, Arm = arm });
            return tally;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The roll-out at endpoint {Endpoint} of project {Project} could not be written down, which is tried again in a second; requests that a breach took back stay with the stable version.")]
    private partial void Failed(Exception problem, string endpoint, string project);
}
