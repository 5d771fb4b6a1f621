using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Assay.Governance.Access;
using Assay.Governance.Access.Bindings;
using Assay.Tests.Governance;

namespace Assay.Tests.Tracking.Mlflow.Traces;

/// <summary>Rights on one experiment reach its traces, and nothing of another.</summary>
public sealed class TraceAccessTests(MlflowServer shared) : IClassFixture<MlflowServer>
{
    private const string Api = TraceClient.Api;

    private TestServer Server => shared.Server;

    [Fact]
    public async Task A_role_on_one_experiment_opens_its_traces_and_none_of_another()
    {
        var (mine, other) = (await Made(), await Made());
        var member = await Server.Member(Role.DataScientist, "default", $"experiments/{mine.Experiment}");
        // What names several leaves out what is not theirs.
        var client = new MlflowClient(member);
        Assert.Equal(mine.Id, await Found(client, mine, other));
        var many = await client.Post($"{Api}/traces/batchGetInfos", new { trace_ids = new[] { other.Id, mine.Id } });
        Assert.Equal(mine.Id, (string)Assert.Single(many["trace_infos"]!.AsArray())!["trace_id"]!);

        Assert.Equal("", await Wrong(member, [.. Reads(mine), .. Writes(mine)], HttpStatusCode.OK));
        Assert.Equal("", await Wrong(member, [.. Reads(other), .. Writes(other)], HttpStatusCode.Forbidden));
    }

    [Fact]
    public async Task Who_may_read_or_is_denied_an_experiment_writes_no_traces_into_it()
    {
        var made = await Made();
        var reader = await Server.Member(Role.Viewer, "default", $"experiments/{made.Experiment}");
        Assert.Equal("", await Wrong(reader, Reads(made), HttpStatusCode.OK));
        Assert.Equal("", await Wrong(reader, Writes(made), HttpStatusCode.Forbidden));

        var account = await Server.Account();
        await Server.Bind(account.Id, Role.DataScientist, "default");
        await Server.Bind(account.Id, Role.DataScientist, "default", $"experiments/{made.Experiment}", BindingEffect.Deny);
        Assert.Equal("", await Wrong(await Server.As(account), [.. Reads(made), .. Writes(made)], HttpStatusCode.Forbidden));
    }

    private async Task<(string Experiment, string Id, string Assessment)> Made()
    {
        var client = shared.Client;
        var (experiment, trace) = (await client.NewExperiment("traces of a team"), Guid.NewGuid().ToString("N"));
        await client.Spans(experiment, new SentSpan(trace, "000000000000006f", "a"));
        var assessment = await client.Post($"{Api}/traces/tr-{trace}/assessments", new { assessment = new { assessment_name = "good", feedback = new { value = true } } });
        return (experiment, $"tr-{trace}", (string)assessment["assessment"]!["assessment_id"]!);
    }

    private static async Task<string> Found(MlflowClient client, params (string Experiment, string Id, string Assessment)[] made) => string.Join(
        ' ', (await client.Search([.. made.Select(one => one.Experiment)], new { }))["traces"]!.AsArray().Select(trace => (string)trace!["trace_id"]!));

    private static (string Method, string Path, object? Body)[] Reads((string Experiment, string Id, string Assessment) made) =>
    [
        ("GET", $"{Api}/traces/{made.Id}", null),
        ("GET", $"{Api}/traces/get?trace_id={made.Id}", null),
        ("GET", $"{Api}/get-trace-artifact?request_id={made.Id}", null),
        ("GET", $"{MlflowClient.Api}/traces/{made.Id}/info", null),
        ("GET", $"{Api}/traces/{made.Id}/assessments/{made.Assessment}", null),
    ];

    private static (string Method, string Path, object? Body)[] Writes((string Experiment, string Id, string Assessment) made) =>
    [
        ("POST", $"{Api}/traces", new { trace = new { trace_info = new { trace_id = made.Id, trace_location = new { mlflow_experiment = new { experiment_id = made.Experiment } } } } }),
        ("POST", $"{MlflowClient.Api}/traces", new { experiment_id = made.Experiment, timestamp_ms = 1 }),
        ("PATCH", $"{MlflowClient.Api}/traces/{made.Id}", new { timestamp_ms = 2, status = "OK" }),
        ("PATCH", $"{Api}/traces/{made.Id}/tags", new { key = "a", value = "b" }),
        ("DELETE", $"{Api}/traces/{made.Id}/tags", new { key = "a" }),
        ("POST", $"{MlflowClient.Api}/traces/link-prompts", new { trace_id = made.Id, prompt_versions = new[] { new { name = "p", version = "1" } } }),
        ("POST", $"{Api}/traces/{made.Id}/assessments", new { assessment = new { assessment_name = "x", feedback = new { value = 1 } } }),
        ("PATCH", $"{Api}/traces/{made.Id}/assessments/{made.Assessment}", new { assessment = new { rationale = "x" }, update_mask = "rationale" }),
        ("DELETE", $"{Api}/traces/{made.Id}/assessments/{made.Assessment}", new { }),
        ("POST", "/v1/traces", OtlpMessage.Of(new SentSpan(made.Id[3..], "00000000000000de", "b"))),
        ("POST", $"{Api}/traces/delete-traces", new { experiment_id = made.Experiment, request_ids = new[] { made.Id } }),
    ];

    private static async Task<string> Wrong(HttpClient client, (string Method, string Path, object? Body)[] operations, HttpStatusCode expected)
    {
        var experiment = operations.Select(one => System.Text.Json.JsonSerializer.Serialize(one.Body)).Select(body => Regex.Match(body, "\"experiment_id\":\"(\\d+)\"")).FirstOrDefault(match => match.Success)?.Groups[1].Value;
        var wrong = "";
        foreach (var (method, path, body) in operations)
        {
            using var request = new HttpRequestMessage(new(method), path);
            if (body is byte[] spans)
            {
                request.Content = new ByteArrayContent(spans);
                request.Content.Headers.ContentType = new("application/x-protobuf");
                request.Headers.Add("x-mlflow-experiment-id", experiment);
            }
            else if (body is not null)
            {
                request.Content = JsonContent.Create(body);
            }

            using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
            if (answer.StatusCode != expected)
                wrong += $"{method} {path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}\n";
        }

        return wrong;
    }
}
