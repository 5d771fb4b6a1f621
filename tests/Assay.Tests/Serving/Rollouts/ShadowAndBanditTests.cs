using System.Net;
using Assay.Kernel;
using Assay.Serving.Rollouts;
using Assay.Tests.Inference;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static Assay.Tests.Serving.ServingHost;

namespace Assay.Tests.Serving.Rollouts;

public sealed class ShadowAndBanditTests
{
    private static readonly object[] Version2 = [new { version = "2" }];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_shadow_changes_no_answer_and_tells_how_its_predictions_differ()
    {
        await using var scene = await RolloutScene.Start();
        await Register(scene.Server, bias: 1);
        await scene.Do("", new { candidates = Version2, plan = new { strategy = "shadow" } });
        Assert.Equal(TinyModel.Expect(30, 500, "plus", 0), await Predict(scene.Server, "churn"), 1e-6);
        Assert.Equal(new() { ["stable"] = 9 }, await scene.Ask(9, """[[30,500,"plus"],[30,500,"plus"]]"""));
        await Until(async () => (await scene.Show()).Arms[1].Comparison is { Rows: 19 });

        var compared = (await scene.Show()).Arms[1].Comparison!;
        var difference = TinyModel.Expect(30, 500, "plus", 1) - TinyModel.Expect(30, 500, "plus", 0);
        Assert.Equal(difference, compared.MeanAbsoluteDifference!.Value, 1e-5);
        Assert.Equal((1.0, 0L), (compared.ShareDifferent!.Value, compared.Dropped));
        await scene.Do("/promote");
        Assert.Equal(TinyModel.Expect(30, 500, "plus", 1), await Predict(scene.Server, "churn"), 1e-6);
    }

    [Fact]
    public async Task A_shadow_that_fails_fails_no_request_and_is_ended_with_the_reason()
    {
        await using var scene = await RolloutScene.Start();
        await TrialModel.RegisterFailing(scene.Server);
        await scene.Do("", new { candidates = Version2, plan = new { strategy = "shadow", analysis = new { maxErrorRate = 0.05 } } });
        await scene.Ask(40, """[[50,500,"plus"]]""");
        await Until(async () => (await scene.Show()).Arms[1].Failed == 40);
        await scene.Pass(10);
        var ended = await scene.Until(RolloutState.RolledBack);
        Assert.StartsWith("maxErrorRate: 40 of 40 requests of 'candidate' failed", ended.Rollout.Reason, StringComparison.Ordinal);
        Assert.Equal(0, (await Show(scene.Server, "churn")).Stats.Errors);
    }

    [Fact]
    public async Task A_shadow_that_is_slow_keeps_no_answer_waiting_and_counts_what_it_drops()
    {
        await using var scene = await RolloutScene.Start();
        await TrialModel.RegisterSlow(scene.Server);
        await scene.Do("", new { candidates = Version2, plan = new { strategy = "shadow" } });
        var many = "[" + string.Join(',', Enumerable.Repeat("""[30,500,"plus"]""", 10_001)) + "]";
        Assert.Equal(new() { ["stable"] = 1 }, await scene.Ask(1, many));
        Assert.Equal(1, (await scene.Show()).Arms[1].Comparison!.Dropped);
        Assert.Equal(new() { ["stable"] = 300 }, await scene.Ask(300));
    }

    [Fact]
    public async Task A_bandit_prefers_the_arm_that_earns_more_reward()
    {
        await using var scene = await RolloutScene.Start();
        await Register(scene.Server, bias: 1);
        await Register(scene.Server, bias: 2);
        object[] candidates = [new { version = "2" }, new { version = "3", name = "bold" }];
        await scene.Do("", new { candidates, plan = new { strategy = "bandit" } });
        Assert.Equal(3, (await scene.Ask(60)).Count);
        Assert.Equal(100, (await scene.Endpoint()).Split!.Sum(part => part.Percent), 0.05);   // rounded to 0.01 each

        await Reward(scene, "stable", 200, 40);
        await Reward(scene, "candidate", 200, 40);
        await Reward(scene, "bold", 200, 120);
        Assert.InRange((await scene.Ask(100)).GetValueOrDefault("bold"), 98, 100);   // it is the best with a probability above 0.9999
        Assert.InRange((await scene.Endpoint()).Split!.Single(part => part.Arm == "bold").Percent, 99, 100);
        using var tooMuch = await scene.Post("/rewards", new { rewards = new[] { new { arm = "bold", value = 2.0 } } });
        Assert.Equal(HttpStatusCode.BadRequest, tooMuch.StatusCode);
        await scene.Do("/promote", new { arm = "bold" });
        Assert.Equal(3, (await scene.Endpoint()).Version);
    }

    [Fact]
    public async Task A_bandits_delayed_reward_finds_the_arm_by_its_request_and_survives_a_restart()
    {
        var before = await RolloutScene.Start();
        await Register(before.Server, bias: 1);
        await before.Do("", new { candidates = Version2, plan = new { strategy = "bandit" } });
        using var answer = await Ask(before.Server.Admin, "churn");
        var (id, arm) = (answer.Headers.GetValues("Assay-Request-Id").Single(), answer.Headers.GetValues("Assay-Arm").Single());
        (await before.Post("/rewards", new { rewards = new[] { new { requestId = id, value = 1.0 } } })).EnsureSuccessStatusCode();
        await Reward(before, "candidate", 300, 200);
        await Reward(before, "stable", 300, 50);
        await before.Pass(10);
        await Until(async () => { await before.Pass(10); return (await before.Show()).Waiting == "It goes on until somebody promotes an arm or ends it."; });

        await using var scene = await before.Restart();
        await Predict(scene.Server, "churn");
        var shown = await scene.Show();
        Assert.Equal(601, shown.Arms.Sum(each => each.Values));
        Assert.Equal(301, shown.Arms.Single(each => each.Arm == arm).Values);
        Assert.InRange((await scene.Ask(50)).GetValueOrDefault("candidate"), 48, 50);
    }

    [Theory]
    [InlineData("""{"candidates":[null]}""")]
    [InlineData("""{"candidates":[{"version":"2"}],"plan":{"steps":[null]}}""")]
    [InlineData("""{"candidates":[{"version":"2"}],"plan":{"strategy":"shadow","steps":[{"weightPercent":5}]}}""")]
    [InlineData("""{"candidates":[{"version":"2"}],"plan":{"strategy":"shadow","analysis":{"maxP95Ratio":2}}}""")]
    [InlineData("""{"candidates":[{"version":"2"}],"plan":{"strategy":"bandit","analysis":{"maxPsi":0.2}}}""")]
    [InlineData("""{"candidates":[{"version":"2"}],"plan":{"strategy":"bandit","stickyHeader":"Assay-Key"}}""")]
    public async Task What_a_strategy_cant_do_is_refused(string body)
    {
        await using var scene = await RolloutScene.Start();
        await Register(scene.Server, bias: 1);
        using var answer = await scene.Server.Admin.PostAsync(
            "/api/v1/endpoints/churn/rollout", new StringContent(body, System.Text.Encoding.UTF8, "application/json"), Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private static async Task Reward(RolloutScene scene, string arm, int rewards, int successes) =>
        (await scene.Post("/rewards", new { rewards = Enumerable.Range(0, rewards).Select(i => new { arm, value = i < successes ? 1.0 : 0.0 }) }))
            .EnsureSuccessStatusCode();

    [Fact]
    public async Task Rewards_that_could_not_be_kept_are_kept_by_the_next_tick()
    {
        await using var scene = await RolloutScene.Start();
        scene.StopClock();   // no evaluation keeps them
        await Register(scene.Server, bias: 1);
        await scene.Do("", new { candidates = Version2, plan = new { strategy = "bandit" } });
        await scene.Server.Tamper("ALTER TABLE serving_rollout_tallies RENAME TO away");
        await Reward(scene, "candidate", 3, 3);
        await scene.Pass(0);
        await scene.Server.Tamper("ALTER TABLE away RENAME TO serving_rollout_tallies");

        await Until(async () =>
        {
            await scene.Pass(0);
            await using var scope = Scope(scene.Server);
            var kept = await scope.ServiceProvider.GetRequiredService<AssayDb>().RolloutTallies.ToListAsync(Cancel);
            return kept.Any(tally => tally.ToEvidence() is { Arm: "candidate", Values.Count: 3 });
        });
    }

    [Fact]
    public async Task Rewards_survive_a_restart_and_one_that_is_killed_but_for_the_last_second()
    {
        var scene = await RolloutScene.Start();
        await Register(scene.Server, bias: 1);
        await scene.Do("", new { candidates = new[] { new { version = "2" } }, plan = new { strategy = "bandit" } });
        await Reward(scene, "candidate", 3, 3);
        await scene.Pass(1);   // no evaluation is due, but the rewards are kept
        await using (var db = Scope(scene.Server))
            Assert.Contains(db.ServiceProvider.GetRequiredService<AssayDb>().RolloutTallies.ToList(), kept => kept.ToEvidence() is { Arm: "candidate", Values.Count: 3 });
        await Reward(scene, "candidate", 4, 4);
        await using var again = await scene.Restart();
        await Until(async () => (await again.Show()).Arms.Count == 2);
        Assert.Equal((7, 1.0), (await again.Show()).Arms.Where(arm => arm.Arm == "candidate").Select(arm => ((int)arm.Values, arm.MeanValue!.Value)).Single());
    }
}
