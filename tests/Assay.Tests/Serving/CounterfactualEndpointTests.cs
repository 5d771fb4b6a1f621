using System.Net;
using System.Net.Http.Json;
using Assay.Inference.Counterfactuals;
using Assay.Kernel;
using Assay.Serving.Rollouts.Live;
using Assay.Tests.Inference;
using Assay.Tests.Serving.PredictionLog;
using Assay.Tests.Serving.Rollouts;
using static Assay.Tests.Serving.ServingHost;

namespace Assay.Tests.Serving;

/// <summary>Counterfactuals are calls like all others of an endpoint.</summary>
public sealed class CounterfactualEndpointTests
{
    private const string Path = "/endpoints/churn/counterfactuals";
    private static readonly object Row = new { row = new object[] { 30, 500, "plus" } };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_log_has_the_call_and_it_is_no_traffic()
    {
        await using var server = await TestServer.Start();
        await Register(server, bias: -2);
        await Deploy(server, "churn", "1");
        using var answer = await server.Admin.PostAsJsonAsync(Path, Row, Cancel);
        answer.EnsureSuccessStatusCode();
        var logged = Assert.Single(await LogHost.Last(server, 1));
        Assert.Equal(("counterfactuals", "ok", answer.Headers.GetValues("Assay-Request-Id").Single()), (logged.Reason, logged.Outcome, logged.Id));
        Assert.Equal(TinyModel.Expect(30, 500, "plus"), Assert.Single(logged.Rows).Prediction!.Value, 1e-6);
        Assert.Equal(0, (await Show(server, "churn")).Stats.Requests);
    }

    [Fact]
    public async Task The_endpoints_time_out_ends_a_model_that_is_asked_for_a_search_or_for_reasons_and_the_log_says_so()
    {
        await using var server = await TestServer.Start();
        await TrialModel.RegisterEndless(server);
        object[] endless = [2000, 500, "plus"];   // beyond what a model may compute at a time, which is another answer than the endpoint's own limit
        using var made = await server.Admin.PutAsJsonAsync("/api/v1/endpoints/churn", new { model = "churn", version = "1", limits = new { timeoutMilliseconds = 200 } }, Cancel);
        made.EnsureSuccessStatusCode();
        using var late = await server.Admin.PostAsJsonAsync(Path, new { row = endless }, Cancel);
        Assert.Equal(HttpStatusCode.GatewayTimeout, late.StatusCode);
        Assert.StartsWith("The call took longer than the 200 ms that the endpoint allows.", await Detail(late), StringComparison.Ordinal);
        Assert.Equal(("failed", 504), Assert.Single((await LogHost.Last(server, 1)).Select(call => (call.Outcome, call.Status))));
        using var unexplained = await server.Admin.PostAsJsonAsync("/endpoints/churn/explain", new[] { endless }, Cancel);
        Assert.Equal(HttpStatusCode.GatewayTimeout, unexplained.StatusCode);
    }

    [Fact]
    public async Task During_a_roll_out_the_callers_own_arm_is_searched()
    {
        await using var scene = await RolloutScene.Start();
        await Register(scene.Server, bias: 3);
        await scene.Do("", new { candidates = new[] { new { version = "2" } }, plan = new { stickyHeader = "Assay-Key", steps = new[] { new { weightPercent = 50, pauseSeconds = 600 } } } });
        var seen = new HashSet<string>();
        for (var key = 0; key < 20; key++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = JsonContent.Create(Row) };
            request.Headers.Add("Assay-Key", $"{key}");
            using var answer = await scene.Server.Admin.SendAsync(request, Cancel);
            var arm = answer.Headers.GetValues(LiveRollout.ArmHeader).Single();
            var found = (await answer.Content.ReadFromJsonAsync<CounterfactualAnswer>(AssayJson.Options, Cancel))!;
            Assert.Equal(TinyModel.Expect(30, 500, "plus", arm == "stable" ? 0 : 3), found.Prediction, 1e-6);
            seen.Add(arm);
        }

        Assert.Equal(2, seen.Count);
        Assert.Equal(0, (await scene.Show()).Arms.Sum(arm => arm.Requests));
    }
}
