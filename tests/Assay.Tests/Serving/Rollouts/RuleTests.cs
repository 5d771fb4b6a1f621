using System.Net;
using Assay.Serving;
using Assay.Serving.Rollouts;
using Assay.Serving.Rollouts.Rules;
using static Assay.Tests.Serving.Rollouts.CanaryTests;
using static Assay.Tests.Serving.ServingHost;

namespace Assay.Tests.Serving.Rollouts;

/// <summary>Roll-outs that are judged by conditions over the platform's own metrics.</summary>
public sealed class RuleTests
{
    private static readonly object[] Version2 = [new { version = "2" }];

    [Fact]
    public async Task A_rule_that_becomes_true_rolls_back_and_says_which_one_with_its_numbers()
    {
        await using var scene = await RolloutScene.Start();
        await TrialModel.RegisterFailing(scene.Server);
        await scene.Do("", Plan(new
        {
            name = "too-many-errors",
            breachedWhen = """sum(increase(rollout_arm_errors{arm="candidate"}[5m])) / increase(rollout_arm_requests{arm="candidate"}[5m]) > 0.05 and rollout_arm_requests{arm="stable"} >= 5""",
        }));
        await scene.Ask(80, """[[50,500,"plus"]]""", mayFail: true);
        await scene.Pass(10);

        var ended = await scene.Until(RolloutState.RolledBack);
        Assert.Matches(@"^too-many-errors: sum\(increase\(rollout_arm_errors.* is true: 1 > 0\.05; \d+ >= 5\.$", ended.Rollout.Reason);
        Assert.Equal(ended.Rollout.Reason, Assert.Single(await scene.Events("rollout.rolled-back")).GetProperty("reason").GetString());
        Assert.Equal(new() { ["none"] = 10 }, await scene.Ask(10));
    }

    [Fact]
    public async Task A_rule_that_is_false_or_has_no_value_yet_lets_the_roll_out_go_on_and_shows_what_it_sees()
    {
        await using var scene = await RolloutScene.Start();
        scene.StopClock();
        await Register(scene.Server, bias: 1);
        await scene.Do("", Plan(
            new { name = "busy", breachedWhen = """rate(inference_requests_total{outcome="ok"}[1m]) > 1e9""" },
            new { name = "slow", breachedWhen = "rate(inference_latency_seconds_sum[1m]) / rate(inference_latency_seconds_count[1m]) > 60" },
            new { name = "failures", breachedWhen = """rate(inference_requests_total{outcome="failed", endpoint="nobody"}[1m]) > 0""" },
            new { name = "vague", breachedWhen = "rollout_arm_requests > 0" },
            new { name = "worthless", breachedWhen = """rollout_arm_mean_value{arm="candidate"} < 0.5""" }));
        await scene.Ask(30);
        await scene.Pass(10);

        var checks = (await scene.Show()).Checks.ToDictionary(check => check.Rule);
        Assert.Equal((RolloutCheckState.Holding, 1e9), (checks["busy"].State, checks["busy"].Bound));
        Assert.True(checks["busy"].Value >= 2.5, $"{checks["busy"].Value}");   // 30 requests in 10 seconds, of which the last may not be counted yet; other tests may count here, too
        Assert.InRange(checks["slow"].Value!.Value, 1e-9, 60);
        Assert.Equal((RolloutCheckState.Waiting, (double?)null), (checks["failures"].State, checks["failures"].Value));
        Assert.Contains("There is no value yet of 'rate(inference_requests_total{outcome=\"failed\", endpoint=\"nobody\"}[1m])'", checks["failures"].Sentence, StringComparison.Ordinal);
        Assert.Equal(RolloutCheckState.Waiting, checks["worthless"].State);   // no value was posted, which isn't 0
        Assert.Contains("'rollout_arm_requests' matches 2 series. Name more of their labels", checks["vague"].Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rule_may_be_true_as_often_as_its_plan_allows_and_is_watched_over_all_steps()
    {
        await using var scene = await RolloutScene.Start();
        scene.StopClock();
        await Register(scene.Server, bias: 1);
        await scene.Do("", new
        {
            candidates = Version2,
            plan = new
            {
                stickyHeader = "Assay-Key",
                steps = new[] { Step(50, 15), Step(50, 600) },
                analysis = new
                {
                    minimumRequests = 1,
                    rules = new object[]
                    {
                        new { name = "often", breachedWhen = "sum(increase(rollout_arm_requests[1h])) >= 20", failureLimit = 1 },
                        new { name = "never", breachedWhen = "max(max_over_time(rollout_arm_share[1h])) > 1 or avg(avg_over_time(rollout_arm_share[1h])) < -(-(0))" },
                    },
                },
            },
        });
        await AskOnceByEachKey();
        await Until(async () => (await scene.Show()).Arms.Sum(arm => arm.Requests) == 19);   // a call is counted after its answer
        await scene.Pass(20);
        await Until(async () => (await scene.Show()).Rollout.Step == 2);
        await AskOnceByEachKey();   // each arm's own count began anew, and ends where the former one ended
        await Until(async () => (await scene.Show()).Arms.Sum(arm => arm.Requests) == 19);
        await scene.Pass(10);
        var shown = await scene.Show();
        Assert.Equal((RolloutState.Running, (double?)38), (shown.Rollout.State, shown.Checks.Single(check => check.Rule == "often").Value));
        Assert.Contains("True at 1 evaluations so far; 1 are allowed.", shown.Checks.Single(check => check.Rule == "often").Sentence, StringComparison.Ordinal);
        Assert.Equal(RolloutCheckState.Holding, shown.Checks.Single(check => check.Rule == "never").State);
        await scene.Pass(10);
        Assert.StartsWith("often:", (await scene.Until(RolloutState.RolledBack)).Rollout.Reason, StringComparison.Ordinal);

        async Task AskOnceByEachKey()
        {
            for (var key = 0; key < 19; key++)
                await scene.Ask(1, key: $"{key}");
        }
    }

    [Fact]
    public async Task After_a_restart_rules_go_on_from_what_they_had_seen()
    {
        RolloutScene scene;
        await using (var before = await RolloutScene.Start())
        {
            await Register(before.Server, bias: 1);
            before.StopClock();   // where 35 calls or a restart take the ten seconds of an interval, the host judges once more by itself
            await before.Do("", Plan(
                new { name = "often", breachedWhen = "sum(increase(inference_requests_total{outcome=\"ok\"}[1h])) >= 30", failureLimit = 2 },
                new { name = "slow", breachedWhen = "histogram_quantile(0.99, sum(rate(inference_latency_seconds_bucket[1h])) by (le)) > 60" }));
            await before.Ask(35);
            await Until(async () => (await before.Show()).Arms.Sum(arm => arm.Requests) == 35);   // a call is counted after its answer
            await before.Pass(10);
            Assert.Contains("True at 1 evaluations so far", Of(await before.Show(), "often").Sentence, StringComparison.Ordinal);
            Assert.InRange(Of(await before.Show(), "slow").Value!.Value, 1e-6, 60);
            scene = await before.Restart();
        }

        await using (scene)
        {
            await Until(async () => (await scene.Show()).Arms.Count == 2);   // it goes on
            await scene.Pass(10);   // nobody has asked since
            var shown = await scene.Show();
            Assert.Contains("True at 2 evaluations so far", Of(shown, "often").Sentence, StringComparison.Ordinal);
            Assert.True(Of(shown, "often").Value >= 35, $"{Of(shown, "often").Value}");
            Assert.Equal(RolloutCheckState.Holding, Of(shown, "slow").State);
            await scene.Pass(10);
            Assert.StartsWith("often:", (await scene.Until(RolloutState.RolledBack)).Rollout.Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_quantile_is_read_from_buckets_as_prometheus_reads_it()
    {
        double[] bounds = [0.1, 0.5, 1];
        double? Of(double share, params (string Bucket, double Count)[] counted) => BucketQuantile.Of(share, bounds, counted.ToLookup(pair => pair.Bucket, pair => pair.Count));
        Assert.Null(Of(0.5));
        Assert.Equal(0.05, Of(0.5, ("0.1", 10))!.Value, 1e-12);
        Assert.Equal(0.3, Of(0.75, ("0.1", 10), ("0.5", 10))!.Value, 1e-12);
        Assert.Equal(0.5, Of(1, ("0.1", 10), ("0.5", 4), ("0.5", 6))!.Value, 1e-12);
        Assert.Equal(1, Of(0.99, ("0.1", 1), ("+Inf", 9))!.Value, 1e-12);
        Assert.Equal(("0.1", "0.5", "+Inf"), (BucketQuantile.BucketOf(bounds, 0.1), BucketQuantile.BucketOf(bounds, 0.11), BucketQuantile.BucketOf(bounds, 2)));
    }

    [Theory]
    [InlineData("rollout_arm_requests", "It is a number. Compare it, such as by '> 0.01'.")]
    [InlineData("1 > 0", "It reads no metric.")]
    [InlineData("rate(rollout_arm_requests) > 0", "At ')' (letter 26) '[' is expected.")]
    [InlineData("rate(rollout_arm_requests[2h]) > 0", "At '2h' (letter 27) a time of 1s to 1h is expected.")]
    [InlineData("rollout_arm_requests{arm=~\"c.*\"} > 0", "The sign '~' is not known.")]
    [InlineData("rollout_arm_requests > 0 > 1", "At '>' (letter 26) an operator is expected.")]
    [InlineData("rollout_arm_requests + (1 > 0) > 1", "'+' joins numbers, and '1 > 0' is a comparison.")]
    [InlineData("topk(rollout_arm_requests) > 0", "There is no function 'topk' here")]
    [InlineData("rollout_arm_requests >", "It ends where a number, a metric or '(' is expected.")]
    [InlineData("((((((((((((((((((((((rollout_arm_requests)))))))))))))))))))))) > 0", "It is nested more than 20 times.")]
    [InlineData("histogram_quantile(2, rate(inference_latency_seconds_bucket[5m])) > 1", "At '2' (letter 20) a number of 0 to 1 is expected.")]
    [InlineData("histogram_quantile(0.9, avg_over_time(inference_latency_seconds_bucket[5m])) > 1", "'histogram_quantile' takes a rate or an increase, not 'avg_over_time'.")]
    [InlineData("histogram_quantile(0.9, rate(inference_latency_seconds_sum[5m])) > 1", "whose name ends in '_bucket', and not 'inference_latency_seconds_sum'.")]
    [InlineData("rate(inference_latency_seconds_bucket[5m]) > 1", "Put histogram_quantile(0.99, rate(inference_latency_seconds_bucket[5m])) in its place.")]
    [InlineData("up > 0", "There is no metric 'up' here.")]
    [InlineData("rollout_arm_requests{project=\"other\"} > 0", "Leave the label project out.")]
    public async Task A_rule_that_can_not_be_judged_is_refused_with_where_it_is_wrong(string condition, string problem)
    {
        await using var scene = await RolloutScene.Start();
        await Register(scene.Server, bias: 1);
        using var answer = await scene.Post("", Plan(new { name = "rule", breachedWhen = condition }));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(problem, await Detail(answer), StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_reads_its_own_project_and_where_it_names_none_its_own_endpoint()
    {
        var selector = new SeriesSelector("m", []);
        Assert.True(selector.Matches([new("project", "mine"), new("endpoint", "churn")], "mine", "churn"));
        Assert.False(selector.Matches([new("project", "theirs"), new("endpoint", "churn")], "mine", "churn"));
        Assert.False(selector.Matches([new("project", "mine"), new("endpoint", "other")], "mine", "churn"));
        Assert.True((selector with { Labels = [new("endpoint", true, "other")] }).Matches([new("project", "mine"), new("endpoint", "other")], "mine", "churn"));
        Assert.False((selector with { Labels = [new("endpoint", true, "other")] }).Matches([new("project", "theirs"), new("endpoint", "other")], "mine", "churn"));
    }

    private static RolloutCheck Of(RolloutDetail shown, string rule) => shown.Checks.Single(check => check.Rule == rule);

    private static object Plan(params object[] rules) =>
        new { candidates = Version2, plan = new { steps = new[] { Step(50, 600) }, analysis = new { compareErrors = false, rules } } };
}
