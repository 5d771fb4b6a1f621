using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.LoggedRows;
using Assay.Monitoring.Monitors;
using Assay.Monitoring.Multivariate;
using Assay.Monitoring.Reports;
using Assay.Tests.Monitoring.Labels;
using Assay.Tests.Serving.PredictionLog;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Assay.Tests.Monitoring;

public sealed class MultivariateTests
{
    private readonly Random _random = new(5);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Features_that_go_together_otherwise_are_an_alert_though_each_alone_is_as_it_was()
    {
        await using var scene = await LabelScene.Start();
        await Set(scene, new(Multivariate: new(EveryMinutes: 5, Rows: 200)));
        await Ask(scene, 400, isTurned: false);
        await Ask(scene, 300, isTurned: false);
        await scene.Logged(2);

        var calm = await Compare(scene);
        Assert.False(calm.Drifted);
        Assert.Equal((200, 400, 200, 300), (calm.Reference.Drawn, calm.Reference.Read, calm.Current.Drawn, calm.Current.Read));
        Assert.Empty(calm.Masked);

        await Ask(scene, 300, isTurned: true);
        await scene.Logged(3);
        var turned = await Compare(scene);

        Assert.True(turned.Drifted);
        Assert.Equal(300, turned.Current.Read);   // what was compared before is not compared again
        Assert.Contains(turned.Figures, figure => figure is { Test: "domain-classifier", Verdict: ComparisonVerdict.Drift });
        var alert = Assert.Single((await scene.Get<Page<AlertSummary>>("/api/v1/alerts")).Items);
        Assert.Equal(("multivariate", AlertState.Open), (alert.Source, alert.State));
        Assert.Matches(@" p-value \d[\d.]*e-\d+, \d+ rows", alert.Summary);
        var report = await scene.Get<MultivariateReport>("/api/v1/monitors/churn/multivariate");
        Assert.Equal([turned.Id, calm.Id], report.Results.Select(result => result.Id));

        await Ask(scene, 300, isTurned: false);
        await scene.Logged(4);
        Assert.False((await Compare(scene)).Drifted);
        Assert.Equal(AlertState.Closed, Assert.Single((await scene.Get<Page<AlertSummary>>("/api/v1/alerts")).Items).State);
    }

    [Fact]
    public async Task It_is_compared_by_itself_when_the_monitor_says_so_and_inputs_that_the_log_masks_are_left_out_and_named()
    {
        await using var scene = await LabelScene.Start();
        using var policy = await scene.Server.Admin.PutAsJsonAsync(
            "/api/v1/endpoints/churn/prediction-log", new { enabled = true, keepDays = 30, leaveOut = new[] { "balance" } }, Cancel);
        Assert.True(policy.IsSuccessStatusCode, await policy.Content.ReadAsStringAsync(Cancel));
        await Ask(scene, 400, isTurned: false);
        await Ask(scene, 300, isTurned: true);
        await scene.Logged(2);
        await Tick(scene);
        Assert.Empty((await scene.Get<MultivariateReport>("/api/v1/monitors/churn/multivariate")).Results);

        await Set(scene, new(Multivariate: new(EveryMinutes: 5, Rows: 200)));
        await Tick(scene);

        var result = Assert.Single((await scene.Get<MultivariateReport>("/api/v1/monitors/churn/multivariate")).Results);
        Assert.Equal((false, "balance"), (result.Drifted, Assert.Single(result.Masked)));
        Assert.Contains(result.Notes, note => note.StartsWith("Masked inputs", StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_too_few_logged_rows_it_says_how_many_there_are()
    {
        await using var scene = await LabelScene.Start();
        await Ask(scene, 50, isTurned: false);
        await scene.Logged(1);

        using var answer = await scene.Server.Admin.PostAsync("/api/v1/monitors/churn/multivariate", null, Cancel);

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Contains("has 50 rows of version 1", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_frequency_that_can_mean_nothing_is_refused()
    {
        await using var scene = await LabelScene.Start();

        using var answer = await scene.Server.Admin.PutAsJsonAsync("/api/v1/monitors/churn", new { multivariate = new { everyMinutes = 1 } }, Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    // Age and balance rise together, or one falls as the other rises; of each alone nothing changes.
    private async Task Ask(LabelScene scene, int rows, bool isTurned)
    {
        var body = Enumerable.Range(0, rows).Select(_ =>
        {
            var age = _random.NextDouble() * 80;
            var balance = ((isTurned ? 80 - age : age) * 20) + (_random.NextDouble() * 200);
            return new object[] { age, balance, "plus" };
        });
        await LogHost.Call(scene.Server.Admin, JsonSerializer.Serialize(body));
    }

    private static Task Tick(LabelScene scene) => scene.Server.Services.GetServices<IHostedService>().OfType<RowClock>().Single().Tick(Cancel);

    private static async Task<MultivariateResult> Compare(LabelScene scene)
    {
        using var answer = await scene.Server.Admin.PostAsync("/api/v1/monitors/churn/multivariate", null, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        return (await answer.Content.ReadFromJsonAsync<MultivariateResult>(AssayJson.Options, Cancel))!;
    }

    private static async Task Set(LabelScene scene, MonitorSettings settings)
    {
        using var answer = await scene.Server.Admin.PutAsJsonAsync("/api/v1/monitors/churn", settings, AssayJson.Options, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }
}
