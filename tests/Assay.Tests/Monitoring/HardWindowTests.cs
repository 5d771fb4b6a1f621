using System.Net.Http.Json;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Monitors;
using Assay.Monitoring.Quality;
using Assay.Monitoring.Rules;
using Assay.Statistics.Drift;
using Assay.Statistics.Profiles;

namespace Assay.Tests.Monitoring;

/// <summary>What goes wrong around a monitor, and must neither break it nor make it sure of what it can't know.</summary>
public sealed class HardWindowTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_week_without_traffic_is_said_and_what_came_before_it_is_not_mixed_with_what_comes_after()
    {
        await using var watched = await WatchedServer.Start();
        await Rules(watched, new AlertRule(RuleSignal.Drift), new AlertRule(RuleSignal.SilentMinutes, AlertSeverity.Info, Above: 1440));
        watched.Traffic.Predict(700, shift: 3);
        await watched.Evaluate();

        watched.Clock.Move(TimeSpan.FromDays(7));
        await watched.Tick();
        var alerts = await watched.Alerts();
        Assert.Contains("for 10,080 minutes", alerts.Single(alert => alert.Source == AlertSources.Silence).Summary, StringComparison.Ordinal);
        Assert.Equal(AlertState.Open, alerts.Single(alert => alert.Source == AlertSources.Drift).State);   // nothing was seen that is calm
        Assert.Single((await watched.Show()).Windows);

        watched.Traffic.Predict(700);
        await watched.Tick();
        var newest = (await watched.Show()).Windows[0];
        Assert.Equal((700, false), (newest.Rows, newest.Drifted));
        Assert.True(newest.To - newest.From < TimeSpan.FromDays(1));
        Assert.All(await watched.Alerts(), alert => Assert.Equal(AlertState.Closed, alert.State));
    }

    [Fact]
    public async Task A_clock_that_is_behind_that_of_another_replica_neither_stops_nor_reorders_windows()
    {
        await using var watched = await WatchedServer.Start();
        await Rules(watched, new AlertRule(RuleSignal.Drift), new AlertRule(RuleSignal.SilentMinutes, Above: 30));
        watched.Clock.Move(TimeSpan.FromHours(2));
        watched.Traffic.Predict(700);
        var ahead = await watched.Evaluate();

        watched.Clock.Move(TimeSpan.FromHours(-2));
        watched.Traffic.Predict(700, shift: 3);
        var behind = await watched.Evaluate();
        await watched.Tick();

        Assert.True(behind.Drifted);
        Assert.Equal([behind.Id, ahead.Id], (await watched.Show()).Windows.Select(window => window.Id));
        Assert.Equal([AlertSources.Drift], (await watched.Alerts()).Select(alert => alert.Source));   // no silence of minus two hours
        Assert.Equal(MonitorHealth.Drifting, (await watched.Get<Page<MonitorSummary>>("/api/v1/monitors")).Items[0].Health);
    }

    [Fact]
    public async Task A_window_in_which_no_row_has_any_value_has_figures_that_are_numbers_and_says_what_is_missing()
    {
        await using var watched = await WatchedServer.Start();
        await Rules(watched, new AlertRule(RuleSignal.Drift), new AlertRule(RuleSignal.VanishedFeature, AlertSeverity.Critical));
        watched.Traffic.PredictNothing(700);

        var window = await watched.Evaluate();

        Assert.True(window.Drifted);
        Assert.All(window.Features.Append(window.Score), result => Assert.True(double.IsFinite(result.Psi) && double.IsFinite(result.PValue)));
        var report = await watched.Get<QualityReport>("/api/v1/monitors/churn/quality");
        Assert.All(report.Features, feature => Assert.Equal((FeatureState.Vanished, 1.0, null), (feature.State, feature.Missing!.Live, feature.Min)));
        Assert.Equal(20, (await watched.Alerts()).Single(alert => alert.Source == AlertSources.Quality).Features.Count);
    }

    [Fact]
    public void A_million_distinct_categories_have_a_bounded_baseline_and_others_of_as_many_are_no_drift()
    {
        var baseline = BaselineBuilder.Categories("customer", Names("a"));

        Assert.Equal(101, baseline.Counts.Count);
        Assert.Equal(1_000_000, baseline.Counts.Sum());
        var live = new LiveCounts(baseline);
        foreach (var name in Names("b").Take(10_000))
            live.Add(name);
        var window = live.Take();
        var drift = DriftTest.Compare(baseline, window.Counts, window.Missing);
        Assert.Equal(10_000, drift.Rows);
        Assert.InRange(drift.Psi, 0, 0.15);   // which of them come says nothing where none comes twice
    }

    private static string[] Names(string first) => [.. Enumerable.Range(0, 1_000_000).Select(number => $"{first}{number}")];

    private static async Task Rules(WatchedServer watched, params AlertRule[] rules)
    {
        using var answer = await watched.Server.Admin.PutAsJsonAsync("/api/v1/monitors/churn/rules", new RuleSet(rules), AssayJson.Options, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }
}
