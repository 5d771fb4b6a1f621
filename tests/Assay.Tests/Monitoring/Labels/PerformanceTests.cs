using System.Globalization;
using System.Net;
using Assay.Monitoring.Performance;
using Assay.Tests.Inference;
using Assay.Tests.Serving;
using Assay.Tests.Serving.PredictionLog;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Tests.Monitoring.Labels;

public sealed class PerformanceTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_estimate_stands_beside_what_labels_show_and_says_what_it_rests_on()
    {
        await using var scene = await LabelScene.Start();
        await scene.Set(new() { MinimumLabels = 10 });
        for (var call = 0; call < 12; call++)
            await scene.Predict(20 + (5 * call));
        await scene.Logged(12);
        await scene.Tick();

        var report = await scene.Show();

        // Of raw scores: a row decided positive is right with its probability, another one with the rest.
        var expected = Enumerable.Range(0, 12).Average(call => Math.Max(LabelScene.Score(20 + (5 * call)), 1 - LabelScene.Score(20 + (5 * call))));
        var estimated = Assert.Single(report.Totals).Estimated.Named("accuracy");
        Assert.Equal(expected, estimated.Value!.Value, 0.01);
        Assert.True(estimated.Low < expected && expected < estimated.High);
        Assert.Null(report.Totals[0].Realised.Named("accuracy").Value);
        var reference = Assert.Single(report.References);
        Assert.Equal(0.8, reference.Metrics["auc"]);
        Assert.StartsWith("Not calibrated", reference.EstimatedBy, StringComparison.Ordinal);
        Assert.Contains(report.Notes, note => note.Contains("can see concept drift", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Segments_are_told_apart_from_their_setting_on_and_compared_with_the_largest()
    {
        await using var scene = await LabelScene.Start();
        await scene.Predict(30);
        await scene.Logged(1);
        await scene.Set(new() { MinimumLabels = 10, Segments = ["plan", "age"] });
        var ids = new List<string>();
        for (var call = 0; call < 24; call++)
            ids.Add(await scene.Predict(call % 2 == 0 ? 20 : 40, call < 14 ? "größer" : "plus"));
        await scene.Logged(25);
        await scene.Post([.. ids.Select(id => (object)new { id, label = "yes" })]);
        await scene.Tick();

        var report = await scene.Show("segment=plan");

        Assert.Equal([("größer", 14L, 14L), ("plus", 10L, 10L)], report.Totals.Select(total => (total.Value!, total.Predictions, total.Labelled)));
        // All of plan "plus" are decided positive (0.05·20 + 1.5 − 2 > 0), and half of the others.
        var fairness = Assert.Single(report.Fairness);
        Assert.Equal(("plus", "größer"), (fairness.Value, fairness.Against));
        Assert.Equal((0.5, 2.0), (fairness.PositiveRateDifference.Value!.Value, fairness.PositiveRateRatio.Value!.Value));
        Assert.Equal(0.5, fairness.TruePositiveRateDifference.Value!.Value, 1e-9);
        Assert.True(fairness.PositiveRateDifference.Low < 0.5 && fairness.PositiveRateDifference.High > 0.5);
        Assert.Equal(2, (await scene.Show("segment=age")).Totals.Count);
    }

    [Fact]
    public async Task A_segment_that_the_log_does_not_keep_is_unavailable_and_said_so()
    {
        await using var scene = await LabelScene.Start();
        await scene.Set(new() { Segments = ["plan"] });
        (await scene.Server.Admin.PutAsync(
            "/api/v1/endpoints/churn/prediction-log",
            new StringContent("""{"enabled":true,"keepDays":30,"hash":["plan"]}""", System.Text.Encoding.UTF8, "application/json"), Cancel)).EnsureSuccessStatusCode();
        await scene.Predict(30);
        await scene.Logged(1);
        await scene.Tick();

        var report = await scene.Show("segment=plan");

        Assert.Empty(report.Totals);
        Assert.Contains(report.Notes, note => note.Contains("only where the log keeps its values in clear", StringComparison.Ordinal));
        Assert.Equal(1, Assert.Single((await scene.Show()).Totals).Predictions);
    }

    [Theory]
    [InlineData("by=week", "Windows are of an hour or a day, not 'week'.")]
    [InlineData("segment=plan", "Rows are not told apart by 'plan' here.")]
    [InlineData("from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z", "The time begins after it ends")]
    public async Task A_question_without_sense_is_refused(string query, string detail)
    {
        await using var scene = await LabelScene.Start();

        using var answer = await scene.Server.Admin.GetAsync($"/api/v1/endpoints/churn/performance?{query}", Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.StartsWith(detail, await ServingHost.Detail(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hours_become_days_and_say_the_same_and_corrections_reach_them()
    {
        await using var scene = await LabelScene.Start();
        await scene.Set(new() { MinimumLabels = 10 });
        var ids = new List<string>();
        for (var call = 0; call < 12; call++)
            ids.Add(await scene.Predict(call < 6 ? 20 : 60));
        await scene.Logged(12);
        await scene.Post([.. ids.Select((id, place) => (object)new { id, label = place >= 6 })]);
        await scene.Tick();

        // As if they had been made twenty days ago.
        var past = 20L * 24 * 3600 * 1000;
        await scene.Server.Tamper($"UPDATE monitoring_performance SET \"from\" = \"from\" - {past.ToString(CultureInfo.InvariantCulture)}");
        await scene.Server.Tamper($"UPDATE monitoring_outcomes SET predicted_at = predicted_at - {past.ToString(CultureInfo.InvariantCulture)}");
        await using (var scope = ServingHost.Scope(scene.Server))
            await scope.ServiceProvider.GetRequiredService<WindowAging>().Run("churn", Cancel);
        await scene.Post(new { id = ids[0], label = true });
        await scene.Tick();

        var from = DateTimeOffset.UtcNow.AddDays(-25).ToString("O", CultureInfo.InvariantCulture).Replace("+00:00", "Z", StringComparison.Ordinal);
        var window = Assert.Single((await scene.Show($"by=hour&from={from}")).Windows);
        Assert.Equal((24, 12, 12), (window.Hours, window.Predictions, window.Labelled));
        Assert.Equal(11 / 12.0, window.Realised.Named("accuracy").Value!.Value, 1e-9);
    }

    [Fact]
    public async Task Rows_with_an_explanation_are_no_predictions()
    {
        await using var scene = await LabelScene.Start();
        await scene.Predict(30);
        (await scene.Server.Admin.PostAsync("/endpoints/churn/explain", new StringContent(LogHost.One, System.Text.Encoding.UTF8, "application/json"), Cancel)).EnsureSuccessStatusCode();
        await scene.Logged(2);
        await scene.Tick();

        Assert.Equal(1, Assert.Single((await scene.Show()).Totals).Predictions);
    }
}
