using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using Assay.Governance.Access;
using Assay.Inference.OpenInference.Grpc;
using Assay.Tests.Governance;
using Assay.Tests.Inference.Dialects;
using Assay.Tests.Serving;
using Assay.Tests.Serving.PredictionLog;
using Assay.Tests.Serving.Rollouts;
using Google.Protobuf;
using Grpc.Core;
using static Assay.Tests.Inference.Grpc.InferenceClient;

namespace Assay.Tests.Inference.Grpc;

/// <summary>The Open Inference Protocol over gRPC, at the platform's endpoints.</summary>
public sealed class GrpcEndpointTests
{
    private static readonly Customer[] Rows = [new(30, 500, "plus"), new(64, null, null)];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_endpoint_answers_and_the_call_is_counted_and_logged_like_every_other()
    {
        await using var server = await Deployed("churn");
        using var client = new InferenceClient(server.Address, Token(server.Admin));
        var answer = await client.Infer(TinyRequest.Typed(Rows, "churn"));
        Assert.Equal(("churn", "1"), (answer.ModelName, answer.ModelVersion));
        Assert.Equal(TinyModel.Expect(30, 500, "plus"), answer.Outputs[0].Contents.Fp32Contents[0], 1e-6);
        await Failure(() => client.Infer(TinyRequest.Typed([new(30, 1, "gold")], "churn")));
        var calls = await LogHost.Last(server, 2);
        Assert.Equal(["invalid 400", "ok 200"], calls.Select(call => $"{call.Outcome} {call.Status}").Order());
        await ServingHost.Until(async () => (await ServingHost.Show(server, "churn")).Stats.Requests == 2);
    }

    [Fact]
    public async Task Who_may_not_ask_is_refused_by_the_name_that_stands_in_the_message()
    {
        await using var server = await Deployed("tiny", "other");
        var account = await server.Account();
        await server.Bind(account.Id, Role.MlEngineer, "default", "endpoints/tiny");
        using var limited = await server.As(account);
        using var viewer = await server.Client(Role.Viewer);
        using var engineer = await server.Client(Role.MlEngineer);
        Assert.Equal(StatusCode.Unauthenticated, await Asked(server, null, "tiny"));
        Assert.Equal(StatusCode.Unauthenticated, await Asked(server, "assay_nonsense", "tiny"));
        Assert.Equal(StatusCode.PermissionDenied, await Asked(server, Token(viewer), "tiny"));
        Assert.Equal(StatusCode.OK, await Asked(server, Token(limited), "tiny"));
        Assert.Equal(StatusCode.OK, await Asked(server, Token(limited), "tiny"));   // by the short way
        Assert.Equal(StatusCode.PermissionDenied, await Asked(server, Token(limited), "other"));
        Assert.Equal(StatusCode.PermissionDenied, await Asked(server, Token(limited), ""));
        Assert.Equal(StatusCode.NotFound, await Asked(server, Token(engineer), "nothing"));
        Assert.Equal(StatusCode.InvalidArgument, await Asked(server, Token(engineer), ""));

        using var client = new InferenceClient(server.Address, Token(limited));
        var index = await client.Call<RepositoryIndexRequest, RepositoryIndexResponse>("RepositoryIndex", new());
        Assert.Equal("tiny", Assert.Single(index.Models).Name);
        using var guest = new InferenceClient(server.Address);
        Assert.True((await guest.Call<ServerLiveRequest, ServerLiveResponse>("ServerLive", new())).Live);
    }

    [Fact]
    public async Task Statistics_are_those_of_what_the_caller_may_ask_and_health_is_anybodys()
    {
        await using var server = await Deployed("tiny", "other");
        var account = await server.Account();
        await server.Bind(account.Id, Role.MlEngineer, "default", "endpoints/tiny");
        using var limited = await server.As(account);
        using var client = new InferenceClient(server.Address, Token(limited));
        await client.Infer(TinyRequest.Typed(Rows));
        await ServingHost.Until(async () => Assert.Single((await client.Call<ModelStatisticsRequest, ModelStatisticsResponse>("ModelStatistics", new())).ModelStats) is { InferenceCount: 2, Name: "tiny" });
        Assert.Equal(1UL, (await client.Call<ModelStatisticsRequest, ModelStatisticsResponse>("ModelStatistics", new() { Name = "tiny", Version = "1" })).ModelStats.Single().InferenceStats.Success.Count);
        Assert.Equal(StatusCode.NotFound, (await Failure(() => client.Call<ModelStatisticsRequest, ModelStatisticsResponse>("ModelStatistics", new() { Name = "other" }))).StatusCode);
        using var guest = new InferenceClient(server.Address);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, await guest.Health());
        Assert.Equal(StatusCode.Unauthenticated, (await Failure(() => guest.Call<ModelStatisticsRequest, ModelStatisticsResponse>("ModelStatistics", new()))).StatusCode);
    }

    [Fact]
    public async Task A_roll_outs_sticky_column_holds_in_either_form_of_a_tensor_and_as_over_rest()
    {
        await using var scene = await RolloutScene.Start();
        await ServingHost.Register(scene.Server, bias: 3);
        await scene.Do("", new { candidates = new[] { new { version = "2" } }, plan = new { stickyColumn = "age", steps = new[] { CanaryTests.Step(50, null) } } });
        using var client = new InferenceClient(scene.Server.Address, Token(scene.Server.Admin));
        var seen = new HashSet<string>();
        for (var age = 20; age < 40; age++)
        {
            var arm = Assert.Single(await scene.Ask(1, $"""[[{age},500,"plus"]]""")).Key;
            seen.Add(arm);
            Customer[] rows = [new(age, 500, "plus"), new(1, 1, "basic")];
            var raw = TinyRequest.Raw(rows);
            raw.ModelName = "churn";
            var (typed, answer) = (await client.Infer(TinyRequest.Typed(rows, "churn")), await client.Infer(raw));
            Assert.Equal((arm == "stable" ? "1" : "2", typed.ModelVersion), (typed.ModelVersion, answer.ModelVersion));
            Assert.Equal(TinyModel.Expect(age, 500, "plus", arm == "stable" ? 0 : 3), typed.Outputs[0].Contents.Fp32Contents[0], 1e-6);
        }

        Assert.Equal(2, seen.Count);
        Assert.Equal(60, (await scene.Show()).Arms.Sum(each => each.Requests));
    }

    [Fact]
    public async Task Another_project_is_named_by_metadata()
    {
        await using var server = await TestServer.Start();
        using var member = await server.Client(Role.MlEngineer, "owners");
        await ServingHost.Register(server, bias: -2, project: "owners");
        using var put = await member.PutAsJsonAsync("/projects/owners/api/v1/endpoints/tiny", new { model = "churn", version = "1" }, Cancel);
        Assert.True(put.IsSuccessStatusCode, await put.Content.ReadAsStringAsync(Cancel));
        using var there = new InferenceClient(server.Address, Token(member), "owners");
        Assert.Equal("tiny", (await there.Infer(TinyRequest.Typed(Rows))).ModelName);
        using var here = new InferenceClient(server.Address, Token(server.Admin));
        Assert.Equal(StatusCode.NotFound, (await Failure(() => here.Infer(TinyRequest.Typed(Rows)))).StatusCode);
    }

    [Fact]
    public async Task A_call_ends_by_its_callers_deadline_or_leaving_and_that_is_no_failure_of_the_model()
    {
        await using var server = await Deployed("churn");
        using var limits = await server.Admin.PutAsJsonAsync("/api/v1/endpoints/churn/limits", new { concurrency = 1, queue = 10, queueMilliseconds = 60_000 }, Cancel);
        Assert.True(limits.IsSuccessStatusCode);
        using var held = new UnfinishedBody();
        var holding = server.Admin.PostAsync("/endpoints/churn/predict", held, Cancel);
        await held.Begun;
        await Task.Delay(200, Cancel);   // now it has the one turn

        using var client = new InferenceClient(server.Address, Token(server.Admin));
        var failure = await Failure(() => client.Infer(TinyRequest.Typed(Rows, "churn"), DateTime.UtcNow.AddMilliseconds(300)));
        Assert.Equal(StatusCode.DeadlineExceeded, failure.StatusCode);
        Assert.Equal(("4", true), await AskWithoutWatch(server, "200m"));
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        leaving.CancelAfter(300);
        Assert.Equal(StatusCode.Cancelled, (await Failure(() => client.Infer(TinyRequest.Typed(Rows, "churn"), cancel: leaving.Token))).StatusCode);
        await LogHost.Last(server, 3);   // before the turn becomes free, lest somebody takes it who has left
        held.Finish();
        Assert.True((await holding).IsSuccessStatusCode);
        var calls = await LogHost.Last(server, 4);
        Assert.Equal(["cancelled", "cancelled", "cancelled", "ok"], calls.Select(call => call.Outcome).Order());
    }

    [Fact]
    public async Task Past_an_endpoints_limits_a_call_is_resource_exhausted_and_told_when_to_come_again()
    {
        await using var server = await Deployed("tiny");
        using var client = new InferenceClient(server.Address, Token(server.Admin));
        using var limits = await server.Admin.PutAsJsonAsync("/api/v1/endpoints/tiny/limits", new { requestsPerSecond = 0.1, burst = 1, rowsMax = 1 }, Cancel);
        Assert.True(limits.IsSuccessStatusCode);
        Assert.Equal(StatusCode.ResourceExhausted, (await Failure(() => client.Infer(TinyRequest.Typed(Rows)))).StatusCode);
        var later = await Failure(() => client.Infer(TinyRequest.Typed(Rows)));
        Assert.Equal(StatusCode.ResourceExhausted, later.StatusCode);
        Assert.True(int.Parse(later.Trailers.GetValue("grpc-retry-pushback-ms")!, CultureInfo.InvariantCulture) >= 1000);
    }

    // As a client would that says a deadline and then waits for the server to keep it.
    private static async Task<(string Status, bool SaysWhy)> AskWithoutWatch(TestServer server, string timeout)
    {
        var message = TinyRequest.Typed(Rows, "churn").ToByteArray();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/inference.GRPCInferenceService/ModelInfer")
        {
            Content = new ByteArrayContent([0, .. BitConverter.GetBytes(message.Length).Reverse(), .. message]),
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Content.Headers.ContentType = new("application/grpc");
        request.Headers.Add("grpc-timeout", timeout);
        using var answer = await server.Admin.SendAsync(request, Cancel);
        var words = answer.Headers.GetValues("grpc-message").Single();
        return (answer.Headers.GetValues("grpc-status").Single(), words.Contains("The call took longer than the 200 ms that its caller allows", StringComparison.Ordinal));
    }

    private static async Task<TestServer> Deployed(params string[] endpoints)
    {
        var server = await TestServer.Start();
        await ServingHost.Register(server, bias: -2);
        foreach (var endpoint in endpoints)
            await ServingHost.Deploy(server, endpoint, "1");
        return server;
    }

    private static string Token(HttpClient client) => client.DefaultRequestHeaders.Authorization!.Parameter!;

    private static async Task<StatusCode> Asked(TestServer server, string? token, string model)
    {
        using var client = new InferenceClient(server.Address, token);
        try
        {
            await client.Infer(TinyRequest.Typed(Rows, model));
            return StatusCode.OK;
        }
        catch (RpcException refused)
        {
            return refused.StatusCode;
        }
    }

    private sealed class UnfinishedBody : HttpContent
    {
        private readonly TaskCompletionSource _begun = new();
        private readonly TaskCompletionSource _finish = new();

        public UnfinishedBody() => Headers.ContentType = new("application/json");

        public Task Begun => _begun.Task;

        public void Finish() => _finish.SetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync("[[30,5"u8.ToArray());
            await stream.FlushAsync();
            _begun.SetResult();
            await _finish.Task;
            await stream.WriteAsync("00,\"plus\"]]"u8.ToArray());
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
