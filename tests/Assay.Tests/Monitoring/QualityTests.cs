using System.Net;
using System.Net.Http.Json;
using Assay.Kernel;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Quality;
using Assay.Monitoring.Rules;
using Assay.Monitoring.Windows;

namespace Assay.Tests.Monitoring;

public sealed class QualityTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_report_of_a_window_has_each_share_beside_that_of_training_with_an_interval_and_a_test()
    {
        await using var watched = await WatchedServer.Start();
        watched.Traffic.Predict(1000, shift: 4, missing: 0.3);
        var window = await watched.Evaluate();

        var report = await Report(watched);

        Assert.Equal((window.Id, 1000, 20), (report.Window, report.Rows, report.Features.Count));
        var broken = report.Features[0];
        Assert.Equal(("f0", 0.3, 0), (broken.Name, broken.Missing!.Live, broken.Missing.Reference));
        Assert.InRange(broken.Missing.Interval.Low, 0.25, 0.3);
        Assert.True(broken.Missing.PValue < 1e-9);
        Assert.InRange(broken.Outside!.Live, 0.2, 0.95);
        Assert.True(broken.Max > broken.TrainedMax);
        var calm = report.Features[5];
        Assert.True(calm.Outside!.Live < 0.01 && calm.Missing!.PValue == 1);
        Assert.Equal(FeatureState.Fine, calm.State);
    }

    [Fact]
    public async Task Before_the_first_window_there_is_no_report()
    {
        await using var watched = await WatchedServer.Start();

        var answer = await watched.Server.Admin.GetAsync("/api/v1/monitors/churn/quality", Cancel);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Numbers_out_of_the_range_of_training_are_an_alert_though_their_bin_had_rows()
    {
        await using var watched = await WatchedServer.Start();
        await Rules(watched, new AlertRule(RuleSignal.OutsideShare, Above: 0.1));
        watched.Traffic.Predict(700, shift: 4);
        await watched.Evaluate();

        var alert = Assert.Single(await watched.Alerts(), alert => alert.Source == AlertSources.Quality);
        Assert.Equal(["f0", "f1"], alert.Features.Order());
        Assert.Contains("out of range", alert.Summary, StringComparison.Ordinal);

        watched.Traffic.Predict(700);
        await watched.Evaluate();
        Assert.All(await watched.Alerts(), each => Assert.Equal(AlertState.Closed, each.State));
    }

    [Fact]
    public async Task A_feature_without_any_value_has_vanished()
    {
        await using var watched = await WatchedServer.Start();
        await Rules(watched, new AlertRule(RuleSignal.VanishedFeature, AlertSeverity.Critical));
        watched.Traffic.Predict(700, missing: 1);
        await watched.Evaluate();

        var alert = Assert.Single(await watched.Alerts(), alert => alert.Source == AlertSources.Quality);
        Assert.Equal(("f0", AlertSeverity.Critical), (Assert.Single(alert.Features), alert.Severity));
        Assert.Equal(FeatureState.Vanished, (await Report(watched)).Features[0].State);
    }

    [Fact]
    public async Task A_feature_with_one_value_alone_has_become_constant()
    {
        await using var watched = await WatchedServer.Start();
        await Rules(watched, new AlertRule(RuleSignal.ConstantFeature));
        watched.Traffic.PredictConstant(700, 0.25);
        await watched.Evaluate();

        Assert.Equal("f0", Assert.Single(Assert.Single(await watched.Alerts(), alert => alert.Source == AlertSources.Quality).Features));
        var feature = (await Report(watched)).Features[0];
        Assert.Equal((FeatureState.Constant, 0.25, 0.25), (feature.State, feature.Min, feature.Max));
    }

    [Fact]
    public async Task Calls_that_the_schema_refuses_are_an_alert_even_when_no_row_is_answered_any_more()
    {
        await using var watched = await WatchedServer.Start();
        await Rules(watched, new AlertRule(RuleSignal.RefusedShare, Above: 0.05), new AlertRule(RuleSignal.Drift));
        watched.Traffic.Predict(700, shift: 2);
        await watched.Tick();
        Assert.Equal("drift", Assert.Single(await watched.Alerts()).Source);

        watched.Traffic.Refuse(600, "f3");
        await watched.Tick();

        var alert = Assert.Single(await watched.Alerts(), alert => alert.Source == AlertSources.Quality);
        Assert.Contains("refused share 100", alert.Summary, StringComparison.Ordinal);
        Assert.Contains("f3", alert.Features);
        var window = (await watched.Show()).Windows[0];
        Assert.Equal((0, 600, false), (window.Rows, window.Refused, window.Drifted));
        Assert.Equal(AlertState.Open, Assert.Single(await watched.Alerts(), each => each.Source == "drift").State);   // no rows, so nothing is calm
        var report = await Report(watched);
        Assert.Equal((600, 0, 1.0), (report.Calls!.Refused, report.Calls.Answered, report.Calls.Share));
        Assert.Equal(600, report.Features[3].Refused);

        watched.Traffic.Refuse(5, "f3", answered: 700);
        await watched.Tick();
        Assert.Equal(AlertState.Closed, Assert.Single(await watched.Alerts(), each => each.Source == AlertSources.Quality).State);
    }

    [Fact]
    public async Task Rules_that_suit_most_endpoints_can_be_had_at_once_and_take_the_latency_from_this_one()
    {
        await using var watched = await WatchedServer.Start();
        Assert.Equal(1000, Bound(await Suggested(watched)));
        watched.Traffic.LastMinute = new(5000, 0, 0, 4, 9, 40);

        var rules = await Suggested(watched);

        Assert.Equal(120, Bound(rules));
        await Rules(watched, [.. rules.Rules]);
        Assert.Equal(rules.Rules, (await watched.Get<RuleSet>("/api/v1/monitors/churn/rules")).Rules);

        static double? Bound(RuleSet rules) => rules.Rules.Single(rule => rule.Signal == RuleSignal.P99Milliseconds).Above;
    }

    private static Task<RuleSet> Suggested(WatchedServer watched) => watched.Get<RuleSet>("/api/v1/monitors/churn/rules/suggested");

    private static Task<QualityReport> Report(WatchedServer watched) => watched.Get<QualityReport>("/api/v1/monitors/churn/quality");

    private static async Task Rules(WatchedServer watched, params AlertRule[] rules)
    {
        var answer = await watched.Server.Admin.PutAsJsonAsync("/api/v1/monitors/churn/rules", new RuleSet(rules), AssayJson.Options, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }
}
