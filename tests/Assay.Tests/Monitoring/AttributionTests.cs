using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Assay.Inference.Explanations;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Attribution;
using Assay.Monitoring.LoggedRows;
using Assay.Monitoring.Monitors;
using Assay.Monitoring.Multivariate;
using Assay.Monitoring.Rules;
using Assay.Pipelines;
using Assay.Tests.Monitoring.Labels;
using Assay.Tests.Pipelines;
using Assay.Tests.Serving.PredictionLog;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Assay.Tests.Monitoring;

public sealed class AttributionTests
{
    private readonly Random _random = new(5);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Predictions_that_have_other_reasons_are_an_alert_by_a_rule_and_it_closes_when_they_have_the_old_ones()
    {
        await using var scene = await LabelScene.Start();
        await Rules(scene, new AlertRule(RuleSignal.AttributionChange, Above: 0.1));
        await Ask(scene, 400, isTurned: false);   // the first 400 are the reference
        await Ask(scene, 100, isTurned: false);
        await scene.Logged(2);
        await Tick(scene);   // a rule that needs the comparison is enough for it to be made

        var calm = Assert.Single((await Report(scene)).Results);
        Assert.Equal((false, ExplanationMethod.Linear, "plan"), (calm.Drifted, calm.Method, calm.Inputs.Single(input => input.ReferencePlace == 1).Input));
        Assert.Equal(1, calm.Inputs.Sum(input => input.Share), 9);
        Assert.InRange(calm.Agreement, 0.95, 1);
        Assert.Empty((await scene.Get<Page<AlertSummary>>("/api/v1/alerts")).Items);

        await Ask(scene, 100, isTurned: true);
        await scene.Logged(3);
        var turned = await Compare(scene);
        Assert.True(turned.Drifted);
        Assert.True(turned.Interval.High < 0.9);
        Assert.Equal((1, 100), (turned.Inputs.Single(input => input.Input == "balance").Place, turned.Current.Drawn));
        var alert = Assert.Single((await scene.Get<Page<AlertSummary>>("/api/v1/alerts")).Items);
        Assert.Equal(("attribution", AlertState.Open), (alert.Source, alert.State));
        Assert.Contains("have other reasons", alert.Summary, StringComparison.Ordinal);
        Assert.Equal(turned.Id, (await scene.Get<MonitorDetail>("/api/v1/monitors/churn")).Attribution!.Id);

        await Ask(scene, 100, isTurned: false);
        await scene.Logged(4);
        Assert.False((await Compare(scene)).Drifted);
        Assert.Equal(AlertState.Closed, Assert.Single((await scene.Get<Page<AlertSummary>>("/api/v1/alerts")).Items).State);
    }

    [Fact]
    public async Task What_can_not_be_explained_is_said_and_nothing_is_concluded()
    {
        await using var scene = await LabelScene.Start();
        await Ask(scene, 30, isTurned: false);
        await scene.Logged(1);
        Assert.Contains("there are 30 new rows of version 1, and 50 are needed", await Refused(scene), StringComparison.Ordinal);

        using var policy = await scene.Server.Admin.PutAsJsonAsync(
            "/api/v1/endpoints/churn/prediction-log", new { enabled = true, keepDays = 30, leaveOut = new[] { "balance" } }, Cancel);
        await Ask(scene, 300, isTurned: false);
        await scene.Logged(2);
        Assert.Contains("leaves out or hashes balance", await Refused(scene), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_that_was_trained_here_is_compared_with_the_rows_that_it_was_trained_on()
    {
        await using var scene = await LabelScene.Start(more: builder => builder.Services.Replace(ServiceDescriptor.Singleton<ITrainings>(new AskedTrainings { Recipe = new("churn", [new("people", 1)], "churn") })));
        var rows = Enumerable.Range(0, 600).Select(_ => Row(isTurned: false)).Select(row => string.Create(CultureInfo.InvariantCulture, $"{row[0]},{row[1]},{row[2]},yes"));
        await scene.Server.Admin.Upload("/api/v1/datasets/people", Encoding.UTF8.GetBytes("age,balance,plan,churn\n" + string.Join('\n', rows)));
        await Ask(scene, 250, isTurned: true);
        await scene.Logged(1);

        var reasons = await Compare(scene);
        using var answer = await scene.Server.Admin.PostAsync("/api/v1/monitors/churn/multivariate", null, Cancel);
        var together = (await answer.Content.ReadFromJsonAsync<MultivariateResult>(AssayJson.Options, Cancel))!;

        // At the first comparison, since what is past is not what the version answered first.
        Assert.True(reasons.Drifted && together.Drifted);
        Assert.Equal((600, 200, 600, 500), (reasons.Reference.Read, reasons.Reference.Drawn, together.Reference.Read, together.Reference.Drawn));
        Assert.Contains("people, version 1, on which the version was trained", reasons.Notes[0], StringComparison.Ordinal);
    }

    // Plan and age decide; or balance does, and the others are the same for all.
    private object[] Row(bool isTurned) => isTurned
        ? [40, 20_000 * _random.NextDouble(), "plus"]
        : [_random.NextDouble() * 80, 1200 + (100 * _random.NextDouble()), _random.Next(2) == 0 ? "plus" : "basic"];

    private Task<string> Ask(LabelScene scene, int rows, bool isTurned) =>
        LogHost.Call(scene.Server.Admin, JsonSerializer.Serialize(Enumerable.Range(0, rows).Select(_ => Row(isTurned))));

    private static Task Tick(LabelScene scene) => scene.Server.Services.GetServices<IHostedService>().OfType<RowClock>().Single().Tick(Cancel);

    private static Task<AttributionReport> Report(LabelScene scene) => scene.Get<AttributionReport>("/api/v1/monitors/churn/attribution");

    private static async Task<AttributionResult> Compare(LabelScene scene)
    {
        using var answer = await scene.Server.Admin.PostAsync("/api/v1/monitors/churn/attribution", null, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        return (await answer.Content.ReadFromJsonAsync<AttributionResult>(AssayJson.Options, Cancel))!;
    }

    private static async Task<string> Refused(LabelScene scene)
    {
        using var answer = await scene.Server.Admin.PostAsync("/api/v1/monitors/churn/attribution", null, Cancel);
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync(Cancel);
    }

    private static async Task Rules(LabelScene scene, params AlertRule[] rules)
    {
        using var answer = await scene.Server.Admin.PutAsJsonAsync("/api/v1/monitors/churn/rules", new RuleSet(rules), AssayJson.Options, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }
}
