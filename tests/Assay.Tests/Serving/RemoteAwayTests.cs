using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Assay.Serving;
using Assay.Tests.Governance;
using Assay.Tests.Inference;
using Microsoft.AspNetCore.Builder;
using static Assay.Tests.Serving.ServingHost;

namespace Assay.Tests.Serving;

/// <summary>Models on a server elsewhere that is away when the platform starts.</summary>
public sealed class RemoteAwayTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_model_whose_server_is_away_at_a_start_answers_when_it_is_back_and_whoever_deploys_is_told_at_once()
    {
        await using var elsewhere = await WebhookReceiver.Start();
        var stopped = await TestServer.Start(adjust: MayCallHome);
        await MlflowPackages.Register(stopped, "remote", Remote(elsewhere));
        await Deploy(stopped, "remote", "1", "remote");
        await stopped.StopKeepingHome();

        elsewhere.Otherwise = 503;
        await using var server = await TestServer.Restart(stopped, MayCallHome);
        const string Away = "remote (1) can't be served: The model's server can't be asked: The model's server answers 503 at the moment.";
        await Until(async () => (await Show(server, "remote")).Endpoint is { State: EndpointState.Failed, Problem: $"{Away} It is tried again." });
        using var refused = await Put(server, "remote", "1", "remote");
        Assert.Equal((HttpStatusCode.Conflict, Away), (refused.StatusCode, await Detail(refused)));
        elsewhere.Otherwise = 204;

        await Until(async () => (await Show(server, "remote")).Endpoint is { State: EndpointState.Ready, Problem: null });
        var said = await server.Admin.GetFromJsonAsync<JsonElement>("/api/v1/ledger?type=endpoint.load-failed", Cancel);
        Assert.Single(said.GetProperty("items").EnumerateArray());   // however often it was tried
    }

    [Fact]
    public async Task A_candidate_whose_server_is_away_at_a_start_is_not_rolled_back_and_goes_on_when_it_is_back()
    {
        await using var elsewhere = await WebhookReceiver.Start();
        var stopped = await TestServer.Start(adjust: MayCallHome);
        await Register(stopped, bias: -2, model: "moving");
        await MlflowPackages.Register(stopped, "moving", Remote(elsewhere));
        await Deploy(stopped, "moving", "1", "moving");
        (await stopped.Admin.PostAsJsonAsync("/api/v1/endpoints/moving/rollout", new { candidates = new[] { new { version = "2" } } }, Cancel)).EnsureSuccessStatusCode();
        await stopped.StopKeepingHome();

        elsewhere.Otherwise = 503;
        await using var server = await TestServer.Restart(stopped, MayCallHome);
        await Until(async () => (await Show(server, "moving")).Endpoint is { State: EndpointState.Ready, Problem: "moving (2) can't be served: The model's server can't be asked: The model's server answers 503 at the moment. It is tried again." });
        Assert.Equal(TinyModel.Expect(30, 500, "plus", -2), await Predict(server, "moving"), 1e-6);
        elsewhere.Otherwise = 204;

        await Until(async () => (await Show(server, "moving")).Endpoint is { Split: [_, { Version: 2 }], Problem: null });
    }

    private static (string Path, byte[] Content) Remote(WebhookReceiver elsewhere) =>
        ("serve.yaml", System.Text.Encoding.UTF8.GetBytes($"url: {elsewhere.Url}\ninputs: [{{name: x, datatype: FP64, shape: [-1]}}]\n"));

    private static void MayCallHome(WebApplicationBuilder builder) => builder.Configuration["Outbound:AllowedHosts:0"] = "127.0.0.1";
}
