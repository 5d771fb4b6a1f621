using System.Net;
using System.Net.Http.Json;
using Assay.Governance.Access;
using Assay.Tests.Tracking.Mlflow.Traces;

namespace Assay.Tests.Tracking.Mlflow;

/// <summary>The workspaces of newer clients are projects.</summary>
public sealed class WorkspaceTests(MlflowServer shared) : IClassFixture<MlflowServer>
{
    private const string Api = "/api/3.0/mlflow/workspaces";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_workspace_that_a_client_makes_is_a_project_which_its_header_names()
    {
        var client = shared.Client;
        Assert.Equal("""{"workspace":{"name":"ws-made"}}""", (await client.Post(Api, new { name = "ws-made" })).ToJsonString());
        Assert.Equal("""{"workspace":{"name":"ws-made"}}""", (await client.Get($"{Api}/ws-made")).ToJsonString());
        Assert.Contains("ws-made", (await client.Get(Api))["workspaces"]!.AsArray().Select(item => (string)item!["name"]!));
        await client.Refuses(HttpStatusCode.BadRequest, "RESOURCE_ALREADY_EXISTS", "Workspace 'ws-made' already exists", Api, new { name = "ws-made" });
        await client.RefusesValue("lower-case letters", Api, new { name = "No Name" });
        await client.RefusesValue("default_artifact_root", Api, new { name = "ws-other", default_artifact_root = "s3://b" });
        await client.IsMissing("Workspace 'ws-none' not found", $"{Api}/ws-none");

        using var inside = new HttpRequestMessage(HttpMethod.Post, "/api/2.0/mlflow/experiments/create") { Content = JsonContent.Create(new { name = "in the workspace" }) };
        inside.Headers.Add("X-MLFLOW-WORKSPACE", "ws-made");
        await MlflowClient.Expect(await client.Http.SendAsync(inside, Cancel));
        await new MlflowClient(client.Http, "ws-made").Get("/experiments/get-by-name?experiment_name=in%20the%20workspace");
        await client.IsMissing("in the workspace", "/experiments/get-by-name?experiment_name=in%20the%20workspace");
    }

    [Fact]
    public async Task Spans_go_to_the_workspace_that_their_header_names()
    {
        await shared.Client.Post(Api, new { name = "ws-traced" });
        var team = new MlflowClient(shared.Client.Http, "ws-traced");
        var experiment = await team.Experiment("traced");
        var trace = Guid.NewGuid().ToString("N");
        foreach (var (workspace, status) in new[] { ("ws-traced", HttpStatusCode.OK), ("default", HttpStatusCode.NotFound) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/traces") { Content = new ByteArrayContent(OtlpMessage.Of(new SentSpan(trace, "0000000000000001", "call"))) };
            request.Content.Headers.ContentType = new("application/x-protobuf");
            request.Headers.Add("x-mlflow-experiment-id", experiment);
            request.Headers.Add("X-MLFLOW-WORKSPACE", workspace);
            Assert.Equal(status, (await shared.Client.Http.SendAsync(request, Cancel)).StatusCode);
        }

        Assert.Equal($"tr-{trace}", (string)(await team.TraceInfo($"tr-{trace}"))["trace_id"]!);
    }

    [Fact]
    public async Task Who_belongs_to_one_project_sees_no_other_and_makes_none()
    {
        await shared.Client.Post(Api, new { name = "ws-hidden" });
        var member = new MlflowClient(await shared.Server.Client(Role.MlEngineer, "ws-own"), "ws-own");
        Assert.Equal("""{"workspaces":[{"name":"ws-own"}]}""", (await member.Get(Api)).ToJsonString());
        await member.IsMissing("Workspace 'ws-hidden' not found", $"{Api}/ws-hidden");
        await member.Refuses(HttpStatusCode.Forbidden, "PERMISSION_DENIED", "projects.admin", Api, new { name = "ws-mine" });
    }

    [Theory]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task A_project_is_neither_changed_nor_removed(string method)
    {
        using var request = new HttpRequestMessage(new(method), $"{Api}/default") { Content = JsonContent.Create(new { description = "d" }) };
        using var answer = await shared.Server.Admin.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.NotImplemented, answer.StatusCode);
    }
}
