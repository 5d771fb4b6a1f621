using System.Net.Http.Json;
using System.Text.Json;
using Assay.Kernel;
using Assay.Serving;
using Assay.Serving.Rollouts;
using Assay.Serving.Rollouts.Live;
using Assay.Tests.Governance.SignIn;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Assay.Tests.Serving.Rollouts;

/// <summary>The real host with the endpoint <c>churn</c>, whose version 1 answers, and a clock that the test moves.</summary>
internal sealed class RolloutScene : IAsyncDisposable
{
    private readonly HandClock _clock;

    private RolloutScene(TestServer server, HandClock clock) => (Server, _clock) = (server, clock);

    public TestServer Server { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<RolloutScene> Start(int metricsPort = 0)
    {
        var clock = new HandClock();
        var scene = new RolloutScene(await TestServer.Start(metricsPort, clock.Into), clock);
        await ServingHost.Register(scene.Server, bias: 0);
        await ServingHost.Deploy(scene.Server, "churn", "1");
        return scene;
    }

    public async Task<RolloutScene> Restart()
    {
        await Server.StopKeepingHome();
        return new(await TestServer.Restart(Server, _clock.Into), _clock);
    }

    public Task<HttpResponseMessage> Post(string verb, object? body = null, string endpoint = "churn") =>
        Server.Admin.PostAsJsonAsync($"/api/v1/endpoints/{endpoint}/rollout{verb}", body ?? new { }, AssayJson.Options, Cancel);

    public async Task<RolloutDetail> Do(string verb, object? body = null)
    {
        using var answer = await Post(verb, body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        return (await answer.Content.ReadFromJsonAsync<RolloutDetail>(AssayJson.Options, Cancel))!;
    }

    public async Task<RolloutDetail> Show() =>
        (await Server.Admin.GetFromJsonAsync<RolloutDetail>("/api/v1/endpoints/churn/rollout", AssayJson.Options, Cancel))!;

    /// <summary>Asks so many times and counts the answers per arm; each must be a prediction unless <paramref name="mayFail"/>.</summary>
    public async Task<Dictionary<string, int>> Ask(int times, string body = """[[30,500,"plus"]]""", bool mayFail = false, string? key = null)
    {
        var arms = new Dictionary<string, int>();
        for (var i = 0; i < times; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/endpoints/churn/predict");
            request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
            if (key is not null)
                request.Headers.Add("Assay-Key", key);
            using var answer = await Server.Admin.SendAsync(request, Cancel);
            if (!mayFail)
                Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
            var arm = answer.Headers.TryGetValues(LiveRollout.ArmHeader, out var names) ? names.Single() : "none";
            arms[arm] = arms.GetValueOrDefault(arm) + 1;
        }

        return arms;
    }

    /// <summary>From now on no time passes but what the test lets pass.</summary>
    public void StopClock() => _clock.Stop();

    /// <summary>Lets time pass.</summary>
    public void Move(int seconds) => _clock.Move(TimeSpan.FromSeconds(seconds));

    /// <summary>Sets the time of day back, which takes no time.</summary>
    public void SetBack(int seconds) => _clock.SetBack(TimeSpan.FromSeconds(seconds));

    /// <summary>Lets time pass, and one evaluation happen.</summary>
    public async Task Pass(int seconds)
    {
        Move(seconds);
        await Server.Services.GetServices<IHostedService>().OfType<RolloutClock>().Single().Tick(Cancel);
    }

    /// <summary>Lets evaluations happen until the roll-out stands so.</summary>
    public async Task<RolloutDetail> Until(RolloutState state)
    {
        await ServingHost.Until(async () =>
        {
            await Pass(0);
            return (await Show()).Rollout.State == state;
        });
        return await Show();
    }

    public async Task<List<JsonElement>> Events(string type)
    {
        var log = await Server.Admin.GetFromJsonAsync<JsonElement>($"/api/v1/ledger?type={type}", Cancel);
        return [.. log.GetProperty("items").EnumerateArray().Select(entry => entry.GetProperty("data"))];
    }

    public async Task<EndpointSummary> Endpoint() => (await ServingHost.Show(Server, "churn")).Endpoint;

    public async ValueTask DisposeAsync() => await Server.DisposeAsync();
}
