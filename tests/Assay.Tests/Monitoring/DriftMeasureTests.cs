using System.Net;
using System.Net.Http.Json;
using Assay.Kernel;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Monitors;
using Assay.Monitoring.Rules;
using Assay.Statistics.Drift;

namespace Assay.Tests.Monitoring;

/// <summary>Measures and bounds that somebody chose for a monitor.</summary>
public sealed class DriftMeasureTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_chosen_measure_decides_with_its_bound_and_the_alert_names_it()
    {
        await using var watched = await WatchedServer.Start();
        var name = (await Window(watched)).Features[0].Name;
        await watched.Set(new(PsiThreshold: 10, Tests: new(DriftMeasure.Ks, 0.9, [new(name, DriftMeasure.Wasserstein, 0.2)])));

        Assert.False((await Window(watched)).Drifted);
        var moved = await Window(watched, shift: 1.5);

        Assert.True(moved.Drifted);
        Assert.Equal((DriftMeasure.Wasserstein, 0.2), (moved.Features[0].Chosen!.Measure, moved.Features[0].Chosen!.Bound));
        var alert = Assert.Single(await watched.Alerts());
        Assert.Contains("wasserstein distance", alert.Summary, StringComparison.Ordinal);
        var signals = (await watched.Get<AlertDetail>($"/api/v1/alerts/{alert.Id}")).Signals;
        Assert.Contains(signals, signal => signal is { Measure: "wasserstein", Bound: 0.2 } && signal.Name == name);
        Assert.Equal(DriftMeasure.Wasserstein, (await watched.Show()).Settings.Tests!.Features![0].Measure);
    }

    [Fact]
    public async Task Bounds_of_a_chosen_measure_are_learned_of_that_measure()
    {
        await using var watched = await WatchedServer.Start();
        await watched.Set(new(Tests: new(DriftMeasure.Hellinger), Bounds: new(BoundKind.Learned, 3)));
        for (var window = 0; window < 3; window++)
            await Window(watched);

        var calm = await Window(watched);
        Assert.False(calm.Drifted);
        Assert.All(calm.Features, feature => Assert.InRange(feature.Chosen!.Bound, 0.001, 0.3));
        Assert.True((await Window(watched, shift: 1.5)).Drifted);
    }

    [Theory]
    [InlineData("""{"tests": {"measure": "euclid"}}""")]
    [InlineData("""{"tests": {"bound": 0}}""")]
    [InlineData("""{"tests": {"features": [{"name": "a"}, {"name": "a", "measure": "ks"}]}}""")]
    public async Task Measures_that_there_are_not_are_refused(string settings)
    {
        await using var watched = await WatchedServer.Start();

        using var answer = await watched.Server.Admin.PutAsync("/api/v1/monitors/churn", new StringContent(settings, System.Text.Encoding.UTF8, "application/json"), Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task A_rule_on_quality_learns_what_is_usual_of_each_feature()
    {
        await using var watched = await WatchedServer.Start();
        await Rules(watched, new AlertRule(RuleSignal.MissingShare, Above: 0.02, LearnWindows: 3));
        for (var window = 0; window < 3; window++)
            await Window(watched, missing: 0.2 + (window * 0.02));
        Assert.Contains(await watched.Alerts(), alert => alert is { Source: AlertSources.Quality, State: AlertState.Open });   // nothing is learned yet

        await Window(watched, missing: 0.22);
        Assert.DoesNotContain(await watched.Alerts(), alert => alert is { Source: AlertSources.Quality, State: AlertState.Open });
        await Window(watched, missing: 0.6);
        Assert.Contains(await watched.Alerts(), alert => alert is { Source: AlertSources.Quality, State: AlertState.Open });

        using var refused = await watched.Server.Admin.PutAsJsonAsync(
            "/api/v1/monitors/churn/rules", new RuleSet([new AlertRule(RuleSignal.P99Milliseconds, Above: 5, LearnWindows: 3)]), AssayJson.Options, Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    private static async Task Rules(WatchedServer watched, params AlertRule[] rules)
    {
        using var answer = await watched.Server.Admin.PutAsJsonAsync("/api/v1/monitors/churn/rules", new RuleSet(rules), AssayJson.Options, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    private static Task<Assay.Monitoring.Windows.DriftWindow> Window(WatchedServer watched, double shift = 0, double missing = 0)
    {
        watched.Traffic.Predict(700, shift, missing: missing);
        return watched.Evaluate();
    }
}
