using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Serving;
using Assay.Serving.Deployment;
using Assay.Serving.Rollouts;
using Assay.Tests.Inference;
using Microsoft.Extensions.DependencyInjection;
using static Assay.Tests.Serving.Rollouts.CanaryTests;
using static Assay.Tests.Serving.ServingHost;

namespace Assay.Tests.Serving.Rollouts;

public sealed class RolloutVerbTests
{
    private static readonly object[] Version2 = [new { version = "2" }];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_paused_roll_out_keeps_its_split_and_its_clock_stands_still()
    {
        await using var scene = await RolloutScene.Start();
        await Register(scene.Server, bias: 1);
        await scene.Do("", new { candidates = Version2, plan = new { steps = new[] { Step(50, 60), Step(70, 60) }, analysis = new { minimumRequests = 0 } } });
        Assert.Equal(RolloutState.Paused, (await scene.Do("/pause")).Rollout.State);
        await scene.Pass(600);
        Assert.Equal((RolloutState.Paused, 1), ((await scene.Show()).Rollout.State, (await scene.Show()).Rollout.Step));
        Assert.True((await scene.Ask(60)).ContainsKey("candidate"));

        await scene.Do("/resume");
        await scene.Pass(30);
        Assert.Equal(1, (await scene.Show()).Rollout.Step);
        await scene.Pass(31);
        await Until(async () => (await scene.Show()).Rollout.Step == 2);
        Assert.Single(await scene.Events("rollout.paused"));
        Assert.Single(await scene.Events("rollout.resumed"));
    }

    [Fact]
    public async Task Whoever_steps_in_may_say_why_and_it_stands_in_the_timeline_and_the_ledger()
    {
        await using var scene = await RolloutScene.Start();
        await Register(scene.Server, bias: 1);
        await scene.Do("", new { candidates = Version2, plan = new { steps = new[] { Step(10, null), Step(50, null) } } });
        await scene.Do("/pause", new { reason = " Half the callers are away. " });
        await scene.Do("/resume");
        await scene.Do("/resume", new { reason = "It looks well." });
        var ended = await scene.Do("/promote", new { reason = "Better on every segment." });
        Assert.Equal(
            [("started", null), ("paused", "Half the callers are away."), ("resumed", null), ("step", "It looks well."), ("promoted", "Better on every segment.")],
            ended.Timeline.Select(moment => (moment.What, moment.Reason)));
        Assert.Equal("Better on every segment.", ended.Rollout.Reason);
        Assert.Null((await scene.Endpoint()).Problem);
        foreach (var (type, reason) in new[] { ("paused", "Half the callers are away."), ("resumed", null), ("step", "It looks well."), ("promoted", "Better on every segment.") })
            Assert.Equal(reason, Assert.Single(await scene.Events($"rollout.{type}")).GetProperty("reason").GetString());

        using var nothing = await scene.Server.Admin.PostAsync("/api/v1/endpoints/churn/rollout/pause", null, Cancel);
        Assert.Equal(HttpStatusCode.Conflict, nothing.StatusCode);   // a request without a body is none about a reason
        using var novel = await scene.Post("/pause", new { reason = new string('a', 501) });
        Assert.Equal((HttpStatusCode.BadRequest, "'reason' has at most 500 letters."), (novel.StatusCode, await Detail(novel)));
    }

    [Fact]
    public async Task When_it_was_judged_is_said_beside_what_was_found()
    {
        await using var scene = await RolloutScene.Start();
        await Register(scene.Server, bias: 1);
        scene.StopClock();
        var begun = await scene.Do("", new { candidates = Version2, plan = new { steps = new[] { Step(50, null) } } });
        Assert.Null(begun.JudgedAt);
        await scene.Pass(10);
        var judged = await scene.Show();
        Assert.NotEmpty(judged.Checks);
        Assert.Equal(begun.Rollout.StartedAt.AddSeconds(10), judged.JudgedAt!.Value, TimeSpan.FromMilliseconds(1));
        Assert.Null((await scene.Do("/abort")).JudgedAt);
    }

    [Fact]
    public async Task A_clock_that_is_set_back_does_not_stop_the_judging()
    {
        await using var scene = await RolloutScene.Start();
        await Register(scene.Server, bias: 1);
        scene.StopClock();
        await scene.Do("", new { candidates = Version2, plan = new { steps = new[] { Step(50, null) } } });
        scene.SetBack(3600);
        await scene.Pass(10);
        Assert.NotNull((await scene.Show()).JudgedAt);
    }

    [Fact]
    public async Task A_step_without_a_pause_waits_for_somebody_and_promote_goes_past_all_steps()
    {
        await using var scene = await RolloutScene.Start();
        await Register(scene.Server, bias: 1);
        await scene.Do("", new { candidates = Version2, plan = new { steps = new[] { Step(10, null), Step(50, null), Step(60, null) } } });
        await scene.Pass(100_000);
        Assert.Equal(1, (await scene.Show()).Rollout.Step);
        Assert.Equal(2, (await scene.Do("/resume")).Rollout.Step);

        Assert.Equal(RolloutState.Promoted, (await scene.Do("/promote")).Rollout.State);
        Assert.Equal(2, (await scene.Endpoint()).Version);
        using var again = await scene.Post("/promote");
        Assert.Equal((HttpStatusCode.Conflict, "No roll-out goes on at 'churn'. Start one first."), (again.StatusCode, await Detail(again)));
    }

    [Fact]
    public async Task One_roll_out_goes_on_at_an_endpoint_and_nothing_is_deployed_past_it()
    {
        await using var scene = await RolloutScene.Start();
        await Register(scene.Server, bias: 1);
        await Register(scene.Server, bias: 2);
        await scene.Do("", new { candidates = Version2 });
        using var second = await scene.Post("", new { candidates = new[] { new { version = "3" } } });
        Assert.Equal((HttpStatusCode.Conflict, "The roll-out of version 2 goes on at 'churn'. Promote or abort it first."), (second.StatusCode, await Detail(second)));
        using var past = await Put(scene.Server, "churn", "3");
        Assert.Equal(HttpStatusCode.Conflict, past.StatusCode);
        (await scene.Server.Admin.DeleteAsync("/api/v1/endpoints/churn", Cancel)).EnsureSuccessStatusCode();
        Assert.Single(await scene.Events("rollout.aborted"));
    }

    [Fact]
    public async Task A_roll_out_goes_on_after_a_restart_with_its_step_its_figures_and_its_keys()
    {
        var before = await RolloutScene.Start();
        await Register(before.Server, bias: 1);
        await before.Do("", new { candidates = Version2, plan = new { strategy = "ab" } });
        var arms = new Dictionary<int, string>();
        for (var key = 0; key < 30; key++)
            arms[key] = Assert.Single(await before.Ask(3, key: $"caller-{key}")).Key;
        Assert.Equal(["candidate", "stable"], arms.Values.Distinct().Order());
        await before.Pass(10);
        await before.Do("/pause");

        await using var scene = await before.Restart();
        await Predict(scene.Server, "churn");
        for (var key = 0; key < 30; key++)
            Assert.Equal(arms[key], Assert.Single(await scene.Ask(1, key: $"caller-{key}")).Key);
        var shown = await scene.Show();
        Assert.Equal((RolloutState.Paused, 121), (shown.Rollout.State, shown.Arms.Sum(arm => arm.Requests)));
        Assert.Equal(["started", "paused"], shown.Timeline.Select(moment => moment.What));
        await scene.Do("/promote", new { arm = "candidate" });
        Assert.Equal(TinyModel.Expect(30, 500, "plus", 1), await Predict(scene.Server, "churn"), 1e-6);
    }

    [Fact]
    public async Task A_growing_share_takes_no_key_away_from_the_candidate()
    {
        await using var scene = await RolloutScene.Start();
        await Register(scene.Server, bias: 1);
        await scene.Do("", new { candidates = Version2, plan = new { stickyHeader = "Assay-Key", steps = new[] { Step(30, null), Step(60, null) } } });
        async Task<List<int>> OfCandidate() =>
            [.. await Task.WhenAll(Enumerable.Range(0, 40).Select(async key => (await scene.Ask(1, key: $"caller-{key}")).ContainsKey("candidate") ? key : -1))];
        var few = (await OfCandidate()).Where(key => key >= 0).ToList();
        await scene.Do("/resume");
        var many = (await OfCandidate()).Where(key => key >= 0).ToList();
        Assert.NotEmpty(few);
        Assert.Empty(few.Except(many));
        Assert.True(many.Count > few.Count);
    }

    [Fact]
    public async Task A_promotion_comes_by_the_endpoints_policy_and_what_was_taken_back_does_not_return_by_itself()
    {
        var before = await RolloutScene.Start();
        await Promote(before.Server, 1);
        var put = await before.Server.Admin.PutAsJsonAsync(
            "/api/v1/endpoints/churn", new { model = "churn", version = "Production", rollout = new { steps = new[] { Step(20, null) } } }, Cancel);
        put.EnsureSuccessStatusCode();
        Assert.Single(await before.Events("endpoint.policy-changed"));
        await Register(before.Server, bias: 1);
        await Promote(before.Server, 2);
        await Until(async () => (await before.Endpoint()).Split is not null);
        Assert.Equal((1, "Production"), ((await before.Endpoint()).Version!.Value, (await before.Endpoint()).Target));
        await before.Do("/abort");

        await using var scene = await before.Restart();
        Assert.Equal(TinyModel.Expect(30, 500, "plus", 0), await Predict(scene.Server, "churn"), 1e-6);
        Assert.StartsWith("Version 2 was taken back.", (await scene.Endpoint()).Problem, StringComparison.Ordinal);

        await Register(scene.Server, bias: 2);
        await Promote(scene.Server, 3);
        await Until(async () => (await scene.Endpoint()).Split is [_, { Version: 3 }]);
        await scene.Do("/promote");
        var endpoint = await scene.Endpoint();
        Assert.Equal(((int?)3, "Production", null), (endpoint.Version, endpoint.Target, endpoint.Problem));
        var history = await scene.Server.Admin.GetFromJsonAsync<Page<RolloutSummary>>("/api/v1/endpoints/churn/rollouts", AssayJson.Options, Cancel);
        Assert.Equal([RolloutState.Promoted, RolloutState.Aborted], history!.Items.Select(rollout => rollout.State));
    }

    [Fact]
    public async Task A_version_that_was_only_tried_comes_when_it_is_promoted()
    {
        await using var scene = await RolloutScene.Start();
        await Promote(scene.Server, 1);
        await Deploy(scene.Server, "churn", "Production");
        await Register(scene.Server, bias: 1);
        await scene.Do("", new { candidates = Version2, plan = new { steps = new[] { Step(20, null) } } });
        await scene.Do("/abort");

        await Promote(scene.Server, 2);
        await Until(async () => (await scene.Endpoint()) is { Version: 2, Problem: null });
    }

    [Fact]
    public async Task A_version_that_was_taken_back_comes_when_it_is_promoted_anew()
    {
        await using var scene = await RolloutScene.Start();
        await Promote(scene.Server, 1);
        var put = await scene.Server.Admin.PutAsJsonAsync(
            "/api/v1/endpoints/churn", new { model = "churn", version = "Production", rollout = new { steps = new[] { Step(20, null) } } }, Cancel);
        put.EnsureSuccessStatusCode();
        await Register(scene.Server, bias: 1);
        await Promote(scene.Server, 2);
        await Until(async () => (await scene.Endpoint()).Split is not null);
        await scene.Do("/abort");
        await Register(scene.Server, bias: 2);
        await scene.Do("", new { candidates = new[] { new { version = "3" } }, plan = new { steps = new[] { Step(20, null) } } });
        await scene.Do("/abort");

        await using (var scope = Scope(scene.Server))
        using (await scope.ServiceProvider.GetRequiredService<Deployer>().TakeTurn("churn", Cancel))
        {
            await Promote(scene.Server, 1);   // and nobody looks in between
            await Promote(scene.Server, 2);
        }

        await Until(async () => (await scene.Endpoint()).Split is [_, { Version: 2 }]);
        Assert.Null((await scene.Endpoint()).Problem);
    }

    [Fact]
    public async Task Callers_post_what_came_of_answers_once_and_a_drop_of_it_rolls_back()
    {
        await using var scene = await RolloutScene.Start();
        await Register(scene.Server, bias: 1);
        await scene.Do("", new { candidates = Version2, plan = new { steps = new[] { Step(50, null) }, analysis = new { maxValueDrop = 0.1 } } });
        using var answer = await Ask(scene.Server.Admin, "churn");
        var id = answer.Headers.GetValues("Assay-Request-Id").Single();
        using var counted = await scene.Post("/rewards", new { rewards = new[] { new { requestId = id, value = 1.0 } } });
        Assert.Equal("""{"counted":1,"unknown":0}""", await counted.Content.ReadAsStringAsync(Cancel));
        using var twice = await scene.Post("/rewards", new { rewards = new[] { new { requestId = id, value = 1.0 } } });
        Assert.Equal("""{"counted":0,"unknown":1}""", await twice.Content.ReadAsStringAsync(Cancel));
        using var worthless = await scene.Post("/rewards", new { rewards = new[] { new { arm = "stable" } } });
        Assert.Contains("\"field\":\"rewards[0].value\"", await worthless.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        using var nowhere = await scene.Post("/rewards", new { rewards = new[] { new { arm = "nobody", value = 1.0 } } });
        Assert.Equal(HttpStatusCode.BadRequest, nowhere.StatusCode);

        await scene.Post("/rewards", new { rewards = Enumerable.Range(0, 300).Select(i => new { arm = "stable", value = i % 5 == 0 ? 0.0 : 1.0 }) });
        await scene.Post("/rewards", new { rewards = Enumerable.Range(0, 300).Select(i => new { arm = "candidate", value = i % 5 == 0 ? 1.0 : 0.0 }) });
        await scene.Pass(10);
        var ended = await scene.Until(RolloutState.RolledBack);
        Assert.StartsWith("maxValueDrop: The mean value of 'candidate' is 0.2", ended.Rollout.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reward_that_is_not_counted_fails_on_the_command_line()
    {
        await using var scene = await RolloutScene.Start();
        await Register(scene.Server, bias: 1);
        await scene.Do("", new { candidates = Version2, plan = new { strategy = "ab" } });
        using var answer = await Ask(scene.Server.Admin, "churn");
        var id = answer.Headers.GetValues("Assay-Request-Id").Single();

        var counted = await CommandLine.Run(scene.Server, "rollout", "reward", "churn", "1", "--request", id);
        Assert.True((0, "1 counted, 0 not known.") == (counted.ExitCode, counted.Output.Trim()), counted.Output + counted.Error);
        var twice = await CommandLine.Run(scene.Server, "rollout", "reward", "churn", "1", "--request", id, "--json");
        Assert.Equal((1, 1), (twice.ExitCode, JsonElement.Parse(twice.Output).GetProperty("unknown").GetInt32()));
        Assert.Contains($"No answer '{id}' waits for a reward", twice.Error, StringComparison.Ordinal);
        Assert.Contains("with --arm", twice.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_misspelt_field_is_refused_by_its_name()
    {
        await using var scene = await RolloutScene.Start();
        foreach (var (verb, body, field) in new[]
        {
            ("", """{"candidates":[{"version":"2"}],"plna":{}}""", "plna"),
            ("", """{"candidates":[{"version":"2","weight":5}]}""", "candidates[0].weight"),
            ("", """{"candidates":[{"version":"2"}],"plan":{"analysis":{"maxErorRate":0.1}}}""", "plan.analysis.maxErorRate"),
            ("", """{"candidates":[{"version":"2"}],"plan":{"steps":[{"weightPercent":5,"pause":60}]}}""", "plan.steps[0].pause"),
            ("", """{"candidates":[{"version":"2"}],"plan":{"analysis":{"rules":[{"name":"a","breachedWhen":"1 > 2","failures":3}]}}}""", "plan.analysis.rules[0].failures"),
            ("/rewards", """{"rewards":[{"arm":"stable","value":1,"reqestId":"a"}]}""", "rewards[0].reqestId"),
            ("/promote", """{"candidate":"candidate"}""", "candidate"),
            ("/abort", """{"because":"of that"}""", "because"),
        })
        {
            using var answer = await scene.Post(verb, JsonElement.Parse(body));
            Assert.Equal((HttpStatusCode.BadRequest, $"'{field}' is not known here. Leave it out, or write it as the reference does."), (answer.StatusCode, await Detail(answer)));
        }
    }

    [Fact]
    public async Task Prometheus_sees_the_arms()
    {
        await using var scene = await RolloutScene.Start(FreePort.Find());
        await Register(scene.Server, bias: 1);
        await scene.Do("", new { candidates = Version2, plan = new { steps = new[] { Step(25, null) } } });
        await scene.Ask(20);
        using var prometheus = new HttpClient();
        var metrics = "";
        await ServingHost.Until(async () => Requests(metrics = await prometheus.GetStringAsync(scene.Server.MetricsAddress, Cancel)) >= 20);   // a caller may have its answer before it is counted
        Assert.Equal(20, Requests(metrics));
        Assert.Equal(0.25, PrometheusText.Value(metrics, "rollout_arm_share{", "endpoint=\"churn\"", "arm=\"candidate\""));

        static double Requests(string metrics) => new[] { "stable", "candidate" }.Sum(arm => PrometheusText.Value(metrics, "rollout_arm_requests{", $"arm=\"{arm}\""));
    }
}
