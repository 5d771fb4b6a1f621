using System.Diagnostics.Metrics;
using Assay.Governance.Access;
using Assay.Kernel.Paging;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Monitors;
using Assay.Monitoring.Rules;
using Assay.Monitoring.Windows;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Tests.Monitoring;

public sealed class AlertTests
{
    [Fact]
    public async Task A_steady_replay_raises_no_alert()
    {
        await using var watched = await WatchedServer.Start();
        foreach (var rows in new[] { 500, 900, 1500 })
        {
            watched.Traffic.Predict(rows);

            Assert.False((await watched.Evaluate()).Drifted);
        }

        Assert.Empty(await watched.Alerts());
        Assert.Empty(await watched.Events());
    }

    [Fact]
    public async Task A_shifted_replay_raises_an_alert_that_names_the_features()
    {
        await using var watched = await WatchedServer.Start();
        watched.Traffic.Predict(1000, shift: 1);

        var window = await watched.Evaluate();

        Assert.True(window.Drifted);
        var alert = Assert.Single(await watched.Alerts());
        Assert.Equal((AlertState.Open, 1, window.Id, window.MaxPsi), (alert.State, alert.ModelVersion, alert.Window, alert.MaxPsi));
        Assert.Equal(["f0", "f1"], alert.Features.Order());
        Assert.Null(alert.Retraining);
        Assert.Equal(MonitorHealth.Drifting, (await watched.Get<Page<MonitorSummary>>("/api/v1/monitors")).Items[0].Health);
        Assert.Equal(["alert.raised"], await watched.Events());
    }

    [Fact]
    public async Task An_episode_of_drift_is_one_alert_and_a_calm_window_closes_it()
    {
        await using var watched = await WatchedServer.Start();
        for (var window = 0; window < 3; window++)
        {
            watched.Traffic.Predict(700, shift: 1.5);
            await watched.Evaluate();
        }

        Assert.Single(await watched.Alerts());

        watched.Traffic.Predict(700);
        await watched.Evaluate();
        var closed = Assert.Single(await watched.Alerts());
        Assert.Equal(AlertState.Closed, closed.State);
        Assert.NotNull(closed.ClosedAt);
        Assert.Contains("calm", closed.ClosedBecause, StringComparison.Ordinal);

        watched.Traffic.Predict(700, shift: 1.5);
        await watched.Evaluate();
        Assert.Equal([AlertState.Open, AlertState.Closed], (await watched.Alerts()).Select(alert => alert.State));
        Assert.Equal(["alert.raised", "alert.closed", "alert.raised"], await watched.Events());
    }

    [Fact]
    public async Task A_calm_window_of_a_few_rows_closes_nothing()
    {
        await using var watched = await WatchedServer.Start();
        watched.Traffic.Predict(700, shift: 1.5);
        await watched.Evaluate();

        watched.Traffic.Predict(30);
        Assert.False((await watched.Evaluate()).Drifted);

        Assert.Equal(AlertState.Open, Assert.Single(await watched.Alerts()).State);
    }

    [Fact]
    public async Task A_new_version_ends_the_formers_alert_and_may_raise_its_own_in_the_same_moment()
    {
        await using var watched = await WatchedServer.Start();
        watched.Traffic.Predict(700, shift: 1.5);
        await watched.Evaluate();
        watched.Traffic.Serve(2);
        Assert.Equal(MonitorHealth.Waiting, (await watched.Get<Page<MonitorSummary>>("/api/v1/monitors")).Items[0].Health);

        watched.Traffic.Predict(700, shift: 1.5);
        await watched.Evaluate();

        var alerts = await watched.Alerts();
        Assert.Equal([(2, AlertState.Open), (1, AlertState.Closed)], alerts.Select(alert => (alert.ModelVersion, alert.State)));
        Assert.Contains("Version 2", alerts[1].ClosedBecause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_higher_threshold_keeps_a_shift_quiet()
    {
        await using var watched = await WatchedServer.Start();
        await watched.Set(new(PsiThreshold: 9));
        watched.Traffic.Predict(1000, shift: 1);

        Assert.False((await watched.Evaluate()).Drifted);
    }

    [Fact]
    public async Task Alerts_are_listed_by_state_and_page()
    {
        await using var watched = await WatchedServer.Start();
        for (var version = 1; version <= 3; version++)
        {
            watched.Traffic.Serve(version);
            watched.Traffic.Predict(600, shift: 2);
            await watched.Evaluate();
        }

        var first = await watched.Get<Page<AlertSummary>>("/api/v1/alerts?limit=2");
        var second = await watched.Get<Page<AlertSummary>>($"/api/v1/alerts?limit=2&cursor={first.NextCursor}");
        var open = await watched.Get<Page<AlertSummary>>("/api/v1/alerts?state=open");

        Assert.Equal([3, 2, 1], first.Items.Concat(second.Items).Select(alert => alert.ModelVersion));
        Assert.Null(second.NextCursor);
        Assert.Equal([3], open.Items.Select(alert => alert.ModelVersion));
    }

    [Fact]
    public async Task Projects_see_only_their_own_monitors_and_alerts()
    {
        await using var watched = await WatchedServer.Start();
        using var other = await watched.Server.Client(Role.MlEngineer, "other");
        watched.Traffic.Serve(5, "other");
        watched.Traffic.Predict(700, shift: 2, "other");
        await watched.Tick();

        Assert.Empty(await watched.Alerts());
        Assert.Empty((await watched.Show()).Windows);
        var own = await watched.Get<Page<AlertSummary>>("/projects/other/api/v1/alerts");
        Assert.Equal(5, Assert.Single(own.Items).ModelVersion);
        var foreign = await other.GetAsync("/api/v1/alerts", TestContext.Current.CancellationToken);
        Assert.False(foreign.IsSuccessStatusCode);
    }

    [Fact]
    public async Task Evaluating_at_the_same_moment_counts_every_row_once_and_raises_one_alert()
    {
        await using var watched = await WatchedServer.Start();
        for (var i = 0; i < 8; i++)
            watched.Traffic.Predict(600, shift: 1.5);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => watched.Tick()));

        Assert.Equal(4800, (await watched.Show()).Windows.Sum(window => window.Rows));
        Assert.Single(await watched.Alerts());
    }

    [Fact]
    public async Task A_state_that_does_not_exist_is_refused()
    {
        await using var watched = await WatchedServer.Start();

        var answer = await watched.Server.Admin.GetAsync("/api/v1/alerts?state=7", TestContext.Current.CancellationToken);

        Assert.Equal(System.Net.HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Replicas_that_write_the_same_monitor_at_once_lose_no_row_and_raise_one_alert()
    {
        await using var watched = await WatchedServer.Start();
        var services = watched.Server.Services;
        var served = watched.Traffic.List()[0];
        for (var i = 0; i < 6; i++)
            watched.Traffic.Predict(600, shift: 1.5);

        // Each replica has turns of its own; only the database stands between them.
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => new WindowWriter(
                watched.Traffic, services.GetRequiredService<ProcessLoad>(), services.GetRequiredService<IServiceScopeFactory>(), TimeProvider.System)
            .Run(served, asked: true, "system:test", TestContext.Current.CancellationToken))));

        Assert.Equal(3600, (await watched.Show()).Windows.Sum(window => window.Rows));
        Assert.Single(await watched.Alerts());
    }

    [Fact]
    public async Task Metrics_show_the_last_window_by_feature_and_count_alerts()
    {
        await using var watched = await WatchedServer.Start();
        var seen = new List<(string Instrument, double Value, string? Feature)>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, each) =>
        {
            if (instrument.Meter is { Name: "Assay.Monitoring" } meter && meter.Scope == watched.Server.Services.GetRequiredService<IMeterFactory>())
                each.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => seen.Add((instrument.Name, value, Feature(tags))));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => seen.Add((instrument.Name, value, Feature(tags))));
        listener.Start();

        watched.Traffic.Predict(800, shift: 1.5);
        var window = await watched.Evaluate();
        listener.RecordObservableInstruments();

        Assert.Single(seen, each => each.Instrument == "drift_alerts" && each.Value == 1);
        Assert.Equal(
            window.Features.OrderByDescending(result => result.Psi).Append(window.Score).Select(result => (result.Name, result.Psi)),
            seen.Where(each => each.Instrument == "drift_psi").Select(each => (each.Feature!, each.Value)));

        static string? Feature(ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            foreach (var tag in tags)
            {
                if (tag.Key == "feature")
                    return (string?)tag.Value;
            }

            return null;
        }
    }
}
