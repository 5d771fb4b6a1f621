using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Monitors;
using Assay.Monitoring.Rules;
using Assay.Monitoring.Windows;
using Assay.Tests.Monitoring.Labels;
using Assay.Tests.Serving;

namespace Assay.Tests.Monitoring;

/// <summary>Drift of what ONNX graphs answer, whose packages tell nothing of training data.</summary>
public sealed class AnswerDriftTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_number_is_compared_with_the_first_window_of_its_version()
    {
        await using var scene = await LabelScene.Of(("model.onnx", ClassModels.Number()));
        await Ask(scene, Numbers(600, 250_000));

        var first = await Evaluate(scene);

        Assert.Equal((false, 0.0, 600L), (first.Drifted, first.MaxPsi, first.Rows));
        Assert.Equal((ReferenceKind.First, "against nothing yet"), (first.Judgement!.Reference, first.Judgement.Says));
        Assert.Contains("nothing to compare with yet", Assert.Single(first.Judgement.Notes), StringComparison.Ordinal);
        Assert.Equal("y", first.Score.Name);

        await Ask(scene, Numbers(600, 250_000));
        var alike = await Evaluate(scene);
        Assert.False(alike.Drifted);
        Assert.Equal([first.Id], alike.Judgement!.ReferenceWindows);
        Assert.InRange(alike.MaxPsi, 0, 0.1);   // sketches are not exact

        await Ask(scene, Numbers(600, 251_000));   // one deviation more
        Assert.True((await Evaluate(scene)).Drifted);
        var alert = Assert.Single((await scene.Get<Page<AlertSummary>>("/api/v1/alerts")).Items);
        Assert.Equal(["x", "y"], alert.Features.Order());   // the answer is the input
        Assert.Contains($"against the version's first window {first.Id}", alert.Summary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("named")]
    [InlineData("maps")]
    [InlineData("nameless")]
    public async Task Classes_are_compared_by_how_often_each_is_answered(string kind)
    {
        await using var scene = await LabelScene.Of(("model.onnx", kind switch
        {
            "named" => ClassModels.Table(ClassModels.Wines),
            "maps" => ClassModels.Maps(ClassModels.Wines),
            _ => ClassModels.Nameless(3),
        }));
        await Ask(scene, Wines(600, 0.6, 0.3));
        await Evaluate(scene);
        await Ask(scene, Wines(600, 0.6, 0.3));
        var alike = await Evaluate(scene);
        await Ask(scene, Wines(600, 0.3, 0.6));
        var other = await Evaluate(scene);

        Assert.Equal((false, 0), (alike.Drifted, alike.Score.Psi));
        Assert.True(other.Drifted);
        Assert.Equal(2 * 0.3 * Math.Log(2), other.Score.Psi, 1e-9);   // (0.6 − 0.3) · ln 2, of both
    }

    [Fact]
    public async Task A_probability_of_two_classes_is_watched_and_scores_that_are_none_are_missing()
    {
        await using var scene = await LabelScene.Of(("model.onnx", ClassModels.Table("no", "yes")));
        await Ask(scene, Rows(600, row => [1 - (row / 600.0), row / 600.0]));
        await Evaluate(scene);
        await Ask(scene, Rows(600, _ => [-3, 3]));

        Assert.True((await Evaluate(scene)).Drifted);
    }

    [Fact]
    public async Task The_first_window_outlasts_a_restart_and_is_that_of_the_version_that_answers()
    {
        var scene = await LabelScene.Of(("model.onnx", ClassModels.Number()));
        await Ask(scene, Numbers(600, 10_000));
        var first = await Evaluate(scene);
        scene = await LabelScene.Restart(scene);
        await using var restarted = scene;
        await Ask(scene, Numbers(600, 10_000));
        Assert.Equal([first.Id], (await Evaluate(scene)).Judgement!.ReferenceWindows);

        await MlflowPackages.Register(scene.Server, "wine", ("model.onnx", ClassModels.Maps("a", "b")));
        await ServingHost.Deploy(scene.Server, "churn", "2", "wine");
        await Ask(scene, Rows(600, _ => [0.5, 0.5]));
        var newer = await Evaluate(scene);
        Assert.Equal((2, ReferenceKind.First), (newer.ModelVersion, newer.Judgement!.Reference));
        Assert.Empty(newer.Judgement.ReferenceWindows);
    }

    [Fact]
    public async Task Its_monitor_is_in_the_list_its_calls_have_rules_and_what_needs_inputs_says_so()
    {
        await using var scene = await LabelScene.Of(("model.onnx", ClassModels.Number()));

        Assert.Equal(MonitorHealth.Waiting, Assert.Single((await scene.Get<Page<MonitorSummary>>("/api/v1/monitors")).Items).Health);
        var suggested = await scene.Get<RuleSet>("/api/v1/monitors/churn/rules/suggested");
        Assert.Contains(suggested.Rules, rule => rule.Signal == RuleSignal.P99Milliseconds);
        Assert.DoesNotContain(suggested.Rules, rule => rule.Signal is RuleSignal.AttributionChange or RuleSignal.OutsideShare);
        using var saved = await scene.Server.Admin.PutAsJsonAsync("/api/v1/monitors/churn/rules", suggested, AssayJson.Options, Cancel);
        Assert.Equal(HttpStatusCode.OK, saved.StatusCode);
        foreach (var route in new[] { "multivariate", "attribution" })
        {
            using var refused = await scene.Server.Admin.PostAsync($"/api/v1/monitors/churn/{route}", null, Cancel);
            Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
            Assert.Contains("has no schema of a row", await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        }
    }

    private static async Task<DriftWindow> Evaluate(LabelScene scene)
    {
        using var answer = await scene.Server.Admin.PostAsync("/api/v1/monitors/churn/evaluate", null, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        return (await answer.Content.ReadFromJsonAsync<DriftWindow>(AssayJson.Options, Cancel))!;
    }

    private static async Task Ask(LabelScene scene, string rows)
    {
        using var answer = await scene.Server.Admin.PostAsync("/endpoints/churn/predict", new StringContent(rows, Encoding.UTF8, "application/json"), Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    // Spread evenly over ± √3 · 1,000: with a standard deviation of 1,000, and the same in each call.
    private static string Numbers(int rows, double mean) => Rows(rows, row => [mean + (1732.05 * ((2.0 * row / (rows - 1)) - 1))]);

    private static string Wines(int rows, double red, double white) => Rows(rows, row =>
        row < red * rows ? [0.8, 0.1, 0.1] : row < (red + white) * rows ? [0.1, 0.8, 0.1] : [0.1, 0.1, 0.8]);

    private static string Rows(int rows, Func<int, double[]> row) => $"[{string.Join(',', Enumerable.Range(0, rows).Select(place =>
        $"[{string.Join(',', row(place).Select(value => value.ToString(CultureInfo.InvariantCulture)))}]"))}]";
}
