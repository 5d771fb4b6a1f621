using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Assay.Governance.Access;
using Assay.Governance.Webhooks;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Microsoft.AspNetCore.Builder;

namespace Assay.Tests.Governance;

public class WebhookTests
{
    private const string Route = "/api/v1/webhooks";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_come_in_order_signed_and_as_cloud_events()
    {
        await using var receiver = await WebhookReceiver.Start();
        await using var server = await TestServer.Start(adjust: Quick);
        var made = await Create(server.Admin, receiver.Url, "project.*");
        await MakeProjects(server, 6);

        var received = await receiver.Await(6);
        var key = Convert.FromBase64String(made.Secret["whsec_".Length..]);
        Assert.Equal(32, key.Length);
        foreach (var request in received)
        {
            Assert.Equal("application/cloudevents+json; charset=utf-8", request.Headers["content-type"]);
            byte[] signed = [.. Encoding.UTF8.GetBytes($"{request.Headers["webhook-id"]}.{request.Headers["webhook-timestamp"]}."), .. request.Body];
            Assert.Equal($"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, signed))}", request.Headers["webhook-signature"]);
            Assert.Equal(request.Headers["webhook-id"], Event(request).GetProperty("id").GetString());
        }

        Assert.Equal(Enumerable.Range(0, 6).Select(i => $"project:team-{i}"), received.Select(request => Event(request).GetProperty("subject").GetString()));
        Assert.All(received, request => Assert.Equal("assay.project.created", Event(request).GetProperty("type").GetString()));
    }

    [Fact]
    public async Task An_event_that_is_not_taken_is_sent_again_before_the_next_one()
    {
        await using var receiver = await WebhookReceiver.Start();
        receiver.Answer(500, 429, 204, 503, 204);
        await using var server = await TestServer.Start(adjust: Quick);
        var made = await Create(server.Admin, receiver.Url, "project.created");
        await MakeProjects(server, 3);
        var received = await receiver.Await(6);
        Assert.Equal(["0", "0", "0", "1", "1", "2"], received.Select(request => Event(request).GetProperty("subject").GetString()!["project:team-".Length..]));
        Assert.Equal(3, received.Select(request => request.Headers["webhook-id"]).Distinct().Count());

        var detail = await Until(server, made.Summary.Id, detail => detail.Attempts.Count == 6);
        Assert.Equal([null, null, 503, null, 429, 500], detail.Attempts.Select(attempt => attempt.Problem is null ? null : attempt.Status));
        Assert.Equal(0, detail.Summary.Failures);
    }

    [Fact]
    public async Task A_receiver_that_never_answers_is_given_up_recorded_and_loses_nothing()
    {
        await using var receiver = await WebhookReceiver.Start();
        receiver.Otherwise = 500;
        await using var server = await TestServer.Start(adjust: builder =>
        {
            Quick(builder);
            builder.Configuration["Webhooks:GiveUpHours"] = "0";
        });
        var made = await Create(server.Admin, receiver.Url, "project.created");
        await MakeProjects(server, 2);
        var paused = await Until(server, made.Summary.Id, detail => !detail.Summary.Active);
        Assert.Equal("It answered 500.", paused.Summary.PausedBecause);
        var failed = Assert.Single((await LedgerSearchTests.Search(server.Admin, "type=webhook.delivery-failed")).Items);
        Assert.Equal(("system:webhooks", $"webhook:{made.Summary.Id}"), (failed.Actor, failed.Subject));

        receiver.Otherwise = 200;
        await Change(server, made.Summary, active: true, skipMissed: false);
        var received = await receiver.Await(3);
        Assert.Equal(["project:team-0", "project:team-0", "project:team-1"], received.Select(request => Event(request).GetProperty("subject").GetString()));
        Assert.Empty((await Verify(server)).GetProperty("problems").EnumerateArray());
    }

    [Fact]
    public async Task A_receiver_that_is_gone_is_sent_no_more_and_what_was_missed_may_be_skipped()
    {
        await using var receiver = await WebhookReceiver.Start();
        receiver.Answer(410);
        await using var server = await TestServer.Start(adjust: Quick);
        var made = await Create(server.Admin, receiver.Url, "project.created");
        await MakeProjects(server, 3);
        await Until(server, made.Summary.Id, detail => !detail.Summary.Active);
        Assert.Single(receiver.All);

        await Change(server, made.Summary, active: true, skipMissed: true);
        await server.Admin.PostAsJsonAsync("/api/v1/projects", new { name = "after" }, Cancel);
        Assert.Equal("project:after", Event((await receiver.Await(2))[1]).GetProperty("subject").GetString());
    }

    [Fact]
    public async Task What_was_not_taken_before_a_restart_is_taken_after_it()
    {
        await using var receiver = await WebhookReceiver.Start();
        receiver.Otherwise = 500;
        var stopped = await TestServer.Start(adjust: Quick);
        var made = await Create(stopped.Admin, receiver.Url, "project.created");
        await MakeProjects(stopped, 2);
        await receiver.Await(2);
        await stopped.StopKeepingHome();

        receiver.Otherwise = 200;
        var before = receiver.All.Count;
        await using var server = await TestServer.Restart(stopped, Quick);
        var received = await receiver.Await(before + 2);
        Assert.Equal(["project:team-0", "project:team-1"], received.Skip(before).Select(request => Event(request).GetProperty("subject").GetString()));
        Assert.Equal(received[0].Headers["webhook-id"], received[before].Headers["webhook-id"]);
        await Until(server, made.Summary.Id, detail => detail.Summary.NextPlace > detail.Attempts[0].Place);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var receiver = await WebhookReceiver.Start();
        await using var server = await TestServer.Start(adjust: Quick);
        var made = await Create(server.Admin, receiver.Url, "never.happens");
        receiver.Redirect("/elsewhere");
        var attempt = await Test(server, made.Summary.Id);
        Assert.Equal(302, attempt.Status);
        Assert.Contains("redirects are not followed", attempt.Problem, StringComparison.Ordinal);
        Assert.Equal("/hook", Assert.Single(receiver.All).Path);
    }

    [Fact]
    public async Task A_secret_is_shown_once_never_stored_in_clear_and_can_be_changed()
    {
        await using var receiver = await WebhookReceiver.Start();
        await using var server = await TestServer.Start(adjust: Quick);
        var made = await Create(server.Admin, receiver.Url, "never.happens");
        var changed = (await (await server.Admin.PostAsync($"{Route}/{made.Summary.Id}/secret", null, Cancel)).Content.ReadFromJsonAsync<CreatedWebhook>(AssayJson.Options, Cancel))!;
        Assert.NotEqual(made.Secret, changed.Secret);
        await Test(server, made.Summary.Id);
        var request = Assert.Single(receiver.All);
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{request.Headers["webhook-id"]}.{request.Headers["webhook-timestamp"]}."), .. request.Body];
        var key = Convert.FromBase64String(changed.Secret["whsec_".Length..]);
        Assert.Equal($"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, signed))}", request.Headers["webhook-signature"]);

        foreach (var path in new[] { Route, $"{Route}/{made.Summary.Id}", "/api/v1/ledger?limit=1000" })
            Assert.DoesNotContain("whsec_", await server.Admin.GetStringAsync(path, Cancel), StringComparison.Ordinal);
        await using var connection = await server.Database.Open(server.Home);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT secret FROM governance_webhooks";
        Assert.Equal(-1, ((byte[])(await command.ExecuteScalarAsync(Cancel))!).AsSpan().IndexOf(key));
    }

    [Fact]
    public async Task A_webhook_tells_its_own_project_unless_somebody_of_all_projects_says_otherwise()
    {
        await using var receiver = await WebhookReceiver.Start();
        await using var server = await TestServer.Start(adjust: Quick);
        var bound = await server.Client(Role.MlEngineer, "team");
        await server.Admin.PostAsJsonAsync("/projects/team" + Route, new { name = "own", url = receiver.Url, types = new[] { "access.*" } }, Cancel);
        await server.Guest.GetAsync("/api/v1/projects", Cancel);
        await server.Guest.GetAsync("/projects/team/api/v1/projects", Cancel);
        Assert.Equal("team", Event(Assert.Single(await receiver.Await(1))).GetProperty("project").GetString());

        Assert.Empty((await server.Admin.GetFromJsonAsync<Page<WebhookSummary>>(Route, AssayJson.Options, Cancel))!.Items);
        Assert.Equal(HttpStatusCode.Forbidden, (await bound.PostAsJsonAsync("/projects/team" + Route, new { name = "x", url = receiver.Url, types = new[] { "*" } }, Cancel)).StatusCode);

        await server.Admin.PostAsJsonAsync(Route, new { name = "all", url = receiver.Url, types = new[] { "access.refused" }, everywhere = true }, Cancel);
        await server.Guest.GetAsync("/projects/team/api/v1/projects", Cancel);
        await receiver.Await(3);   // both webhooks tell this one
    }

    [Fact]
    public async Task Events_about_the_installation_and_bindings_elsewhere_are_told_by_webhooks_of_all_projects_alone()
    {
        await using var receiver = await WebhookReceiver.Start();
        await using var server = await TestServer.Start(adjust: Quick);
        await MakeProjects(server, 1);
        await server.Admin.PostAsJsonAsync(Route, new { name = "own", url = receiver.Url, types = new[] { "project.*", "binding.*", "service-account.*" } }, Cancel);
        await MakeProjects(server, 2);
        var account = (await server.Make<JsonElement>("service-accounts", new { name = "robot" })).GetProperty("id").GetString();
        foreach (var project in new[] { null, "team-0", "default" })
            (await server.Admin.PostAsJsonAsync("/api/v1/bindings", new { principal = account, role = "viewer", project }, Cancel)).EnsureSuccessStatusCode();

        var told = Event(Assert.Single(await receiver.Await(1)));
        Assert.Equal(("assay.binding.created", "default"), (told.GetProperty("type").GetString(), told.GetProperty("data").GetProperty("boundProject").GetString()));
    }

    [Fact]
    public async Task A_webhook_of_all_projects_is_changed_by_nobody_who_reads_one_alone()
    {
        await using var receiver = await WebhookReceiver.Start();
        await using var server = await TestServer.Start(adjust: Quick);
        var member = await server.Member(Role.Administrator, "default");
        async Task<string> Made(string name, bool everywhere) =>
            (await server.Make<CreatedWebhook>("webhooks", new { name, url = receiver.Url, types = new[] { "never.happens" }, everywhere })).Summary.Id;
        var (all, own) = (await Made("all", true), await Made("own", false));
        foreach (var (id, refused) in new[] { (all, true), (own, false) })
        {
            foreach (var answer in new[]
            {
                await member.PutAsJsonAsync($"{Route}/{id}", new { name = id, url = receiver.Url, types = new[] { "*" }, active = true }, Cancel),
                await member.PostAsync($"{Route}/{id}/secret", null, Cancel),
                await member.PostAsync($"{Route}/{id}/test", null, Cancel),
                await member.DeleteAsync($"{Route}/{id}", Cancel),
            })
                Assert.Equal(refused, answer.StatusCode == HttpStatusCode.Forbidden);
        }

        Assert.Equal("all", (await server.Admin.GetFromJsonAsync<WebhookDetail>($"{Route}/{all}", AssayJson.Options, Cancel))!.Summary.Name);
        Assert.Equal(HttpStatusCode.NotFound, (await server.Admin.GetAsync($"{Route}/{own}", Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_request_that_makes_no_webhook_says_why()
    {
        await using var receiver = await WebhookReceiver.Start();
        await using var server = await TestServer.Start(adjust: Quick);
        await Create(server.Admin, receiver.Url, "*");
        foreach (var (body, status, says) in new (object, HttpStatusCode, string)[]
        {
            (new { name = "hook", url = receiver.Url, types = new[] { "*" } }, HttpStatusCode.Conflict, "already"),
            (new { name = "", url = receiver.Url, types = new[] { "*" } }, HttpStatusCode.BadRequest, "name"),
            (new { name = "x", url = receiver.Url, types = Array.Empty<string>() }, HttpStatusCode.BadRequest, "types"),
            (new { name = "x", url = receiver.Url, types = new[] { "mod*el" } }, HttpStatusCode.BadRequest, "model.promoted"),
            (new { name = "x", url = receiver.Url, types = new[] { "a\nb" } }, HttpStatusCode.BadRequest, "types"),
        })
        {
            var refused = await server.Admin.PostAsJsonAsync(Route, body, Cancel);
            Assert.Equal(status, refused.StatusCode);
            Assert.Contains(says, await refused.Content.ReadAsStringAsync(Cancel), StringComparison.OrdinalIgnoreCase);
        }
    }

    private static void Quick(WebApplicationBuilder builder)
    {
        builder.Configuration["Outbound:AllowedHosts:0"] = "127.0.0.1";
        builder.Configuration["Webhooks:FirstRetrySeconds"] = "0.05";
    }

    private static async Task<CreatedWebhook> Create(HttpClient client, string url, params string[] types)
    {
        var answer = await client.PostAsJsonAsync(Route, new { name = "hook", url, types, everywhere = true }, Cancel);
        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync(Cancel));
        return (await answer.Content.ReadFromJsonAsync<CreatedWebhook>(AssayJson.Options, Cancel))!;
    }

    private static async Task Change(TestServer server, WebhookSummary hook, bool active, bool skipMissed)
    {
        var answer = await server.Admin.PutAsJsonAsync($"{Route}/{hook.Id}", new { hook.Name, hook.Url, hook.Types, active, skipMissed }, AssayJson.Options, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    private static async Task<WebhookAttemptSummary> Test(TestServer server, string id) =>
        (await (await server.Admin.PostAsync($"{Route}/{id}/test", null, Cancel)).Content.ReadFromJsonAsync<WebhookAttemptSummary>(AssayJson.Options, Cancel))!;

    private static async Task<WebhookDetail> Until(TestServer server, string id, Func<WebhookDetail, bool> holds)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var detail = (await server.Admin.GetFromJsonAsync<WebhookDetail>($"{Route}/{id}", AssayJson.Options, Cancel))!;
            if (holds(detail))
                return detail;
            Assert.True(TimeProvider.System.GetElapsedTime(since) < TimeSpan.FromSeconds(30), $"Still {detail.Summary} with {detail.Attempts.Count} attempts.");
            await Task.Delay(50, Cancel);
        }
    }

    private static async Task MakeProjects(TestServer server, int count)
    {
        for (var i = 0; i < count; i++)
            await server.Admin.PostAsJsonAsync("/api/v1/projects", new { name = $"team-{i}" }, Cancel);
    }

    private static async Task<JsonElement> Verify(TestServer server) =>
        await (await server.Admin.PostAsync("/api/v1/ledger/verify", null, Cancel)).Content.ReadFromJsonAsync<JsonElement>(Cancel);

    private static JsonElement Event(Received request) => JsonSerializer.Deserialize<JsonElement>(request.Body, AssayJson.Options);
}
