using System.Net.Http.Json;
using System.Text.Json;
using Assay.Governance;
using Assay.Kernel;
using Assay.Serving.PredictionLog.Sinks;
using Assay.Tests.Governance;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using static Assay.Tests.Serving.PredictionLog.LogHost;
using static Assay.Tests.Serving.ServingHost;

namespace Assay.Tests.Serving.PredictionLog;

public sealed class EventSinkTests
{
    private const string Sink = "/api/v1/endpoints/churn/event-sink";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Both_sides_of_a_call_are_told_in_the_form_of_KServes_payload_logger_and_again_after_a_failure()
    {
        await using var receiver = await WebhookReceiver.Start();
        receiver.Answer(500);
        await using var server = await TestServer.Start(adjust: MayCallHome);
        await Register(server, bias: -2);
        await Deploy(server, "churn", "1");
        (await server.Admin.PutAsJsonAsync(Sink, new { url = receiver.Url }, Cancel)).EnsureSuccessStatusCode();
        await Call(server.Admin, id: "order-1");

        var told = (await receiver.Await(3)).Skip(1).ToList();
        Assert.Equal(["org.kubeflow.serving.inference.request", "org.kubeflow.serving.inference.response"], told.Select(each => each.Headers["ce-type"]));
        Assert.All(told, each => Assert.Equal(
            ("1.0", "order-1", "/projects/default/endpoints/churn", "churn", "default", "predictor", "application/json"),
            (each.Headers["ce-specversion"], each.Headers["ce-id"], each.Headers["ce-source"], each.Headers["ce-inferenceservicename"],
                each.Headers["ce-namespace"], each.Headers["ce-component"], each.Headers["content-type"])));
        Assert.Equal("""{"instances":[{"age":30,"balance":500,"plan":"plus"}]}""", System.Text.Encoding.UTF8.GetString(told[0].Body));
        Assert.Single(JsonDocument.Parse(told[1].Body).RootElement.GetProperty("predictions").EnumerateArray());
    }

    [Fact]
    public async Task Failed_calls_are_told_too_and_many_in_one_message_where_that_is_wanted()
    {
        await using var receiver = await WebhookReceiver.Start();
        await using var server = await TestServer.Start(adjust: MayCallHome);
        await Register(server, bias: -2);
        await Deploy(server, "churn", "1");
        (await server.Admin.PutAsJsonAsync(Sink, new { url = receiver.Url, mode = "response", batchSize = 100 }, Cancel)).EnsureSuccessStatusCode();
        await Call(server.Admin, "[]", "empty");

        var message = Assert.Single(await receiver.Await(1));
        Assert.Equal("application/cloudevents-batch+json", message.Headers["content-type"]);
        var told = Assert.Single(JsonDocument.Parse(message.Body).RootElement.EnumerateArray());
        Assert.Equal(("empty", "invalid"), (told.GetProperty("id").GetString(), told.GetProperty("outcome").GetString()));
        Assert.NotEmpty(told.GetProperty("data").GetProperty("error").GetString()!);
        await Until(async () => (await server.Admin.GetFromJsonAsync<EventSinkSummary>(Sink, AssayJson.Options, Cancel)) is { Sent: 1, Waiting: 0, Problem: null });
        (await server.Admin.DeleteAsync(Sink, Cancel)).EnsureSuccessStatusCode();
        await Call(server.Admin, "[]");
        await Last(server, 2);
        Assert.Single(receiver.All);
        Assert.Equal(2, (await Events(server, "predictions.sink-changed")).Count);
    }

    [Fact]
    public async Task An_endpoint_that_is_unloaded_tells_the_same_receiver_when_it_is_loaded_again_and_a_deleted_one_nobody()
    {
        await using var receiver = await WebhookReceiver.Start();
        await using var server = await TestServer.Start(adjust: MayCallHome);
        await Register(server, bias: -2);
        await Deploy(server, "churn", "1");
        (await server.Admin.PutAsJsonAsync(Sink, new { url = receiver.Url, mode = "response" }, Cancel)).EnsureSuccessStatusCode();
        (await server.Admin.PostAsync("/v2/repository/models/churn/unload", null, Cancel)).EnsureSuccessStatusCode();
        (await server.Admin.PostAsync("/v2/repository/models/churn/load", null, Cancel)).EnsureSuccessStatusCode();
        await Call(server.Admin, id: "order-1");
        Assert.Equal("order-1", Assert.Single(await receiver.Await(1)).Headers["ce-id"]);

        (await server.Admin.DeleteAsync("/api/v1/endpoints/churn", Cancel)).EnsureSuccessStatusCode();
        Assert.Equal(2, (await Events(server, "predictions.sink-changed")).Count);
        await Deploy(server, "churn", "1");
        using var none = await server.Admin.GetAsync(Sink, Cancel);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, none.StatusCode);
        await Call(server.Admin);
        await Last(server, 2);
        Assert.Single(receiver.All);
    }

    [Fact]
    public async Task An_address_inside_the_installations_own_network_is_refused()
    {
        await using var server = await TestServer.Start();
        await Register(server, bias: -2);
        await Deploy(server, "churn", "1");
        using var refused = await server.Admin.PutAsJsonAsync(Sink, new { url = "http://169.254.169.254/latest" }, Cancel);
        Assert.Contains("may not be called", await Detail(refused), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_address_is_stored_encrypted_and_never_shown_whole_and_one_in_clear_is_still_read()
    {
        await using var receiver = await WebhookReceiver.Start();
        var server = await TestServer.Start(adjust: MayCallHome);
        await Register(server, bias: -2);
        await Deploy(server, "churn", "1");
        var url = receiver.Url + "?key=dont-tell";
        using var put = await server.Admin.PutAsJsonAsync(Sink, new { url, mode = "response" }, Cancel);
        Assert.DoesNotContain("dont-tell", await put.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        var shown = await server.Admin.GetFromJsonAsync<EventSinkSummary>(Sink, AssayJson.Options, Cancel);
        Assert.Equal(new Uri(url).GetLeftPart(UriPartial.Authority), shown!.Url);
        Assert.Equal(0, await server.Tamper("UPDATE serving_event_sinks SET url = url WHERE url LIKE '%dont-tell%'"));

        // The key that seals it is kept when the key-encryption key goes.
        (await server.Admin.PostAsync("/api/v1/keys/encryption/rotate", null, Cancel)).EnsureSuccessStatusCode();
        (await server.Admin.PostAsync("/api/v1/keys/encryption/rewrap", null, Cancel)).EnsureSuccessStatusCode();
        await using (var scope = server.Services.CreateAsyncScope())
            Assert.Equal([2], (await scope.ServiceProvider.GetServices<IWrappedSecrets>().OfType<SinkAddressKeys>().Single().Count(Cancel)).Keys);

        await server.StopKeepingHome();
        var again = await TestServer.Restart(server, MayCallHome);
        await Call(again.Admin, id: "sealed");
        Assert.Equal("sealed", (await receiver.Await(1))[0].Headers["ce-id"]);

        Assert.Equal(1, await again.Tamper($"UPDATE serving_event_sinks SET url = '{url}'"));
        await again.StopKeepingHome();
        await using var third = await TestServer.Restart(again, MayCallHome);
        await Call(third.Admin, id: "clear");
        Assert.Equal("clear", (await receiver.Await(2))[1].Headers["ce-id"]);
    }

    private static void MayCallHome(WebApplicationBuilder builder) => builder.Configuration["Outbound:AllowedHosts:0"] = "127.0.0.1";
}
