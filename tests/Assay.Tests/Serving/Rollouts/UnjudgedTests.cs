using System.Net;
using Assay.Learning.Onnx;
using Assay.Serving;
using Assay.Serving.Rollouts;
using static Assay.Tests.Serving.Rollouts.CanaryTests;
using static Assay.Tests.Serving.ServingHost;

namespace Assay.Tests.Serving.Rollouts;

/// <summary>What a plan asks to be judged is judged before a step ends, or somebody goes on without.</summary>
public sealed class UnjudgedTests
{
    private static readonly object[] Version2 = [new { version = "2" }];

    [Fact]
    public async Task The_predictions_of_graphs_are_judged_too()
    {
        await using var scene = await Graphs(Sigmoid(1), Sigmoid(-9));
        await scene.Do("", new { candidates = Version2, plan = new { steps = new[] { Step(50, 60) }, analysis = new { minimumRequests = 20, maxPsi = 0.05, maxKs = 0.05 } } });
        await scene.Ask(6, """[[0.5],[1],[2],[0.1],[0.2],[-1],[3],[0.7]]""");
        await scene.Pass(61);
        var held = await scene.Show();
        Assert.Equal(RolloutState.Running, held.Rollout.State);

        await scene.Ask(60, """[[0.5],[1],[2],[0.1],[0.2],[-1],[3],[0.7],[-2],[0.3],[0.4],[0.6],[0.8],[0.9],[1.1],[1.2]]""");
        await scene.Pass(10);
        var ended = await scene.Until(RolloutState.RolledBack);
        Assert.StartsWith("maxPsi: The predictions of 'candidate' differ from the stable arm's", ended.Rollout.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_graph_that_answers_the_same_goes_through_after_a_restart_too_and_one_of_another_kind_is_refused()
    {
        var before = await Graphs(Sigmoid(1), Sigmoid(1), Sigmoid(1, columns: 2));
        using var other = await before.Post("", new { candidates = new[] { new { version = "3" } }, plan = new { analysis = new { maxKs = 0.2 } } });
        var said = await other.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, other.StatusCode);
        Assert.Contains("plan.analysis.maxKs", said, StringComparison.Ordinal);
        Assert.Contains("Version 1 answers a number and version 3 one of 2 classes", said, StringComparison.Ordinal);

        await before.Do("", new { candidates = Version2, plan = new { steps = new[] { Step(50, 60) }, analysis = new { minimumRequests = 10, maxKs = 0.2 } } });
        await before.Ask(80, """[[0.5],[1],[2],[0.1],[0.2],[-1],[3],[0.7]]""");   // so many that chance lets no arm go without, after the 13 of which bins are made
        await before.Pass(10);
        var counted = (await before.Show()).Arms;
        Assert.All(counted, arm => Assert.True(arm.Scores!.Sum() > 0));

        await using var scene = await before.Restart();
        await Until(async () => (await scene.Show()).Arms.Count == 2);
        var shown = (await scene.Show()).Arms;
        Assert.Equal(counted[0].Edges, shown[0].Edges);
        Assert.Equal(counted.Select(arm => arm.Scores!.Sum()), shown.Select(arm => arm.Scores!.Sum()));
        await scene.Pass(60);
        Assert.Equal(RolloutState.Promoted, (await scene.Until(RolloutState.Promoted)).Rollout.State);
    }

    [Fact]
    public async Task A_step_lasts_until_every_rule_can_say_something_and_somebody_may_go_on_without()
    {
        await using var scene = await RolloutScene.Start();
        await Register(scene.Server, bias: 1);
        await scene.Do("", new { candidates = Version2, plan = new { steps = new[] { Step(50, 60), Step(60, 60) }, analysis = new { minimumRequests = 5, maxValueDrop = 0.1 } } });
        await scene.Ask(40);
        await scene.Pass(61);
        await Until(async () => (await scene.Show()).Timeline.Count == 2);
        await scene.Pass(10);
        var held = await scene.Show();
        Assert.Equal((RolloutState.Running, 1), (held.Rollout.State, held.Rollout.Step));
        Assert.StartsWith("The step's time is over, but maxValueDrop can say nothing yet: 0 values of 'candidate'", held.Waiting, StringComparison.Ordinal);
        Assert.Equal(["started", "held"], held.Timeline.Select(moment => moment.What));
        Assert.Equal(held.Timeline[1].Reason, Assert.Single(await scene.Events("rollout.held")).GetProperty("reason").GetString());

        Assert.Equal(2, (await scene.Do("/resume")).Rollout.Step);
        using var early = await scene.Post("/resume");
        Assert.Equal(HttpStatusCode.Conflict, early.StatusCode);
        Assert.Equal(RolloutState.Promoted, (await scene.Do("/promote")).Rollout.State);
    }

    [Fact]
    public async Task In_a_step_of_all_requests_nothing_is_compared_and_the_rest_is_judged()
    {
        await using var scene = await RolloutScene.Start();
        await Register(scene.Server, bias: 0);
        using var never = await scene.Post("", new { candidates = Version2, plan = new { steps = new[] { Step(100, 60) }, analysis = new { maxPsi = 0.2 } } });
        Assert.Equal(HttpStatusCode.BadRequest, never.StatusCode);

        await scene.Do("", new { candidates = Version2, plan = new { steps = new[] { Step(50, 60), Step(100, 60) }, analysis = new { minimumRequests = 5, maxPsi = 0.5, maxErrorRate = 0.1 } } });
        await scene.Ask(40);
        await scene.Pass(61);
        await Until(async () => (await scene.Show()).Rollout.Step == 2);
        await scene.Ask(10);
        await scene.Pass(10);
        Assert.Equal(["maxErrorRate"], (await scene.Show()).Checks.Select(check => check.Rule));
        await scene.Pass(51);
        await scene.Until(RolloutState.Promoted);
    }

    [Fact]
    public async Task A_rule_over_metrics_without_a_value_holds_a_step_and_the_sum_of_a_counter_that_never_counted_is_zero()
    {
        await using var scene = await RolloutScene.Start();
        await Register(scene.Server, bias: 1);
        object Plan(string rule) => new { candidates = Version2, plan = new { steps = new[] { Step(50, 60) }, analysis = new { minimumRequests = 5, rules = new[] { new { name = "shed", breachedWhen = rule } } } } };
        await scene.Do("", Plan("""rate(predictions_rejected_total{reason="nobody"}[1m]) > 1"""));
        await scene.Ask(40);
        await scene.Pass(61);
        Assert.Single(await scene.Events("rollout.held"));
        await scene.Do("/abort");

        await scene.Do("", Plan("""sum(rate(predictions_rejected_total{reason="nobody"}[1m])) > 1"""));
        await scene.Ask(40);
        await scene.Pass(61);
        await scene.Until(RolloutState.Promoted);
    }

    // The endpoint 'churn', whose version 1 is the first of these graphs.
    private static async Task<RolloutScene> Graphs(params byte[][] versions)
    {
        var scene = await RolloutScene.Start();
        foreach (var graph in versions)
            await MlflowPackages.Register(scene.Server, "graphs", ("model.onnx", graph));
        await Deploy(scene.Server, "churn", "1", "graphs");
        return scene;
    }

    private static byte[] Sigmoid(float slope, int columns = 1)
    {
        var graph = new GraphBuilder();
        var x = graph.Input("x", GraphBuilder.Float, -1, 1);
        var line = graph.Add("MatMul", [x, graph.Floats("slope", [.. Enumerable.Repeat(slope, columns)], 1, columns)]);
        graph.AddNamed("Sigmoid", [line], "y");
        graph.Output("y", GraphBuilder.Float, -1, columns);
        return graph.Build();
    }
}
