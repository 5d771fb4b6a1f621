using Assay.Kernel;
using Assay.Serving.Deployment;
using Assay.Serving.Rollouts;
using Microsoft.Extensions.DependencyInjection;
using static Assay.Tests.Serving.Rollouts.CanaryTests;

namespace Assay.Tests.Serving.Rollouts;

/// <summary>Changes of one endpoint come one after the other, and wait for no other endpoint.</summary>
public sealed class TurnTests
{
    private static readonly TimeSpan Hanging = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_changes_the_same_endpoint_waits_and_leaves_nothing_behind()
    {
        var turns = new KeyedTurns<(string Project, string Name)>();
        var first = await turns.Take(("default", "churn"), Cancel);
        var second = turns.Take(("default", "churn"), Cancel);
        using var tired = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var third = turns.Take(("default", "churn"), tired.Token);
        (await turns.Take(("default", "fraud"), Cancel)).Dispose();
        (await turns.Take(("other", "churn"), Cancel)).Dispose();
        Assert.False(second.IsCompleted);
        await tired.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => third);

        first.Dispose();
        (await second).Dispose();
        (await turns.Take(("default", "churn"), Cancel)).Dispose();
    }

    [Fact]
    public async Task An_endpoint_at_which_a_model_is_being_loaded_keeps_no_roll_back_and_no_decision_waiting_elsewhere()
    {
        await using var scene = await RolloutScene.Start();
        await ServingHost.Deploy(scene.Server, "loading", "1");
        await TrialModel.RegisterFailing(scene.Server);
        var canary = new { candidates = new[] { new { version = "2" } }, plan = new { steps = new[] { Step(50, 600) } } };
        (await scene.Post("", canary, "loading")).EnsureSuccessStatusCode();
        await scene.Do("", canary);
        await using var scope = ServingHost.Scope(scene.Server);
        using (await scope.ServiceProvider.GetRequiredService<Deployer>().TakeTurn("loading", Cancel))
        {
            await scene.Do("/pause").WaitAsync(Hanging, Cancel);
            await scene.Ask(80, """[[50,500,"plus"]]""", mayFail: true);
            scene.Move(10);   // both are due, and the host judges by itself
            await ServingHost.Until(async () => (await scene.Show()).Rollout.State == RolloutState.RolledBack);
        }
    }

    [Fact]
    public async Task A_breach_takes_the_requests_back_before_anything_can_be_written_down()
    {
        await using var scene = await RolloutScene.Start();
        scene.StopClock();
        await TrialModel.RegisterFailing(scene.Server);
        await scene.Do("", new { candidates = new[] { new { version = "2" } }, plan = new { steps = new[] { Step(50, 600) } } });
        Assert.Equal(2, (await scene.Ask(80, """[[50,500,"plus"]]""", mayFail: true)).Count);
        Task judged;
        await using var scope = ServingHost.Scope(scene.Server);
        using (await scope.ServiceProvider.GetRequiredService<Deployer>().TakeTurn("churn", Cancel))
        {
            await ServingHost.Until(async () => (await scene.Show()).Arms.Sum(arm => arm.Requests) == 80);   // calls are counted after their answer
            judged = scene.Pass(10);
            Assert.Equal(["stable"], (await scene.Ask(40)).Keys);
            Assert.Equal(RolloutState.Running, (await scene.Show()).Rollout.State);
            Assert.False(judged.IsCompleted);
        }

        await judged;
        var ended = (await scene.Show()).Rollout;
        Assert.Equal(RolloutState.RolledBack, ended.State);
        Assert.StartsWith("compareErrors: ", ended.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_roll_out_whose_figures_can_not_be_read_at_a_start_goes_on_when_they_can()
    {
        var before = await RolloutScene.Start();
        await ServingHost.Register(before.Server, bias: 1);
        await before.Do("", new { candidates = new[] { new { version = "2" } }, plan = new { steps = new[] { Step(50, 600) } } });
        await before.Server.Tamper("ALTER TABLE serving_rollout_tallies RENAME TO away");

        await using var scene = await before.Restart();
        Assert.Equal(["none"], (await scene.Ask(5)).Keys);
        await scene.Server.Tamper("ALTER TABLE away RENAME TO serving_rollout_tallies");

        await ServingHost.Until(async () => (await scene.Ask(20)).ContainsKey("candidate"));
    }
}
