using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Monitors;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Tests.Monitoring;

public sealed class FleetTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_endpoint_shows_its_alerts_by_severity_and_the_drift_of_its_windows()
    {
        await using var watched = await WatchedServer.Start();
        await watched.Set(new(PsiThreshold: 0.3));
        watched.Traffic.Predict(700);
        var calm = await watched.Evaluate();
        watched.Traffic.Predict(700, shift: 1.5);
        var drifted = await watched.Evaluate();
        await Raise(watched, new("churn", "kpi", AlertSeverity.Critical, "Revenue fell."));
        await Raise(watched, new("churn", "fairness", AlertSeverity.Info, "Look at it."));
        watched.Traffic.Predict(300);
        await watched.Tick();

        var line = Assert.Single((await watched.Get<Page<MonitorSummary>>("/api/v1/monitors")).Items);

        Assert.Equal(new AlertCounts(1, 1, 1), line.Alerts);
        Assert.Equal([calm.MaxPsi, drifted.MaxPsi], line.Trend);
        Assert.Equal((MonitorHealth.Drifting, 300, 0.3, "churn-model"), (line.Health, line.PendingRows, line.PsiThreshold, line.Model));
        Assert.Equal((await watched.Alerts()).Single(alert => alert.Source == "drift").Id, line.OpenAlert);
    }

    [Fact]
    public async Task Windows_of_a_former_version_are_no_part_of_the_trend()
    {
        await using var watched = await WatchedServer.Start();
        watched.Traffic.Predict(700, shift: 1.5);
        await watched.Evaluate();
        watched.Traffic.Serve(2);

        var line = Assert.Single((await watched.Get<Page<MonitorSummary>>("/api/v1/monitors")).Items);

        Assert.Empty(line.Trend);
        Assert.Equal(MonitorHealth.Waiting, line.Health);
    }

    [Fact]
    public async Task An_endpoint_is_healthy_only_while_no_alert_of_any_source_is_open()
    {
        await using var watched = await WatchedServer.Start();
        watched.Traffic.Predict(700);
        await watched.Evaluate();
        Assert.Equal(MonitorHealth.Healthy, (await Line(watched)).Health);

        await Raise(watched, new("churn", "operations", AlertSeverity.Critical, "Every second call fails.") { Model = "churn-model", Version = 1 });

        Assert.Equal(MonitorHealth.Alerting, (await Line(watched)).Health);
    }

    [Fact]
    public async Task Drift_that_no_rule_tells_is_not_healthy_either()
    {
        await using var watched = await WatchedServer.Start();
        var answer = await watched.Server.Admin.PutAsync(
            "/api/v1/monitors/churn/rules", new StringContent("""{"rules":[]}""", System.Text.Encoding.UTF8, "application/json"), Cancel);
        answer.EnsureSuccessStatusCode();
        watched.Traffic.Predict(700, shift: 1.5);
        await watched.Evaluate();

        Assert.Equal(MonitorHealth.Drifting, (await Line(watched)).Health);
    }

    [Fact]
    public async Task Of_an_endpoint_that_nobody_has_asked_for_a_day_nothing_is_known()
    {
        await using var watched = await WatchedServer.Start();
        watched.Traffic.Predict(700);
        await watched.Evaluate();
        watched.Clock.Move(TimeSpan.FromHours(25));
        Assert.Equal(MonitorHealth.Stale, (await Line(watched)).Health);

        watched.Traffic.Predict(10);
        await watched.Tick();

        Assert.Equal(MonitorHealth.Healthy, (await Line(watched)).Health);
    }

    [Fact]
    public async Task A_calm_window_of_three_rows_tells_nothing()
    {
        await using var watched = await WatchedServer.Start();
        watched.Traffic.Predict(3);
        var tiny = await watched.Evaluate();
        Assert.True(tiny is { Drifted: false, MaxPsi: > 0.5 });
        Assert.Equal((MonitorHealth.Waiting, default(double?)), ((await Line(watched)).Health, Assert.Single((await Line(watched)).Trend)));

        watched.Traffic.Predict(700);
        var calm = await watched.Evaluate();

        Assert.Equal([null, calm.MaxPsi], (await Line(watched)).Trend);
    }

    private static async Task<MonitorSummary> Line(WatchedServer watched) => Assert.Single((await watched.Get<Page<MonitorSummary>>("/api/v1/monitors")).Items);

    private static async Task Raise(WatchedServer watched, Finding finding)
    {
        await using var scope = watched.Server.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<ProjectScope>().Enter("default");
        scope.ServiceProvider.GetRequiredService<Caller>().Set("system:test");
        await scope.ServiceProvider.GetRequiredService<AlertBook>().Raise(finding, Cancel);
        await scope.ServiceProvider.GetRequiredService<AssayDb>().SaveChangesAsync(Cancel);
    }
}
