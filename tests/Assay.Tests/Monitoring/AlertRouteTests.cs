using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Assay.Governance.Access;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Routes;
using Assay.Monitoring.Silences;
using Assay.Tests.Governance;

namespace Assay.Tests.Monitoring;

public sealed class AlertRouteTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_alert_and_its_end_are_told_signed_to_whom_a_route_names()
    {
        await using var receiver = await WebhookReceiver.Start();
        await using var watched = await WatchedServer.Start();
        await Make(watched, new("pager", RouteKind.Webhook, receiver.Url, Secret: "s3cret", GroupSeconds: 0, OnCall: new(["Ada", "Ben"], watched.Clock.GetUtcNow().AddDays(-8))));
        await Drift(watched);
        await watched.Deliver();
        watched.Traffic.Predict(700);
        await watched.Evaluate();
        await watched.Deliver();
        await watched.Deliver();

        Assert.Equal(2, receiver.All.Count);
        var (raised, resolved) = (Body(receiver.All[0]), Body(receiver.All[1]));
        Assert.Equal(("firing", "churn", "Ben"), (Text(raised, "status"), Text(raised, "endpoint"), Text(raised, "onCall")));
        Assert.Contains("stability index", Text(raised.GetProperty("alerts")[0], "summary"), StringComparison.Ordinal);
        Assert.Equal("resolved", Text(resolved, "status"));
        var (headers, body) = (receiver.All[0].Headers, receiver.All[0].Body);
        byte[] signed = [.. Encoding.ASCII.GetBytes($"{headers["webhook-id"]}.{headers["webhook-timestamp"]}."), .. body];
        Assert.Equal("v1," + Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes("s3cret"), signed)), headers["webhook-signature"]);
    }

    [Fact]
    public async Task What_nobody_takes_is_sent_again_after_growing_pauses_and_survives_a_restart()
    {
        await using var receiver = await WebhookReceiver.Start();
        receiver.Otherwise = 500;
        var watched = await WatchedServer.Start();
        var id = await Make(watched, new("pager", RouteKind.Webhook, receiver.Url, GroupSeconds: 0));
        await Drift(watched);
        await watched.Deliver();
        await watched.Deliver();   // it is not due yet
        var waiting = await Show(watched, id);
        Assert.Equal((1, "It answered 500."), (waiting.Summary.Waiting, waiting.Summary.Problem));
        Assert.Single(receiver.All);

        await using var again = await WatchedServer.Restart(watched);
        receiver.Otherwise = 204;
        again.Clock.Move(TimeSpan.FromMinutes(1));
        await again.Deliver();

        Assert.Equal(2, receiver.All.Count);
        var sent = await Show(again, id);
        Assert.Equal((0, null), (sent.Summary.Waiting, sent.Summary.Problem));
        Assert.NotNull(sent.Deliveries.Single(row => row.Kind == Assay.Monitoring.Delivery.DeliveryKind.Raised).SentAt);
    }

    [Fact]
    public async Task A_receiver_that_does_not_answer_holds_up_nobody_else()
    {
        await using var hanging = await WebhookReceiver.Start();
        await using var quick = await WebhookReceiver.Start();
        var answer = new TaskCompletionSource();
        hanging.Held = answer.Task;
        await using var watched = await WatchedServer.Start();
        await Make(watched, new("first", RouteKind.Webhook, hanging.Url, GroupSeconds: 0));
        await Make(watched, new("second", RouteKind.Webhook, quick.Url, GroupSeconds: 0));
        await Drift(watched);

        var all = watched.Deliver();
        await hanging.Await(1);
        await quick.Await(1);

        Assert.False(all.IsCompleted);
        answer.SetResult();
        await all;
    }

    [Fact]
    public async Task An_alert_that_lasts_is_told_again_until_somebody_takes_it_on()
    {
        await using var receiver = await WebhookReceiver.Start();
        await using var watched = await WatchedServer.Start();
        await Make(watched, new("pager", RouteKind.Webhook, receiver.Url, GroupSeconds: 0, RepeatMinutes: 60));
        await Drift(watched);
        await watched.Deliver();
        watched.Clock.Move(TimeSpan.FromMinutes(61));
        await watched.Deliver();
        Assert.Equal(2, receiver.All.Count);

        var alert = (await watched.Alerts())[0];
        await watched.Server.Admin.PostAsJsonAsync($"/api/v1/alerts/{alert.Id}/acknowledge", new AcknowledgeRequest(), Cancel);
        watched.Clock.Move(TimeSpan.FromMinutes(61));
        await watched.Deliver();
        Assert.Equal(2, receiver.All.Count);
    }

    [Fact]
    public async Task Alerts_of_one_endpoint_within_the_groups_time_are_one_message()
    {
        await using var receiver = await WebhookReceiver.Start();
        await using var watched = await WatchedServer.Start();
        await Make(watched, new("pager", RouteKind.Webhook, receiver.Url, GroupSeconds: 30));
        await Rules(watched, """{"rules":[{"signal":"drift"},{"signal":"missingShare","above":0.1,"severity":"critical"}]}""");
        watched.Traffic.Predict(700, shift: 1.5, missing: 0.4);
        await watched.Evaluate();
        await watched.Deliver();
        Assert.Empty(receiver.All);

        watched.Clock.Move(TimeSpan.FromSeconds(31));
        await watched.Deliver();
        var alerts = Body(Assert.Single(receiver.All)).GetProperty("alerts");
        Assert.Equal(["quality", "drift"], alerts.EnumerateArray().Select(alert => Text(alert, "source")));
    }

    [Fact]
    public async Task A_route_tells_only_what_it_wants()
    {
        await using var receiver = await WebhookReceiver.Start();
        await using var watched = await WatchedServer.Start();
        await Make(watched, new("severe", RouteKind.Webhook, receiver.Url, MinimumSeverity: AlertSeverity.Critical, GroupSeconds: 0));
        await Make(watched, new("others", RouteKind.Webhook, receiver.Url, Endpoint: "fraud*", GroupSeconds: 0));
        await Make(watched, new("kpis", RouteKind.Webhook, receiver.Url, Sources: ["kpi"], GroupSeconds: 0));
        await Make(watched, new("paused", RouteKind.Webhook, receiver.Url, GroupSeconds: 0, Active: false));
        await Make(watched, new("wants", RouteKind.Webhook, receiver.Url, Endpoint: "chu*", Sources: ["kpi", "drift"], GroupSeconds: 0));

        await Drift(watched);
        await watched.Deliver();

        Assert.Single(receiver.All);
    }

    [Fact]
    public async Task A_silence_holds_messages_back_until_it_ends_and_what_still_lasts_is_told_then()
    {
        await using var receiver = await WebhookReceiver.Start();
        await using var watched = await WatchedServer.Start();
        await Make(watched, new("pager", RouteKind.Webhook, receiver.Url, GroupSeconds: 0));
        var made = await watched.Server.Admin.PostAsJsonAsync(
            "/api/v1/silences", new SilenceRequest("migration", watched.Clock.GetUtcNow().AddHours(2), Endpoint: "churn", Source: "drift"), AssayJson.Options, Cancel);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);

        await Drift(watched);
        await watched.Deliver();
        Assert.Empty(receiver.All);
        Assert.True(Assert.Single((await watched.Get<Page<SilenceSummary>>("/api/v1/silences")).Items).IsActive);

        watched.Clock.Move(TimeSpan.FromHours(3));
        await watched.Deliver();
        Assert.Single(receiver.All);
        Assert.Empty((await watched.Get<Page<SilenceSummary>>("/api/v1/silences")).Items);
    }

    [Fact]
    public async Task What_began_and_ended_in_a_silence_is_told_to_nobody_and_an_ended_silence_tells_at_once()
    {
        await using var receiver = await WebhookReceiver.Start();
        await using var watched = await WatchedServer.Start();
        await Make(watched, new("pager", RouteKind.Webhook, receiver.Url, GroupSeconds: 0));
        var made = await watched.Server.Admin.PostAsJsonAsync("/api/v1/silences", new SilenceRequest("migration", watched.Clock.GetUtcNow().AddHours(2)), AssayJson.Options, Cancel);
        var silence = (await made.Content.ReadFromJsonAsync<SilenceSummary>(AssayJson.Options, Cancel))!;
        await Drift(watched);
        watched.Traffic.Predict(700);
        await watched.Evaluate();
        await watched.Deliver();
        await Drift(watched);
        await watched.Deliver();
        Assert.Empty(receiver.All);

        Assert.Equal(HttpStatusCode.NoContent, (await watched.Server.Admin.DeleteAsync($"/api/v1/silences/{silence.Id}", Cancel)).StatusCode);
        await watched.Deliver();
        Assert.Single(Body(Assert.Single(receiver.All)).GetProperty("alerts").EnumerateArray());
        Assert.Equal(HttpStatusCode.Conflict, (await watched.Server.Admin.DeleteAsync($"/api/v1/silences/{silence.Id}", Cancel)).StatusCode);
    }

    [Fact]
    public async Task Slack_and_Alertmanager_get_what_they_take()
    {
        await using var receiver = await WebhookReceiver.Start();
        await using var watched = await WatchedServer.Start();
        await Make(watched, new("chat", RouteKind.Slack, receiver.Url, GroupSeconds: 0));
        await Make(watched, new("manager", RouteKind.Alertmanager, receiver.Url.Replace("/hook", "", StringComparison.Ordinal), Secret: "token", GroupSeconds: 0, RepeatMinutes: 5));
        await Drift(watched);
        await watched.Deliver();

        var slack = receiver.All.Single(each => each.Path == "/hook");
        Assert.Contains("warning, drift: Drift of churn", Text(Body(slack), "text"), StringComparison.Ordinal);
        var managed = receiver.All.Single(each => each.Path == "/api/v2/alerts");
        Assert.Equal("Bearer token", managed.Headers["authorization"]);
        var alert = Body(managed)[0];
        Assert.Equal(("AssayDrift", "churn", "default"), (Text(alert.GetProperty("labels"), "alertname"), Text(alert.GetProperty("labels"), "endpoint"), Text(alert.GetProperty("labels"), "project")));
        Assert.True(alert.GetProperty("endsAt").GetDateTimeOffset() > watched.Clock.GetUtcNow());

        watched.Traffic.Predict(700);
        await watched.Evaluate();
        await watched.Deliver();
        var ended = Body(receiver.All.Last(each => each.Path == "/api/v2/alerts"))[0];
        Assert.Equal(alert.GetProperty("labels").ToString(), ended.GetProperty("labels").ToString());
        Assert.True(ended.GetProperty("endsAt").GetDateTimeOffset() <= watched.Clock.GetUtcNow());
    }

    [Fact]
    public async Task Mail_goes_to_everybody_on_the_route_and_a_server_that_cannot_encrypt_is_refused()
    {
        await using var sink = new MailSink();
        await using var watched = await WatchedServer.Start();
        var mail = new MailTarget("127.0.0.1", "assay@example.com", ["ada@example.com", "ben@example.com"], sink.Port, MailSecurity.None);
        await Make(watched, new("mail", RouteKind.Email, Mail: mail, GroupSeconds: 0));
        var strict = await Make(watched, new("strict", RouteKind.Email, Mail: mail with { Security = MailSecurity.StartTls }, MinimumSeverity: AlertSeverity.Critical));
        await Drift(watched);
        await watched.Deliver();

        var sent = Assert.Single(sink.Mails);
        Assert.Contains("RCPT TO:<ben@example.com>", sent, StringComparison.Ordinal);
        Assert.Contains("Subject: [Assay] 1 alert of churn in default", sent, StringComparison.Ordinal);
        var refused = await Test(watched, strict);
        Assert.Contains("STARTTLS", refused.Problem, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_test_says_whether_it_was_taken()
    {
        await using var receiver = await WebhookReceiver.Start();
        await using var watched = await WatchedServer.Start();
        var id = await Make(watched, new("pager", RouteKind.Webhook, receiver.Url));
        receiver.Answer(204, 418);

        Assert.Null((await Test(watched, id)).Problem);
        Assert.Equal("It answered 418.", (await Test(watched, id)).Problem);
        Assert.Equal("test", Text(Body(receiver.All[0]).GetProperty("alerts")[0], "source"));
    }

    [Fact]
    public async Task Addresses_and_secrets_are_kept_encrypted_shown_to_nobody_and_stay_when_a_change_leaves_them_out()
    {
        await using var receiver = await WebhookReceiver.Start();
        await using var watched = await WatchedServer.Start();
        var id = await Make(watched, new("pager", RouteKind.Webhook, receiver.Url + "/T0KEN-in-address", Secret: "S3CRET-of-route"));

        var changed = await watched.Server.Admin.PutAsJsonAsync($"/api/v1/alert-routes/{id}", new AlertRouteRequest("pager 2", RouteKind.Webhook), AssayJson.Options, Cancel);
        var shown = await changed.Content.ReadAsStringAsync(Cancel) + await watched.Server.Admin.GetStringAsync("/api/v1/alert-routes", Cancel)
            + await watched.Server.Admin.GetStringAsync("/api/v1/ledger?limit=100", Cancel);
        Assert.Null((await Test(watched, id)).Problem);

        Assert.DoesNotContain("T0KEN", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("S3CRET", shown, StringComparison.Ordinal);
        Assert.Contains("pager 2", shown, StringComparison.Ordinal);
        Assert.Equal("/hook/T0KEN-in-address", receiver.All[0].Path);
        Assert.True(receiver.All[0].Headers.ContainsKey("webhook-signature"));
    }

    [Theory]
    [InlineData("""{"name":"a","kind":"webhook"}""", "url")]
    [InlineData("""{"name":"a","kind":"webhook","url":"http://169.254.169.254/latest"}""", "url")]
    [InlineData("""{"name":"a","kind":"email"}""", "mail")]
    [InlineData("""{"name":"a","kind":"email","mail":{"host":"10.1.2.3","from":"a@example.com","to":["b@example.com"]}}""", "mail.host")]
    [InlineData("""{"name":"a","kind":"email","mail":{"host":"127.0.0.1","from":"a@example.com","to":["nobody"]}}""", "mail.to")]
    [InlineData("""{"name":"a","kind":"email","secret":"x","mail":{"host":"127.0.0.1","from":"a@example.com","to":["b@example.com"],"security":"none"}}""", "mail.security")]
    public async Task A_route_that_leads_nowhere_or_where_it_must_not_is_refused(string body, string field)
    {
        await using var watched = await WatchedServer.Start();

        var answer = await watched.Server.Admin.PostAsync("/api/v1/alert-routes", new StringContent(body, Encoding.UTF8, "application/json"), Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains($"\"{field}\"", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_administrators_make_routes_and_only_operators_silence()
    {
        await using var watched = await WatchedServer.Start();
        using var engineer = await watched.Server.Client(Role.MlEngineer);
        using var reader = await watched.Server.Client(Role.Viewer);
        var silence = new SilenceRequest("why", watched.Clock.GetUtcNow().AddHours(1));

        var route = await engineer.PostAsJsonAsync("/api/v1/alert-routes", new AlertRouteRequest("a", RouteKind.Webhook, "http://127.0.0.1:9/"), AssayJson.Options, Cancel);
        var allowed = await engineer.PostAsJsonAsync("/api/v1/silences", silence, AssayJson.Options, Cancel);
        var denied = await reader.PostAsJsonAsync("/api/v1/silences", silence, AssayJson.Options, Cancel);

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Created, HttpStatusCode.Forbidden), (route.StatusCode, allowed.StatusCode, denied.StatusCode));
    }

    private static async Task Drift(WatchedServer watched)
    {
        watched.Traffic.Predict(700, shift: 1.5);
        await watched.Evaluate();
    }

    private static async Task<string> Make(WatchedServer watched, AlertRouteRequest request)
    {
        var answer = await watched.Server.Admin.PostAsJsonAsync("/api/v1/alert-routes", request, AssayJson.Options, Cancel);
        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync(Cancel));
        return (await answer.Content.ReadFromJsonAsync<AlertRouteSummary>(AssayJson.Options, Cancel))!.Id;
    }

    private static Task<AlertRouteDetail> Show(WatchedServer watched, string id) => watched.Get<AlertRouteDetail>($"/api/v1/alert-routes/{id}");

    private static async Task<RouteTestResult> Test(WatchedServer watched, string id)
    {
        var answer = await watched.Server.Admin.PostAsync($"/api/v1/alert-routes/{id}/test", null, Cancel);
        return (await answer.Content.ReadFromJsonAsync<RouteTestResult>(AssayJson.Options, Cancel))!;
    }

    private static async Task Rules(WatchedServer watched, string json)
    {
        var answer = await watched.Server.Admin.PutAsync("/api/v1/monitors/churn/rules", new StringContent(json, Encoding.UTF8, "application/json"), Cancel);
        answer.EnsureSuccessStatusCode();
    }

    private static JsonElement Body(Received received) => JsonDocument.Parse(received.Body).RootElement;

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
