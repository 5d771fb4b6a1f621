using System.Net;
using Assay.Serving;
using Assay.Serving.Rollouts;
using Assay.Tests.Inference;
using static Assay.Tests.Serving.ServingHost;

namespace Assay.Tests.Serving.Rollouts;

public sealed class CanaryTests
{
    private static readonly object[] Version2 = [new { version = "2" }];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_canary_gets_a_growing_share_and_takes_over_after_its_last_step()
    {
        await using var scene = await RolloutScene.Start();
        await Register(scene.Server, bias: 1);
        var begun = await scene.Do("", new
        {
            candidates = Version2,
            plan = new { steps = new[] { Step(20, 60), Step(60, 60) }, analysis = new { minimumRequests = 5 } },
        });
        Assert.Equal((RolloutState.Running, 1, 2, 20, "It waits for its first evaluation."),
            (begun.Rollout.State, begun.Rollout.Step, begun.Rollout.Steps, begun.Rollout.WeightPercent, begun.Waiting));
        var arms = await scene.Ask(200);
        Assert.InRange(arms["candidate"], 15, 70);   // 5 deviations around 40
        Assert.Equal(200, arms["candidate"] + arms["stable"]);
        Assert.Equal([80.0, 20.0], (await scene.Show()).Arms.Select(arm => arm.SharePercent!.Value));
        Assert.Equal([("stable", 1, 80.0), ("candidate", 2, 20.0)], (await scene.Endpoint()).Split!.Select(part => (part.Arm, part.Version, part.Percent)));

        await scene.Pass(61);
        await Until(async () => (await scene.Show()).Rollout.Step == 2);
        var second = await scene.Show();
        Assert.Equal((60, 0), (second.Rollout.WeightPercent, (int)second.Arms.Sum(arm => arm.Requests)));
        await scene.Pass(61);
        Assert.Contains("of the 5 requests", (await scene.Show()).Waiting, StringComparison.Ordinal);

        await scene.Ask(60);
        await scene.Pass(10);
        var ended = await scene.Until(RolloutState.Promoted);
        Assert.Equal(["started", "step", "promoted"], ended.Timeline.Select(moment => moment.What));
        Assert.Equal(200, ended.Timeline[1].Figures.Sum(arm => arm.Requests));
        var endpoint = await scene.Endpoint();
        Assert.Equal(((int?)2, "2", null, null), (endpoint.Version, endpoint.Target, endpoint.Problem, endpoint.Split));
        Assert.Equal(TinyModel.Expect(30, 500, "plus", 1), await Predict(scene.Server, "churn"), 1e-6);
        Assert.Equal(20, Assert.Single(await scene.Events("rollout.started")).GetProperty("weightPercent").GetInt32());
        Assert.Equal(2, Assert.Single(await scene.Events("rollout.step")).GetProperty("step").GetInt32());
        Assert.Equal(2, Assert.Single(await scene.Events("rollout.promoted")).GetProperty("version").GetInt32());
    }

    [Fact]
    public async Task What_somebody_tried_and_took_back_is_no_problem_of_the_endpoint()
    {
        await using var scene = await RolloutScene.Start();
        await Register(scene.Server, bias: 1);
        await scene.Do("", new { candidates = Version2, plan = new { steps = new[] { Step(20, 600) } } });
        await scene.Do("/abort");
        Assert.Null((await scene.Endpoint()).Problem);
    }

    [Fact]
    public async Task A_candidate_that_fails_is_rolled_back_at_the_next_evaluation_and_says_why()
    {
        await using var scene = await RolloutScene.Start();
        await TrialModel.RegisterFailing(scene.Server);
        await scene.Do("", new { candidates = Version2, plan = new { steps = new[] { Step(50, 600) }, analysis = new { maxErrorRate = 0.05 } } });
        await scene.Ask(80, """[[50,500,"plus"]]""", mayFail: true);
        await scene.Pass(10);

        var ended = await scene.Until(RolloutState.RolledBack);
        Assert.Matches(@"^compareErrors: \d+ of \d+ requests of 'candidate' were answered with an error, and 0 of \d+ requests of the stable arm", ended.Rollout.Reason);
        var stated = Assert.Single(await scene.Events("rollout.rolled-back"));
        Assert.Equal(ended.Rollout.Reason, stated.GetProperty("reason").GetString());
        Assert.True(stated.GetProperty("figures")[1].GetProperty("failed").GetInt64() > 10);
        var endpoint = await scene.Endpoint();
        Assert.Equal((EndpointState.Ready, (int?)1), (endpoint.State, endpoint.Version));
        Assert.StartsWith("Version 2 was rolled back. compareErrors:", endpoint.Problem, StringComparison.Ordinal);
        Assert.Equal(new() { ["none"] = 50 }, await scene.Ask(50, """[[50,500,"plus"]]"""));

        await scene.Do("", new { candidates = Version2, plan = new { steps = new[] { Step(50, 600) } } });
        Assert.Null((await scene.Endpoint()).Problem);   // why the last one ended is no problem of the next one
    }

    [Fact]
    public async Task A_candidate_that_is_slow_is_rolled_back()
    {
        await using var scene = await RolloutScene.Start();
        await TrialModel.RegisterSlow(scene.Server);
        await scene.Do("", new { candidates = Version2, plan = new { steps = new[] { Step(50, 600) }, analysis = new { maxP95Milliseconds = 1 } } });
        await scene.Ask(60);
        await scene.Pass(10);
        var ended = await scene.Until(RolloutState.RolledBack);
        Assert.StartsWith("maxP95Milliseconds: 95 % of the requests of 'candidate' took up to", ended.Rollout.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_request_fails_while_a_canary_whose_predictions_drift_is_rolled_back_under_load()
    {
        await using var scene = await RolloutScene.Start();
        await Register(scene.Server, bias: 4);
        await scene.Do("", new { candidates = Version2, plan = new { steps = new[] { Step(50, 600) }, analysis = new { maxPsi = 0.2, maxKs = 0.2 } } });

        using var done = new CancellationTokenSource();
        var callers = Enumerable.Range(0, 4).Select(caller => Task.Run(async () =>
        {
            var asked = 0;
            for (; !done.IsCancellationRequested; asked++)
                await scene.Ask(1, $"""[[{20 + (asked % 50)},{asked * 7 % 900},"basic"]]""");   // fails the test when it isn't answered
            return asked;
        }, Cancel)).ToList();
        await Until(async () => (await scene.Show()).Arms[1].Requests > 100);
        await scene.Pass(10);
        var ended = await scene.Until(RolloutState.RolledBack);
        Assert.StartsWith("maxPsi: The predictions of 'candidate' differ from the stable arm's by a population stability index of", ended.Rollout.Reason, StringComparison.Ordinal);
        await Predict(scene.Server, "churn");
        await done.CancelAsync();
        Assert.All(await Task.WhenAll(callers), asked => Assert.True(asked > 0));
        var stats = (await Show(scene.Server, "churn")).Stats;
        Assert.Equal(0, stats.Errors);
    }

    [Fact]
    public async Task A_candidate_whose_clearance_was_taken_back_is_rolled_back_at_its_next_step()
    {
        await using var scene = await RolloutScene.Start();
        await Register(scene.Server, bias: 1);
        await PutPolicy(scene, "rules:\n  - signature: valid\n");
        await scene.Do("", new { candidates = Version2, plan = new { steps = new[] { Step(20, null), Step(60, null) } } });
        await PutPolicy(scene, "rules:\n  - signature: valid\napprovals:\n  - {from: [{role: approver}]}\nprotects: [churn]\n");
        var ended = await scene.Do("/resume");
        Assert.Equal(RolloutState.RolledBack, ended.Rollout.State);
        Assert.Contains("is protected by the policy of Production", ended.Rollout.Reason, StringComparison.Ordinal);
    }

    private static async Task PutPolicy(RolloutScene scene, string yaml)
    {
        using var policy = new StringContent(yaml, System.Text.Encoding.UTF8, "application/yaml");
        using var answer = await scene.Server.Admin.PutAsync("/api/v1/policies/Production", policy, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task Blue_green_switches_at_once_and_can_be_taken_back()
    {
        await using var scene = await RolloutScene.Start();
        await Register(scene.Server, bias: 1);
        await scene.Do("", new { candidates = Version2, plan = new { strategy = "blueGreen" } });
        Assert.Equal(new() { ["candidate"] = 20 }, await scene.Ask(20));
        Assert.Equal(1, (await scene.Endpoint()).Version);
        await scene.Do("/abort", new { reason = "The new figures look odd." });
        Assert.Equal(TinyModel.Expect(30, 500, "plus", 0), await Predict(scene.Server, "churn"), 1e-6);
        Assert.Equal("The new figures look odd.", Assert.Single(await scene.Events("rollout.aborted")).GetProperty("reason").GetString());
    }

    [Theory]
    [InlineData("""{"candidates":[]}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"candidates":[{"version":"1"}]}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"candidates":[{"version":"9"}]}""", HttpStatusCode.NotFound)]
    [InlineData("""{"candidates":[{"version":"2"},{"version":"3"}]}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"candidates":[{"version":"2","name":"stable"}]}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"candidates":[{"version":"2"}],"plan":{"steps":[{"weightPercent":50},{"weightPercent":20}]}}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"candidates":[{"version":"2"}],"plan":{"steps":[{"weightPercent":0}]}}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"candidates":[{"version":"2"}],"plan":{"analysis":{"falseAlarmRate":0.9}}}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"candidates":[{"version":"2"}],"plan":{"strategy":"blueGreen","analysis":{"maxPsi":0.2}}}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"candidates":[{"version":"2"}],"plan":{"stickyHeader":"no header"}}""", HttpStatusCode.BadRequest)]
    public async Task A_plan_that_cant_be_carried_out_is_refused(string body, HttpStatusCode status)
    {
        await using var scene = await RolloutScene.Start();
        await Register(scene.Server, bias: 1);
        using var answer = await scene.Server.Admin.PostAsync(
            "/api/v1/endpoints/churn/rollout", new StringContent(body, System.Text.Encoding.UTF8, "application/json"), Cancel);
        Assert.Equal(status, answer.StatusCode);
        Assert.Empty(await scene.Events("rollout.started"));
    }

    internal static object Step(int weightPercent, int? pauseSeconds) => new { weightPercent, pauseSeconds };
}
