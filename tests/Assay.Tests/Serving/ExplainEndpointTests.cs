using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using Assay.Governance.Access;
using Assay.Inference.Counterfactuals;
using Assay.Inference.Explanations;
using Assay.Kernel;
using Assay.Serving.Rollouts.Live;
using Assay.Tests.Inference;
using Assay.Tests.Serving.PredictionLog;
using Assay.Tests.Serving.Rollouts;
using static Assay.Tests.Serving.ServingHost;

namespace Assay.Tests.Serving;

public sealed class ExplainEndpointTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_may_predict_is_told_why_and_nobody_else()
    {
        await using var server = await TestServer.Start();
        await Register(server, bias: -2);
        await Deploy(server, "churn", "1");
        using var engineer = await server.Client(Role.MlEngineer);
        using var viewer = await server.Client(Role.Viewer);

        using var answer = await Explain(engineer, "churn");
        var explained = (await answer.Content.ReadFromJsonAsync<ExplanationAnswer>(AssayJson.Options, Cancel))!;
        var row = Assert.Single(explained.Explanations);
        Assert.Equal(TinyModel.Expect(30, 500, "plus"), row.Prediction, 1e-6);
        Assert.Equal(1.5, explained.Base + row.Attributions.Sum(each => each.Attribution), 1e-6);
        Assert.Equal(HttpStatusCode.Forbidden, (await Explain(viewer, "churn")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Explain(server.Guest, "churn")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Explain(server.Admin, "nothing")).StatusCode);

        using var otherwise = await engineer.PostAsJsonAsync("/endpoints/churn/counterfactuals", new { row = new object[] { 30, 500, "plus" } }, Cancel);
        var found = (await otherwise.Content.ReadFromJsonAsync<CounterfactualAnswer>(AssayJson.Options, Cancel))!;
        Assert.All(found.Counterfactuals, row => Assert.True(row.Prediction < 0.5));
        Assert.NotEmpty(found.Counterfactuals);
        using var refused = await viewer.PostAsJsonAsync("/endpoints/churn/counterfactuals", new { row = new object[] { 30, 500, "plus" } }, Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);

        // Reasons are no traffic.
        Assert.Equal(0, (await Show(server, "churn")).Stats.Requests);
    }

    [Fact]
    public async Task The_command_line_shows_predictions_and_the_reasons_that_the_body_asks_for()
    {
        await using var server = await TestServer.Start();
        await Register(server, bias: -2);
        await Deploy(server, "churn", "1");

        var (code, output, error) = await CommandLine.Run(server, "predict", "churn", """{"inputs":[[30,500,"plus"]],"params":{"explain":true}}""");

        Assert.True(code == 0, error);
        Assert.Equal(TinyModel.Expect(30, 500, "plus"), double.Parse(output.Split('\n')[0], CultureInfo.InvariantCulture), 1e-6);
        Assert.Contains("Row 1: prediction ", output, StringComparison.Ordinal);
        Assert.Contains("Adds to log-odds", output, StringComparison.Ordinal);
        var plain = await CommandLine.Run(server, "predict", "churn", """{"inputs":[[30,500,"plus"]]}""");
        Assert.Equal(output.Split('\n')[0], plain.Output.Trim());
    }

    [Theory]
    [InlineData("/endpoints/churn/explain", """[[30,500,"plus"],[30,500,"plus"]]""")]
    [InlineData("/v1/models/churn:explain", """{"instances":[[30,500,"plus"],[30,500,"plus"]]}""")]
    [InlineData("/endpoints/churn/invocations", """{"inputs":[[30,500,"plus"],[30,500,"plus"]],"params":{"explain":true}}""")]
    public async Task The_endpoints_limits_hold_and_the_log_has_the_call(string path, string body)
    {
        await using var server = await TestServer.Start();
        await Register(server, bias: -2);
        using var made = await server.Admin.PutAsJsonAsync("/api/v1/endpoints/churn", new { model = "churn", version = "1", limits = new { rowsMax = 2, rowsPerDay = 2 } }, Cancel);
        made.EnsureSuccessStatusCode();
        using var many = await Post(server.Admin, path, body.Replace("[[", "[[30,500,\"plus\"],[", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, many.StatusCode);
        using var other = await server.Client(Role.MlEngineer);
        using var answer = await Post(other, path, body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        using var late = await Post(other, path, body);
        Assert.Equal(HttpStatusCode.TooManyRequests, late.StatusCode);

        var logged = (await LogHost.Last(server, 3)).Single(call => call.Outcome == "ok");
        Assert.Equal(("explanation", 2, answer.Headers.GetValues("Assay-Request-Id").Single()), (logged.Reason, logged.Rows.Count, logged.Id));
        Assert.Equal(TinyModel.Expect(30, 500, "plus"), logged.Rows[0].Prediction!.Value, 1e-6);
    }

    [Fact]
    public async Task During_a_roll_out_the_callers_own_arm_is_explained()
    {
        await using var scene = await RolloutScene.Start();
        await Register(scene.Server, bias: 3);
        await scene.Do("", new { candidates = new[] { new { version = "2" } }, plan = new { stickyHeader = "Assay-Key", steps = new[] { new { weightPercent = 50, pauseSeconds = 600 } } } });
        var seen = new HashSet<string>();
        for (var key = 0; key < 40; key++)
        {
            using var predicted = await AsKey(scene.Server, "/endpoints/churn/predict", $"{key}");
            using var explained = await AsKey(scene.Server, "/v1/models/churn:explain", $"{key}");
            var arm = predicted.Headers.GetValues(LiveRollout.ArmHeader).Single();
            Assert.Equal(arm, explained.Headers.GetValues(LiveRollout.ArmHeader).Single());
            var reasons = (await explained.Content.ReadFromJsonAsync<ExplanationAnswer>(AssayJson.Options, Cancel))!;
            Assert.Equal(TinyModel.Expect(30, 500, "plus", arm == "stable" ? 0 : 3), Assert.Single(reasons.Explanations).Prediction, 1e-6);
            seen.Add(arm);
        }

        Assert.Equal(2, seen.Count);
        Assert.Equal(40, (await scene.Show()).Arms.Sum(arm => arm.Requests));   // reasons are not judged
    }

    private static async Task<HttpResponseMessage> AsKey(TestServer server, string path, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Content = new StringContent("""{"instances":[[30,500,"plus"]]}""", Encoding.UTF8, "application/json");
        request.Headers.Add("Assay-Key", key);
        return await server.Admin.SendAsync(request, Cancel);
    }

    private static Task<HttpResponseMessage> Post(HttpClient client, string path, string body) =>
        client.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"), Cancel);

    private static Task<HttpResponseMessage> Explain(HttpClient client, string name) => Post(client, $"/endpoints/{name}/explain", """[[30,500,"plus"]]""");
}
