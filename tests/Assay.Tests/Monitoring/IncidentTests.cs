using System.Net;
using System.Net.Http.Json;
using System.Text;
using Assay.Governance.Access;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Incidents;
using Assay.Serving.Endpoints;

namespace Assay.Tests.Monitoring;

public sealed class IncidentTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_critical_alert_opens_an_incident_and_a_further_one_of_the_endpoint_belongs_to_it()
    {
        await using var watched = await WatchedServer.Start();
        await Rules(watched, """{"rules":[{"signal":"drift","severity":"critical"},{"signal":"missingShare","above":0.1,"severity":"critical"}]}""");
        watched.Traffic.Predict(700, shift: 1.5);
        await watched.Evaluate();
        watched.Traffic.Predict(700, shift: 1.5, missing: 0.4);
        await watched.Evaluate();

        var incident = Assert.Single((await watched.Get<Page<IncidentSummary>>("/api/v1/incidents?state=open")).Items);
        Assert.Equal(("churn", AlertSeverity.Critical, true), (incident.Endpoint, incident.Severity, incident.IsOpen));
        Assert.Equal((await watched.Alerts()).Select(alert => alert.Id).Order(), incident.Alerts.Order());
        var timeline = (await watched.Get<IncidentDetail>($"/api/v1/incidents/{incident.Id}")).Timeline.Select(entry => entry.Type).ToList();
        Assert.Equal(["alert.raised", "incident.opened", "alert.raised", "incident.alert-added"], timeline.Where(type => type.StartsWith("alert", StringComparison.Ordinal) || type.StartsWith("incident", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_happens_after_its_end_does_not_crowd_out_the_timeline()
    {
        await using var watched = await WatchedServer.Start();
        await Rules(watched, """{"rules":[{"signal":"drift","severity":"critical"}]}""");
        watched.Traffic.Predict(700, shift: 1.5);
        await watched.Evaluate();
        var incident = Assert.Single((await watched.Get<Page<IncidentSummary>>("/api/v1/incidents?state=open")).Items);
        await Send(watched, $"/api/v1/incidents/{incident.Id}/close", new CloseIncidentRequest("the feed changed its units"));
        watched.Clock.Move(TimeSpan.FromSeconds(1));

        await watched.State(Enumerable.Range(0, 210).Select(time => new EndpointDeployed("churn", "churn-model", 2 + time, "sha256:2", "2", 1)));

        var timeline = (await watched.Get<IncidentDetail>($"/api/v1/incidents/{incident.Id}")).Timeline.Select(entry => entry.Type);
        Assert.Equal(["monitor.rules-changed", "alert.raised", "incident.opened", "incident.closed"], timeline);
    }

    [Fact]
    public async Task A_warning_opens_none()
    {
        await using var watched = await WatchedServer.Start();
        watched.Traffic.Predict(700, shift: 1.5);
        await watched.Evaluate();

        Assert.Empty((await watched.Get<Page<IncidentSummary>>("/api/v1/incidents")).Items);
    }

    [Fact]
    public async Task An_incident_is_opened_by_hand_noted_changed_and_closed_with_its_cause()
    {
        await using var watched = await WatchedServer.Start();
        watched.Traffic.Predict(700, shift: 1.5);
        await watched.Evaluate();
        var alert = (await watched.Alerts())[0].Id;
        var opened = await Send(watched, "/api/v1/incidents", new OpenIncidentRequest("Scores too low", "churn", Alerts: [alert]));
        var path = $"/api/v1/incidents/{opened.Incident.Id}";
        await Send(watched, $"{path}/notes", new NoteRequest("the feed was late"));
        var due = watched.Clock.GetUtcNow().AddDays(3);
        var answer = await watched.Server.Admin.PutAsJsonAsync(path, new ChangeIncidentRequest("Scores too low", AlertSeverity.Critical, "person:ada", "alert on late feeds", due), AssayJson.Options, Cancel);
        answer.EnsureSuccessStatusCode();
        var without = await watched.Server.Admin.PostAsync($"{path}/close", new StringContent("""{"cause":""}""", Encoding.UTF8, "application/json"), Cancel);
        var closed = await Send(watched, $"{path}/close", new CloseIncidentRequest("the feed changed its units"));
        var again = await watched.Server.Admin.PostAsJsonAsync($"{path}/close", new CloseIncidentRequest("really"), AssayJson.Options, Cancel);

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.Conflict), (without.StatusCode, again.StatusCode));
        Assert.Equal(("person:ada", "alert on late feeds", "the feed changed its units", false),
            (closed.Incident.Owner, closed.Incident.CorrectiveAction, closed.Incident.Cause, closed.Incident.IsOpen));
        Assert.Contains(closed.Timeline, entry => entry is { Type: "incident.noted", What: "the feed was late" });
        Assert.Equal("incident.closed", closed.Timeline[^1].Type);
        Assert.Empty((await watched.Get<Page<IncidentSummary>>("/api/v1/incidents?state=open")).Items);
    }

    [Fact]
    public async Task A_late_corrective_action_shows_and_is_an_alert_until_the_incident_is_closed()
    {
        await using var watched = await WatchedServer.Start();
        var opened = await Send(watched, "/api/v1/incidents", new OpenIncidentRequest("Scores too low", "churn", DueAt: watched.Clock.GetUtcNow().AddDays(1)));
        await watched.Tick();
        Assert.Empty(await watched.Alerts());

        watched.Clock.Move(TimeSpan.FromDays(2));
        await watched.Tick();
        await watched.Tick();
        var alert = Assert.Single(await watched.Alerts());
        Assert.Equal("incident", alert.Source);
        Assert.Contains("Scores too low", alert.Summary, StringComparison.Ordinal);
        Assert.True(Assert.Single((await watched.Get<Page<IncidentSummary>>("/api/v1/incidents?state=overdue")).Items).IsOverdue);

        await Send(watched, $"/api/v1/incidents/{opened.Incident.Id}/close", new CloseIncidentRequest("known"));
        await watched.Tick();
        Assert.Equal(AlertState.Closed, Assert.Single(await watched.Alerts()).State);
    }

    [Fact]
    public async Task Alerts_of_another_endpoint_and_callers_who_may_only_read_are_refused()
    {
        await using var watched = await WatchedServer.Start();
        using var reader = await watched.Server.Client(Role.Viewer);

        var unknown = await watched.Server.Admin.PostAsJsonAsync("/api/v1/incidents", new OpenIncidentRequest("x", "churn", Alerts: ["nothing"]), AssayJson.Options, Cancel);
        var denied = await reader.PostAsJsonAsync("/api/v1/incidents", new OpenIncidentRequest("x", "churn"), AssayJson.Options, Cancel);

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.Forbidden), (unknown.StatusCode, denied.StatusCode));
    }

    private static async Task<IncidentDetail> Send<T>(WatchedServer watched, string path, T body)
    {
        var answer = await watched.Server.Admin.PostAsJsonAsync(path, body, AssayJson.Options, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        return (await answer.Content.ReadFromJsonAsync<IncidentDetail>(AssayJson.Options, Cancel))!;
    }

    private static async Task Rules(WatchedServer watched, string json)
    {
        var answer = await watched.Server.Admin.PutAsync("/api/v1/monitors/churn/rules", new StringContent(json, Encoding.UTF8, "application/json"), Cancel);
        answer.EnsureSuccessStatusCode();
    }
}
