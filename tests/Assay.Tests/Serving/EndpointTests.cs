using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Assay.Governance.Access;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Serving;
using Assay.Serving.Rollouts;
using Assay.Serving.Rollouts.Plans;
using Assay.Tests.Inference;
using static Assay.Tests.Serving.ServingHost;

namespace Assay.Tests.Serving;

public sealed class EndpointTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_version_answers_at_its_endpoint_until_the_endpoint_is_deleted()
    {
        await using var server = await TestServer.Start();
        var version = await Register(server, bias: -2);
        var endpoint = await Deploy(server, "churn", "1");
        Assert.Equal(("churn", "1", (int?)1, version.Version.Digest, EndpointState.Ready, null),
            (endpoint.Model, endpoint.Target, endpoint.Version, endpoint.Digest, endpoint.State, endpoint.Problem));
        Assert.Equal(TinyModel.Expect(30, 500, "plus"), await Predict(server, "churn"), 1e-6);

        var page = await server.Admin.GetFromJsonAsync<Page<EndpointSummary>>("/api/v1/endpoints", AssayJson.Options, Cancel);
        Assert.Equal(endpoint, Assert.Single(page!.Items));
        (await server.Admin.DeleteAsync("/api/v1/endpoints/churn", Cancel)).EnsureSuccessStatusCode();
        using var gone = await Ask(server.Admin, "churn");
        Assert.Equal((HttpStatusCode.NotFound, "There is no endpoint 'churn' in this project."), (gone.StatusCode, await Detail(gone)));
        Assert.Equal(HttpStatusCode.NotFound, (await server.Admin.GetAsync("/api/v1/endpoints/churn", Cancel)).StatusCode);
    }

    [Theory]
    [InlineData("no such name", "churn", "1", HttpStatusCode.BadRequest)]
    [InlineData("churn", "", "1", HttpStatusCode.BadRequest)]
    [InlineData("churn", "unknown", "1", HttpStatusCode.NotFound)]
    [InlineData("churn", "churn", "7", HttpStatusCode.NotFound)]
    [InlineData("churn", "churn", "Production", HttpStatusCode.NotFound)]
    public async Task An_endpoint_for_what_is_not_there_is_refused_and_not_made(string name, string model, string version, HttpStatusCode status)
    {
        await using var server = await TestServer.Start();
        await Register(server, bias: 0);
        using var answer = await Put(server, Uri.EscapeDataString(name), version, model);
        Assert.Equal(status, answer.StatusCode);
        var page = await server.Admin.GetFromJsonAsync<Page<EndpointSummary>>("/api/v1/endpoints", AssayJson.Options, Cancel);
        Assert.Empty(page!.Items);
    }

    [Fact]
    public async Task A_misspelt_field_is_refused_by_its_name()
    {
        await using var server = await TestServer.Start();
        foreach (var (under, body, field) in new[]
        {
            ("", """{"model":"churn","version":"1","rolout":{}}""", "rolout"),
            ("", """{"model":"churn","version":"1","rollout":{"step":[]}}""", "rollout.step"),
            ("", """{"model":"churn","version":"1","limits":{"rowMax":5}}""", "limits.rowMax"),
            ("/prediction-log", """{"leavOut":["age"]}""", "leavOut"),
            ("/event-sink", """{"url":"https://example.com/","bach":5}""", "bach"),
        })
        {
            using var answer = await server.Admin.PutAsync($"/api/v1/endpoints/churn{under}", new StringContent(body, Encoding.UTF8, "application/json"), Cancel);
            Assert.Equal((HttpStatusCode.BadRequest, $"'{field}' is not known here. Leave it out, or write it as the reference does."), (answer.StatusCode, await Detail(answer)));
        }
    }

    [Fact]
    public void What_another_version_wrote_of_a_plan_is_read_whatever_it_has() =>
        Assert.Equal(RolloutStrategy.Shadow, JsonSerializer.Deserialize<RolloutPlan>("""{"strategy":"shadow","sinceThen":1}""", AssayJson.Options)!.Strategy);

    [Fact]
    public async Task Roll_outs_of_an_endpoint_that_never_was_are_not_there_and_those_of_a_deleted_one_are()
    {
        await using var server = await TestServer.Start();
        await Register(server, bias: 0);
        await Register(server, bias: 1);
        await Deploy(server, "churn", "1");
        (await server.Admin.PostAsJsonAsync("/api/v1/endpoints/churn/rollout", new { candidates = new[] { new { version = "2" } } }, Cancel)).EnsureSuccessStatusCode();
        (await server.Admin.DeleteAsync("/api/v1/endpoints/churn", Cancel)).EnsureSuccessStatusCode();
        Assert.Single((await server.Admin.GetFromJsonAsync<Page<RolloutSummary>>("/api/v1/endpoints/churn/rollouts", AssayJson.Options, Cancel))!.Items);
        using var never = await server.Admin.GetAsync("/api/v1/endpoints/nope/rollouts", Cancel);
        Assert.Equal(HttpStatusCode.NotFound, never.StatusCode);
    }

    [Fact]
    public async Task Only_who_may_predict_gets_a_prediction_and_only_in_the_endpoints_project()
    {
        await using var server = await TestServer.Start();
        await Register(server, bias: 0);
        await Deploy(server, "churn", "1");
        using var editor = await server.Client(Role.MlEngineer);
        using var viewer = await server.Client(Role.Viewer);
        using var stranger = await server.Client(Role.MlEngineer, "elsewhere");

        Assert.Equal(HttpStatusCode.OK, (await Ask(editor, "churn")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await Ask(viewer, "churn")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Ask(server.Guest, "churn")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await Ask(stranger, "churn")).StatusCode);
        using var elsewhere = await stranger.PostAsJsonAsync("/projects/elsewhere/endpoints/churn/predict", new[] { new object[] { 30, 500, "plus" } }, Cancel);
        Assert.Equal(HttpStatusCode.NotFound, elsewhere.StatusCode);
    }

    [Fact]
    public async Task A_wrong_row_is_answered_400_as_in_the_slim_server()
    {
        await using var server = await TestServer.Start();
        await Register(server, bias: 0);
        await Deploy(server, "churn", "1");
        using var answer = await Ask(server.Admin, "churn", """[[30,500,"gold"]]""");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("Row 1, column 'plan': the model doesn't know the value \"gold\". It knows 'basic', 'größer', 'plus'.", await Detail(answer));
    }

    [Fact]
    public async Task Traffic_is_seen_beside_the_endpoint_and_by_prometheus_under_the_agreed_names()
    {
        await using var server = await TestServer.Start(metricsPort: FreePort.Find());
        await Register(server, bias: 0);
        await Deploy(server, "watched", "1");
        await Predict(server, "watched");
        (await Ask(server.Admin, "watched", """[[1,2,"plus"],[3,4,"plus"]]""")).Dispose();
        (await Ask(server.Admin, "watched", "[]")).Dispose();

        using var prometheus = new HttpClient();
        var metrics = await PrometheusText.Once(prometheus, server.MetricsAddress, 3, "inference_latency_seconds_count{", "endpoint=\"watched\"");
        var stats = (await Show(server, "watched")).Stats;
        Assert.Equal((3, 1, 3), (stats.Requests, stats.Errors, stats.Rows));
        Assert.InRange(stats.P99Milliseconds!.Value, stats.P50Milliseconds!.Value, 10_000);
        Assert.Equal(3, stats.Seconds.Sum(second => second.Requests));

        Assert.Equal(2, PrometheusText.Value(metrics, "inference_requests_total{", "endpoint=\"watched\"", "project=\"default\"", "outcome=\"ok\""));
        Assert.Equal(1, PrometheusText.Value(metrics, "inference_requests_total{", "endpoint=\"watched\"", "outcome=\"invalid\""));
        Assert.Equal(3, PrometheusText.Value(metrics, "inference_latency_seconds_count{", "endpoint=\"watched\""));
        Assert.Equal(3, PrometheusText.Value(metrics, "inference_latency_seconds_bucket{", "endpoint=\"watched\"", "le=\"+Inf\""));
    }
}
