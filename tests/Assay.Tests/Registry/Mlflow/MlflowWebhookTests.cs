using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Governance.Access;
using Assay.Tests.Governance;
using Assay.Tests.Tracking.Mlflow;
using Microsoft.AspNetCore.Builder;

namespace Assay.Tests.Registry.Mlflow;

/// <summary>Webhooks that MLflow's clients make, and what their receivers get.</summary>
public class MlflowWebhookTests
{
    private const string Secret = "a secret that somebody chose, longer than thirty-two bytes";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_of_models_come_in_order_with_MLflow_s_headers_signature_and_fields()
    {
        await using var receiver = await WebhookReceiver.Start();
        receiver.Answer(204, 503);   // the second is sent again
        await using var server = await TestServer.Start(adjust: Quick);
        var client = new MlflowClient(server.Admin);
        await Make(
            client, receiver.Url, ("REGISTERED_MODEL", "CREATED"), ("MODEL_VERSION", "CREATED"), ("MODEL_VERSION_TAG", "SET"), ("MODEL_VERSION_TAG", "DELETED"),
            ("MODEL_VERSION_ALIAS", "CREATED"), ("MODEL_VERSION_ALIAS", "DELETED"));

        await client.Post("/registered-models/create", new { name = "churn", description = "who leaves", tags = new[] { new { key = "team", value = "blue" } } });
        await client.Post("/model-versions/create", new { name = "churn", source = "s3://bucket/model", run_id = "abc", description = "first" });
        await client.Post("/model-versions/set-tag", new { name = "churn", version = "1", key = "k", value = "v" });
        await client.Post("/registered-models/alias", new { name = "churn", version = "1", alias = "best" });
        await client.Send("DELETE", "/registered-models/alias", new { name = "churn", alias = "best" });
        await client.Send("DELETE", "/model-versions/delete-tag", new { name = "churn", version = "1", key = "k" });

        var received = await receiver.Await(6);
        var told = received.Select(Told).ToList();
        var events = told.Select(one => $"{one["entity"]}.{one["action"]}").Distinct().ToList();
        Assert.Equal("registered_model.created", events[0]);
        Assert.Equal("model_version.created", events[1]);
        Assert.Equal(received[1].Headers["x-mlflow-delivery-id"], received[2].Headers["x-mlflow-delivery-id"]);   // it was refused the first time
        await Until(receiver, "model_version_tag.deleted");
        told = [.. receiver.All.Select(Told)];

        Assert.Equal("""{"name":"churn","tags":{"team":"blue"},"description":"who leaves"}""", told[0]["data"]!.ToJsonString());
        told[1]["data"]!.AsObject().Remove("tags");   // read as the event is told: what was set a moment later may be among them
        Assert.Equal("""{"name":"churn","version":"1","source":"s3://bucket/model","run_id":"abc","description":"first"}""", told[1]["data"]!.ToJsonString());
        Assert.Equal("""{"name":"churn","alias":"best","version":"1"}""", Data(told, "model_version_alias.created"));
        Assert.Equal("""{"name":"churn","alias":"best"}""", Data(told, "model_version_alias.deleted"));
        Assert.Equal("""{"name":"churn","version":"1","key":"k"}""", Data(told, "model_version_tag.deleted"));
        Assert.All(told, one => Assert.Equal("default", (string)one["workspace"]!));
        Assert.All(told, one => Assert.Equal(TimeSpan.Zero, DateTimeOffset.Parse((string)one["timestamp"]!, System.Globalization.CultureInfo.InvariantCulture).Offset));
        foreach (var request in receiver.All)
        {
            Assert.Equal("application/json; charset=utf-8", request.Headers["content-type"]);
            Assert.True(Guid.TryParseExact(request.Headers["x-mlflow-delivery-id"], "D", out _));
            byte[] signed = [.. Encoding.UTF8.GetBytes($"{request.Headers["x-mlflow-delivery-id"]}.{request.Headers["x-mlflow-timestamp"]}."), .. request.Body];
            var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), signed);
            Assert.Equal($"v1,{Convert.ToBase64String(mac)}", request.Headers["x-mlflow-signature"]);
        }
    }

    [Fact]
    public async Task Prompts_are_told_as_prompts_and_what_was_not_asked_for_is_not_told()
    {
        await using var receiver = await WebhookReceiver.Start();
        await using var server = await TestServer.Start(adjust: Quick);
        var client = new MlflowClient(server.Admin);
        await Make(client, receiver.Url, ("PROMPT", "CREATED"), ("PROMPT_VERSION", "CREATED"), ("PROMPT_ALIAS", "CREATED"));
        await client.Post("/registered-models/create", new { name = "no prompt" });
        var mark = new { key = "mlflow.prompt.is_prompt", value = "true" };
        await client.Post("/registered-models/create", new { name = "greeting", tags = new[] { mark } });
        await client.Post("/model-versions/create", new { name = "greeting", source = "dummy-source", tags = new[] { mark, new { key = "mlflow.prompt.text", value = "Hello {{you}}" } } });
        await client.Post("/registered-models/alias", new { name = "greeting", version = "1", alias = "best" });
        await Until(receiver, "prompt_alias.created");
        var told = receiver.All.Select(Told).ToList();
        Assert.Equal(["prompt.created", "prompt_version.created", "prompt_alias.created"], told.Select(one => $"{one["entity"]}.{one["action"]}"));
        Assert.Equal("Hello {{you}}", (string)told[1]["data"]!["template"]!);
    }

    [Fact]
    public async Task A_webhook_is_made_listed_shown_changed_tried_and_deleted()
    {
        await using var receiver = await WebhookReceiver.Start();
        await using var server = await TestServer.Start(adjust: Quick);
        var client = new MlflowClient(server.Admin);
        var made = await Make(client, receiver.Url, ("MODEL_VERSION", "CREATED"));
        var id = (string)made["webhook_id"]!;
        Assert.Equal("ACTIVE", (string)made["status"]!);
        Assert.DoesNotContain(Secret, made.ToJsonString(), StringComparison.Ordinal);
        await client.Post("/webhooks", new { name = "second", url = receiver.Url, events = new[] { new { entity = "PROMPT", action = "CREATED" } } });

        var first = await client.Get("/webhooks?max_results=1");
        Assert.Equal(id, (string)first["webhooks"]!.AsArray().Single()!["webhook_id"]!);
        Assert.Equal("second", (string)(await client.Get($"/webhooks?page_token={(string)first["next_page_token"]!}"))["webhooks"]!.AsArray().Single()!["name"]!);

        var result = (await client.Post($"/webhooks/{id}/test", new { @event = new { entity = "MODEL_VERSION_TAG", action = "SET" } }))["result"]!;
        Assert.Equal((true, 204), ((bool)result["success"]!, (int)result["response_status"]!));
        Assert.Equal("""{"name":"example_model","version":"1","key":"example_key","value":"example_value"}""", Told((await receiver.Await(1)).Single())["data"]!.ToJsonString());
        receiver.Answer(500);
        result = (await client.Post($"/webhooks/{id}/test", new { }))["result"]!;
        Assert.False((bool)result["success"]!);
        Assert.Equal("It answered 500.", (string)result["error_message"]!);

        var changed = (await client.Send("PATCH", $"/webhooks/{id}", new { status = "DISABLED", description = "quiet", events = new[] { new { entity = "PROMPT", action = "CREATED" } } }))["webhook"]!;
        Assert.Equal(("DISABLED", "quiet", "PROMPT"), ((string)changed["status"]!, (string)changed["description"]!, (string)changed["events"]![0]!["entity"]!));
        Assert.Equal(changed.ToJsonString(), (await client.Get($"/webhooks/{id}"))["webhook"]!.ToJsonString());
        var own = await server.Admin.GetFromJsonAsync<JsonObject>($"/api/v1/webhooks/{id}", Cancel);   // one mechanism: it is there as well
        Assert.Equal("mlflow", (string)own!["summary"]!["format"]!);

        await client.Send("DELETE", $"/webhooks/{id}", new { });
        await client.IsMissing("not found", $"/webhooks/{id}");
        await server.Admin.PostAsync("/api/v1/ledger/verify", null, Cancel);
    }

    [Fact]
    public async Task What_can_t_be_a_webhook_is_refused()
    {
        await using var server = await TestServer.Start();
        var client = new MlflowClient(server.Admin);
        object Body(string url, string entity, string action) => new { name = "w", url, events = new[] { new { entity, action } } };
        await client.RefusesValue("Webhook events must be a non-empty list", "/webhooks", new { name = "w", url = "https://example.com" });
        foreach (var name in new[] { "", "web hook", "-w", "w_", new string('w', 64) })
            await client.RefusesValue("is invalid", "/webhooks", new { name, url = "https://example.com", events = new[] { new { entity = "PROMPT", action = "CREATED" } } });
        await client.RefusesValue("cannot be empty or just whitespace", "/webhooks", Body(" ", "PROMPT", "CREATED"));
        await client.RefusesValue("max_results must be between 1 and 1000", "/webhooks?max_results=1001");
        await client.RefusesValue("Invalid action 'UPDATED'", "/webhooks", Body("https://example.com", "PROMPT", "UPDATED"));
        await client.RefusesValue("Invalid webhook URL scheme: 'ftp'", "/webhooks", Body("ftp://example.com", "PROMPT", "CREATED"));
        foreach (var url in new[] { "example.com/webhook", "http://[invalid" })
            await client.RefusesValue("Invalid webhook URL", "/webhooks", Body(url, "PROMPT", "CREATED"));
        var kept = (string)(await Make(client, "https://receiver.invalid/", ("PROMPT", "CREATED")))["webhook_id"]!;
        foreach (var change in new object[] { new { name = "" }, new { name = "-w" }, new { url = " " }, new { url = "ftp://example.com" } })
        {
            using var request = new HttpRequestMessage(HttpMethod.Patch, $"/api/2.0/mlflow/webhooks/{kept}") { Content = JsonContent.Create(change) };
            Assert.Equal(HttpStatusCode.BadRequest, (await server.Admin.SendAsync(request, Cancel)).StatusCode);
        }

        await client.RefusesValue("", "/webhooks", Body("http://127.0.0.1:1/", "PROMPT", "CREATED"));   // nothing inside the network is called
        await client.IsMissing("not found", "/webhooks/no-such");
        var scientist = new MlflowClient(await server.Member(Role.DataScientist, "default"));
        await scientist.Refuses(HttpStatusCode.Forbidden, "PERMISSION_DENIED", "webhooks.admin", "/webhooks", Body("https://example.com", "PROMPT", "CREATED"));
    }

    [Fact]
    public async Task A_name_that_nobody_knows_yet_is_taken_and_asked_for_at_each_call()
    {
        await using var server = await TestServer.Start();
        var client = new MlflowClient(server.Admin);
        var made = await Make(client, "https://receiver.invalid/webhook", ("PROMPT", "CREATED"));
        var result = (await client.Post($"/webhooks/{(string)made["webhook_id"]!}/test", new { }))["result"]!;
        Assert.False((bool)result["success"]!);
        Assert.Contains("receiver.invalid", (string)result["error_message"]!, StringComparison.Ordinal);
    }

    private static async Task<JsonNode> Make(MlflowClient client, string url, params (string Entity, string Action)[] events) =>
        (await client.Post("/webhooks", new { name = "first", url, secret = Secret, events = events.Select(one => new { entity = one.Entity, action = one.Action }) }))["webhook"]!;

    private static JsonNode Told(Received request) => JsonNode.Parse(request.Body)!;

    private static string Data(List<JsonNode> told, string name) => told.First(one => $"{one["entity"]}.{one["action"]}" == name)["data"]!.ToJsonString();

    private static async Task Until(WebhookReceiver receiver, string name)
    {
        for (var left = 2000; !receiver.All.Any(request => $"{Told(request)["entity"]}.{Told(request)["action"]}" == name); left--)
        {
            Assert.True(left > 0, $"{name} did not come; what came: {string.Join(", ", receiver.All.Select(request => Told(request)["entity"]))}");
            await Task.Delay(20, Cancel);
        }
    }

    private static void Quick(WebApplicationBuilder builder)
    {
        builder.Configuration["Outbound:AllowedHosts:0"] = "127.0.0.1";
        builder.Configuration["Webhooks:FirstRetrySeconds"] = "0.05";
    }
}
