using System.Net;
using System.Net.Http.Json;
using Assay.Governance.Access;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Monitors;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Tests.Monitoring;

public sealed class AlertBookTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_alert_says_how_far_since_when_and_what_changed_upstream()
    {
        await using var watched = await WatchedServer.Start();
        await watched.Set(new(MinimumRows: 400));
        watched.Traffic.Predict(1000, shift: 1);
        var window = await watched.Evaluate();

        var alert = (await watched.Alerts())[0];
        var detail = await watched.Get<AlertDetail>($"/api/v1/alerts/{alert.Id}");

        Assert.Equal(("drift", AlertSeverity.Warning, 1), (alert.Source, alert.Severity, alert.Times));
        Assert.Contains("stability index", alert.Summary, StringComparison.Ordinal);
        Assert.Equal(window.From, detail.Since);
        Assert.Equal(alert.Features, detail.Signals.Select(signal => signal.Name));
        Assert.All(detail.Signals, signal => Assert.True(signal is { Measure: "psi", Bound: 0.15, Rows: 1000, Value: > 0.2 }, $"{signal}"));
        Assert.Equal(("monitor.changed", "endpoint:churn"), (Assert.Single(detail.Upstream).Type, detail.Upstream[0].Subject));
    }

    [Fact]
    public async Task Whoever_takes_an_alert_on_stands_on_it_and_in_the_ledger()
    {
        await using var watched = await Drifted();
        var id = (await watched.Alerts())[0].Id;

        var answer = await Acknowledge(watched, id, "looking into the feed");
        var again = await Acknowledge(watched, id, "me too");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        var alert = (await watched.Alerts())[0];
        Assert.Equal((AlertState.Acknowledged, "looking into the feed"), (alert.State, alert.Note));
        Assert.NotNull(alert.AcknowledgedAt);
        Assert.False(string.IsNullOrEmpty(alert.AcknowledgedBy));
        Assert.Equal(["alert.raised", "alert.acknowledged"], await watched.Events());
        Assert.Empty((await watched.Get<Page<AlertSummary>>("/api/v1/alerts?state=open")).Items);
        Assert.Single((await watched.Get<Page<AlertSummary>>("/api/v1/alerts?state=active&severity=warning&source=drift&endpoint=churn")).Items);
    }

    [Fact]
    public async Task Further_findings_belong_to_an_acknowledged_alert_and_a_calm_window_closes_it()
    {
        await using var watched = await Drifted();
        await Acknowledge(watched, (await watched.Alerts())[0].Id, null);

        watched.Traffic.Predict(700, shift: 1.5);
        await watched.Evaluate();
        var lasting = Assert.Single(await watched.Alerts());
        Assert.Equal((AlertState.Acknowledged, 2), (lasting.State, lasting.Times));
        Assert.Equal(MonitorHealth.Drifting, (await watched.Get<Page<MonitorSummary>>("/api/v1/monitors")).Items[0].Health);

        watched.Traffic.Predict(700);
        await watched.Evaluate();
        Assert.Equal(AlertState.Closed, Assert.Single(await watched.Alerts()).State);
        Assert.Equal(["alert.raised", "alert.acknowledged", "alert.closed"], await watched.Events());
        Assert.True(await Verified(watched));
    }

    [Fact]
    public async Task Each_source_has_its_own_alert_and_a_more_severe_finding_opens_an_acknowledged_one_again()
    {
        await using var watched = await Drifted();
        await Raise(watched, new("churn", "kpi", AlertSeverity.Info, "Revenue fell by 3 %."));
        var kpi = (await watched.Alerts()).Single(alert => alert.Source == "kpi");
        await Acknowledge(watched, kpi.Id, "known");

        await Raise(watched, new("churn", "kpi", AlertSeverity.Info, "Revenue fell by 4 %."));
        Assert.Equal(AlertState.Acknowledged, (await watched.Alerts()).Single(alert => alert.Id == kpi.Id).State);
        await Raise(watched, new("churn", "kpi", AlertSeverity.Critical, "Revenue fell by 30 %."));

        var alerts = await watched.Alerts();
        Assert.Equal(2, alerts.Count);
        var risen = alerts.Single(alert => alert.Id == kpi.Id);
        Assert.Equal((AlertState.Open, AlertSeverity.Critical, 3, null), (risen.State, risen.Severity, risen.Times, risen.Note));
        Assert.Equal(
            ["alert.raised", "alert.raised", "alert.acknowledged", "alert.escalated"], await watched.Events());
        Assert.True(await Verified(watched));
    }

    [Fact]
    public async Task A_source_that_is_calm_closes_its_alert_and_no_other()
    {
        await using var watched = await Drifted();
        await Raise(watched, new("churn", "kpi", AlertSeverity.Warning, "Revenue fell."));

        await InScope(watched, book => book.Calm("churn", "kpi", "Revenue rose again.", Cancel));
        await InScope(watched, book => book.Calm("churn", "fairness", "Nothing was open.", Cancel));

        Assert.Equal(
            [("drift", AlertState.Open), ("kpi", AlertState.Closed)],
            (await watched.Alerts()).Select(alert => (alert.Source, alert.State)).Order());
    }

    [Fact]
    public async Task Who_may_only_read_takes_nothing_on_and_who_belongs_elsewhere_sees_nothing()
    {
        await using var watched = await Drifted();
        var id = (await watched.Alerts())[0].Id;
        using var reader = await watched.Server.Client(Role.Viewer);
        using var other = await watched.Server.Client(Role.MlEngineer, "other");

        var taking = await reader.PostAsJsonAsync($"/api/v1/alerts/{id}/acknowledge", new AcknowledgeRequest(), Cancel);
        var reading = await reader.GetAsync($"/api/v1/alerts/{id}", Cancel);
        var elsewhere = await other.GetAsync($"/projects/other/api/v1/alerts/{id}", Cancel);

        Assert.Equal(
            (HttpStatusCode.Forbidden, HttpStatusCode.OK, HttpStatusCode.NotFound), (taking.StatusCode, reading.StatusCode, elsewhere.StatusCode));
    }

    private static async Task<WatchedServer> Drifted()
    {
        var watched = await WatchedServer.Start();
        watched.Traffic.Predict(700, shift: 1.5);
        await watched.Evaluate();
        return watched;
    }

    private static Task<HttpResponseMessage> Acknowledge(WatchedServer watched, string id, string? note) =>
        watched.Server.Admin.PostAsJsonAsync($"/api/v1/alerts/{id}/acknowledge", new AcknowledgeRequest(note), AssayJson.Options, Cancel);

    private static Task Raise(WatchedServer watched, Finding finding) => InScope(watched, book => book.Raise(finding, Cancel));

    // As another part of the server that watches does it: in a scope and a transaction of its own.
    private static async Task InScope(WatchedServer watched, Func<AlertBook, Task> work)
    {
        await using var scope = watched.Server.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<ProjectScope>().Enter("default");
        scope.ServiceProvider.GetRequiredService<Caller>().Set("system:test");
        await work(scope.ServiceProvider.GetRequiredService<AlertBook>());
        await scope.ServiceProvider.GetRequiredService<AssayDb>().SaveChangesAsync(Cancel);
    }

    private static async Task<bool> Verified(WatchedServer watched)
    {
        var answer = await watched.Server.Admin.PostAsync("/api/v1/ledger/verify", null, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        return answer.IsSuccessStatusCode && text.Contains("\"verified\":true", StringComparison.Ordinal);
    }
}
