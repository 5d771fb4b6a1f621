using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Assay.Inference.OpenInference.Grpc;
using Assay.Serving.Rollouts.Live;
using Assay.Tests.Inference;
using Assay.Tests.Inference.Dialects;
using Assay.Tests.Inference.Grpc;
using Assay.Tests.Serving.PredictionLog;
using Grpc.Core;
using static Assay.Tests.Serving.Rollouts.CanaryTests;
using static Assay.Tests.Serving.ServingHost;

namespace Assay.Tests.Serving.Rollouts;

/// <summary>Who asks for a version is answered by that version or not at all, whatever share it has.</summary>
public sealed class PinnedVersionTests
{
    private const string Rows = """
        {"inputs":[{"name":"age","shape":[1],"datatype":"FP32","data":[30]},{"name":"balance","shape":[1],"datatype":"FP32","data":[500]},{"name":"plan","shape":[1],"datatype":"BYTES","data":["plus"]}]}
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_version_that_is_asked_for_answers_over_rest_and_is_not_judged_by_that()
    {
        await using var scene = await RolloutScene.Start();
        await Register(scene.Server, bias: 1);
        await scene.Do("", new { candidates = new[] { new { version = "2" } }, plan = new { steps = new[] { Step(50, null) } } });
        for (var time = 0; time < 12; time++)
        {
            Assert.Equal(("1", "stable", Expected(0)), await Infer(scene, "1"));
            Assert.Equal(("2", "candidate", Expected(1)), await Infer(scene, "2"));
        }

        Assert.All((await scene.Show()).Arms, arm => Assert.Equal(0, arm.Requests));
        using var missing = await Post(scene, "3");
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        Assert.Contains("'churn' has no version '3' here; versions 1, 2 answer.", (await missing.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.False(missing.Headers.Contains(LiveRollout.ArmHeader));

        Assert.Equal("""["1","2"]""", (await Get(scene, "/v2/models/churn")).GetProperty("versions").GetRawText());
        Assert.True((await Get(scene, "/v2/models/churn/versions/2/ready")).GetProperty("ready").GetBoolean());
        var stats = (await Get(scene, "/v2/models/churn/versions/2/stats")).GetProperty("model_stats")[0];
        Assert.Equal(("2", 12), (stats.GetProperty("version").GetString(), stats.GetProperty("inference_count").GetInt32()));
        Assert.Contains("candidate version", (await LogHost.Last(scene.Server, 25)).Select(call => $"{call.Arm} {call.Reason}"));

        await scene.Do("/promote");
        Assert.Equal(HttpStatusCode.NotFound, (await Post(scene, "1")).StatusCode);
        Assert.Equal(("2", "none", Expected(1)), await Infer(scene, "2"));
    }

    [Fact]
    public async Task A_version_that_is_asked_for_answers_over_grpc()
    {
        await using var scene = await RolloutScene.Start();
        await Register(scene.Server, bias: 1);
        await scene.Do("", new { candidates = new[] { new { version = "2" } }, plan = new { strategy = "blueGreen" } });
        using var client = new InferenceClient(scene.Server.Address, scene.Server.Admin.DefaultRequestHeaders.Authorization!.Parameter!);
        foreach (var (version, bias) in new[] { ("1", 0), ("2", 1) })
        {
            var answer = await client.Infer(Asked(version));
            Assert.Equal(version, answer.ModelVersion);
            Assert.Equal(TinyModel.Expect(30, 500, "plus", bias), answer.Outputs[0].Contents.Fp32Contents[0], 1e-6);
        }

        Assert.Equal(StatusCode.NotFound, (await InferenceClient.Failure(() => client.Infer(Asked("3")))).StatusCode);
        var index = await client.Call<RepositoryIndexRequest, RepositoryIndexResponse>("RepositoryIndex", new());
        Assert.Equal(["1", "2"], index.Models.Select(model => model.Version));
    }

    private static double Expected(double bias) => Math.Round(TinyModel.Expect(30, 500, "plus", bias), 5);

    private static ModelInferRequest Asked(string version)
    {
        var request = TinyRequest.Typed([new Customer(30, 500, "plus")], "churn");
        request.ModelVersion = version;
        return request;
    }

    private static Task<HttpResponseMessage> Post(RolloutScene scene, string version) =>
        scene.Server.Admin.PostAsync($"/v2/models/churn/versions/{version}/infer", new StringContent(Rows, System.Text.Encoding.UTF8, "application/json"), Cancel);

    private static async Task<(string Version, string Arm, double Prediction)> Infer(RolloutScene scene, string version)
    {
        using var answer = await Post(scene, version);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        return (
            json.GetProperty("model_version").GetString()!,
            answer.Headers.TryGetValues(LiveRollout.ArmHeader, out var arm) ? arm.Single() : "none",
            Math.Round(json.GetProperty("outputs")[0].GetProperty("data")[0].GetDouble(), 5));
    }

    private static async Task<JsonElement> Get(RolloutScene scene, string path) => await scene.Server.Admin.GetFromJsonAsync<JsonElement>(path, Cancel);
}
