using System.Net;
using System.Net.Http.Json;
using Assay.Kernel.Paging;
using Assay.Monitoring.Feedback;
using Assay.Monitoring.Monitors;

namespace Assay.Tests.Monitoring;

public sealed class MonitorTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_endpoint_has_a_monitor_that_waits_for_its_first_window()
    {
        await using var watched = await WatchedServer.Start();

        var monitor = Assert.Single((await watched.Get<Page<MonitorSummary>>("/api/v1/monitors")).Items);

        Assert.Equal(("churn", MonitorHealth.Waiting, null), (monitor.Endpoint, monitor.Health, monitor.LastMaxPsi));
        Assert.Equal(new MonitorSettings(500, 0.15, null), (await watched.Show()).Settings);
    }

    [Fact]
    public async Task An_unknown_endpoint_has_no_monitor()
    {
        await using var watched = await WatchedServer.Start();

        Assert.Equal(HttpStatusCode.NotFound, (await watched.Server.Admin.GetAsync("/api/v1/monitors/nobody", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await watched.Server.Admin.PostAsync("/api/v1/monitors/nobody/evaluate", null, Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_window_is_evaluated_by_itself_once_it_has_enough_rows()
    {
        await using var watched = await WatchedServer.Start();

        watched.Traffic.Predict(300);
        await watched.Tick();
        Assert.Empty((await watched.Show()).Windows);
        Assert.Equal(300, (await watched.Get<Page<MonitorSummary>>("/api/v1/monitors")).Items[0].PendingRows);

        watched.Traffic.Predict(300);
        await watched.Tick();

        var window = Assert.Single((await watched.Show()).Windows);
        Assert.Equal((600, 1, false), (window.Rows, window.ModelVersion, window.Drifted));
        Assert.Equal(20, window.Features.Count);
        Assert.Equal("probability", window.Score.Name);
        var summary = (await watched.Get<Page<MonitorSummary>>("/api/v1/monitors")).Items[0];
        Assert.Equal((MonitorHealth.Healthy, 0, window.MaxPsi), (summary.Health, summary.PendingRows, summary.LastMaxPsi));
    }

    [Fact]
    public async Task A_window_with_enough_rows_still_waits_for_its_time_unless_asked()
    {
        await using var watched = await WatchedServer.Start(windowSeconds: 3600);

        watched.Traffic.Predict(2000);
        await watched.Tick();
        Assert.Empty((await watched.Show()).Windows);

        Assert.Equal(2000, (await watched.Evaluate()).Rows);
    }

    [Fact]
    public async Task Asking_evaluates_what_there_is_and_refuses_when_there_is_nothing()
    {
        await using var watched = await WatchedServer.Start();

        watched.Traffic.Predict(40);
        Assert.Equal(40, (await watched.Evaluate()).Rows);

        var again = await watched.Server.Admin.PostAsync("/api/v1/monitors/churn/evaluate", null, Cancel);
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        Assert.Contains("send it rows first", await again.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Flushed_counts_survive_the_process()
    {
        var stopped = await WatchedServer.Start();
        stopped.Traffic.Predict(400);
        await stopped.Tick();

        await using var watched = await WatchedServer.Restart(stopped);
        watched.Traffic.Predict(400);
        await watched.Tick();

        Assert.Equal(800, Assert.Single((await watched.Show()).Windows).Rows);
    }

    [Fact]
    public async Task A_server_that_stops_in_order_loses_no_row()
    {
        var stopped = await WatchedServer.Start();
        stopped.Traffic.Predict(400);

        await using var watched = await WatchedServer.Restart(stopped);

        Assert.Equal(400, (await watched.Evaluate()).Rows);
    }

    [Fact]
    public async Task Counts_that_could_not_be_written_are_written_later()
    {
        await using var watched = await WatchedServer.Start();
        watched.Traffic.Predict(600, shift: 2);
        await watched.AddRecentRows(100);
        await watched.Set(new(Retrain: new RetrainSettings("telco-recent")));
        watched.Trainings.Trouble = new IOException("the disk went away");

        await watched.Tick();
        Assert.Empty(await watched.Alerts());

        watched.Trainings.Trouble = null;
        await watched.Tick();
        Assert.Equal(600, Assert.Single((await watched.Show()).Windows).Rows);
        Assert.Single(await watched.Alerts());
    }

    [Fact]
    public async Task Rows_of_a_former_version_are_not_compared_with_the_new_ones_baseline()
    {
        await using var watched = await WatchedServer.Start();
        watched.Traffic.Predict(400, shift: 3);
        await watched.Tick();

        watched.Traffic.Serve(2);
        watched.Traffic.Predict(500);
        await watched.Tick();

        var window = Assert.Single((await watched.Show()).Windows);
        Assert.Equal((500, 2, false), (window.Rows, window.ModelVersion, window.Drifted));
    }

    [Fact]
    public async Task Late_rows_of_a_former_version_do_not_end_the_window_of_the_new_one()
    {
        await using var watched = await WatchedServer.Start();
        var former = watched.Traffic.List()[0];
        watched.Traffic.Serve(2);
        watched.Traffic.Predict(300);
        watched.Traffic.Predict(former, 20, shift: 3);
        await watched.Tick();

        watched.Traffic.Predict(former, 20, shift: 3);
        watched.Traffic.Predict(300);

        var window = await watched.Evaluate();
        Assert.Equal((600, 2, false), (window.Rows, window.ModelVersion, window.Drifted));
    }

    [Fact]
    public async Task Only_the_newest_windows_are_kept()
    {
        await using var watched = await WatchedServer.Start();
        for (var rows = 51; rows <= 63; rows++)
        {
            watched.Traffic.Predict(rows);
            await watched.Evaluate();
        }

        Assert.Equal(Enumerable.Range(54, 10).Reverse(), (await watched.Show()).Windows.Select(window => (int)window.Rows));
    }

    [Fact]
    public async Task Settings_are_kept_recorded_and_stated_once()
    {
        await using var watched = await WatchedServer.Start();
        var settings = new MonitorSettings(250, 0.3, new RetrainSettings("telco-recent"));

        await watched.Set(settings);
        await watched.Set(settings);

        Assert.Equal(settings, (await watched.Show()).Settings);
        Assert.Equal(["monitor.changed"], await watched.Events());
    }

    [Theory]
    [InlineData("""{"minimumRows":0}""")]
    [InlineData("""{"psiThreshold":0}""")]
    [InlineData("""{"retrain":{"dataset":""}}""")]
    public async Task Senseless_settings_are_refused(string settings)
    {
        await using var watched = await WatchedServer.Start();

        var answer = await watched.Server.Admin.PutAsync(
            "/api/v1/monitors/churn", new StringContent(settings, System.Text.Encoding.UTF8, "application/json"), Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }
}
