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

    private static async Task Raise(WatchedServer watched, Finding finding)
    {
        await using var scope = watched.Server.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<ProjectScope>().Enter("default");
        scope.ServiceProvider.GetRequiredService<Caller>().Set("system:test");
        await scope.ServiceProvider.GetRequiredService<AlertBook>().Raise(finding, Cancel);
        await scope.ServiceProvider.GetRequiredService<AssayDb>().SaveChangesAsync(Cancel);
    }
}
