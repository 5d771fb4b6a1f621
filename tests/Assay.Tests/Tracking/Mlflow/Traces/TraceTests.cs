using System.Net;
using System.Text.Json.Nodes;
using Assay.Governance.Access;

namespace Assay.Tests.Tracking.Mlflow.Traces;

public sealed class TraceTests(MlflowServer shared) : IClassFixture<MlflowServer>
{
    private const string Api = TraceClient.Api;

    private static string NewId() => $"tr-{Guid.NewGuid():N}";

    [Fact]
    public async Task A_trace_of_version_3_is_started_and_read_back()
    {
        var client = shared.Client;
        var (experiment, id) = (await client.NewExperiment("traces"), NewId());
        var sent = new
        {
            request_time = "2026-01-31T12:00:00.500Z",
            execution_duration = "1.250s",
            state = 1,
            client_request_id = "mine",
            tags = new Dictionary<string, string> { ["mlflow.traceName"] = "ask" },
            trace_metadata = new Dictionary<string, string> { ["mlflow.user"] = "ann" },
            request_preview = "why?",
            response_preview = "because",
        };
        var made = await client.Trace(experiment, id, sent);
        Assert.Equal(
            $$$"""
            {"trace_id":"{{{id}}}","client_request_id":"mine","trace_location":{"type":"MLFLOW_EXPERIMENT","mlflow_experiment":{"experiment_id":"{{{experiment}}}"}},"request_time":"2026-01-31T12:00:00.500Z","execution_duration":"1.250s","state":"OK","trace_metadata":{"mlflow.trace.infoFinalized":"true","mlflow.user":"ann"},"tags":{"mlflow.artifactLocation":"mlflow-artifacts:/{{{experiment}}}/traces/{{{id}}}/artifacts","mlflow.traceName":"ask"},"request_preview":"why?","response_preview":"because"}
            """,
            made.ToJsonString());
        Assert.Equal(made.ToJsonString(), (await client.TraceInfo(id)).ToJsonString());

        // Told again, it keeps what is left out.
        var again = await client.Trace(experiment, id, new { state = "ERROR", execution_duration = "2s" });
        Assert.Equal(("ERROR", "2s", "why?", "ask"), ((string)again["state"]!, (string)again["execution_duration"]!, (string)again["request_preview"]!, (string)again["tags"]!["mlflow.traceName"]!));

        var many = await client.Post($"{Api}/traces/batchGetInfos", new { trace_ids = new[] { "tr-none", id } });
        Assert.Equal(id, (string)Assert.Single(many["trace_infos"]!.AsArray())!["trace_id"]!);
        await client.IsMissing("Trace with ID 'tr-none' not found", $"{Api}/traces/tr-none");
    }

    [Fact]
    public async Task A_trace_of_version_2_is_begun_ended_and_found()
    {
        var client = shared.Client;
        var experiment = await client.NewExperiment("old traces");
        var begun = (await client.Post("/traces", new
        {
            experiment_id = experiment,
            timestamp_ms = 1234,
            request_metadata = new[] { new { key = "rq1", value = "foo" } },
            tags = new[] { new { key = "tag1", value = "apple" } },
        }))["trace_info"]!;
        var id = (string)begun["request_id"]!;
        Assert.Matches("^[0-9a-f]{32}$", id);
        Assert.Equal(("IN_PROGRESS", false), ((string)begun["status"]!, begun.AsObject().ContainsKey("execution_time_ms")));
        await client.Send("PATCH", $"/traces/{id}", new
        {
            timestamp_ms = 2345,
            status = "OK",
            request_metadata = new[] { new { key = "rq1", value = "bar" } },
            tags = new[] { new { key = "tag3", value = "grape" } },
        });
        var ended = (await client.Get($"/traces/{id}/info"))["trace_info"]!;
        Assert.Equal(
            $$"""
            {"request_id":"{{id}}","experiment_id":"{{experiment}}","timestamp_ms":1234,"execution_time_ms":1111,"status":"OK","request_metadata":[{"key":"rq1","value":"bar"}],"tags":[{"key":"mlflow.artifactLocation","value":"mlflow-artifacts:/{{experiment}}/traces/{{id}}/artifacts"},{"key":"tag1","value":"apple"},{"key":"tag3","value":"grape"}]}
            """,
            ended.ToJsonString());
        var found = await client.Get($"/traces?experiment_ids={experiment}&filter=status%20%3D%20'OK'&order_by=timestamp&max_results=5");
        Assert.Equal(ended.ToJsonString(), Assert.Single(found["traces"]!.AsArray())!.ToJsonString());
        Assert.Equal("1970-01-01T00:00:01.234Z", (string)(await client.TraceInfo(id))["request_time"]!);
    }

    [Theory]
    [InlineData(Api)]
    [InlineData(MlflowClient.Api)]
    public async Task Tags_of_a_trace_are_set_cut_and_taken_away(string api)
    {
        var client = shared.Client;
        var (experiment, id) = (await client.NewExperiment("tags"), NewId());
        await client.Trace(experiment, id);
        await client.Send("PATCH", $"{api}/traces/{id}/tags", new { key = "long", value = "123" + new string('a', 8000) });
        Assert.Equal(8000, ((string)(await client.TraceInfo(id))["tags"]!["long"]!).Length);
        await client.Send("DELETE", $"{api}/traces/{id}/tags", new { key = "long" });
        Assert.Null((await client.TraceInfo(id))["tags"]!["long"]);

        Assert.Contains("No trace tag with key 'long'", await Refused(client, "DELETE", $"{api}/traces/{id}/tags", new { key = "long" }), StringComparison.Ordinal);
        Assert.Contains("Missing value for required parameter 'key'", await Refused(client, "PATCH", $"{api}/traces/{id}/tags", new { value = "x" }), StringComparison.Ordinal);
        Assert.Contains("""Invalid value \"/.:\\\\.\" for parameter 'key' supplied""", await Refused(client, "PATCH", $"{api}/traces/{id}/tags", new { key = @"/.:\." }), StringComparison.Ordinal);
        Assert.Contains("'key' exceeds the maximum length of 250 characters", await Refused(client, "PATCH", $"{api}/traces/{id}/tags", new { key = new string('a', 251) }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Traces_are_deleted_by_their_ids_or_the_oldest_first_with_all_that_is_theirs()
    {
        var client = shared.Client;
        var experiment = await client.NewExperiment("deletion");
        var ids = Enumerable.Range(0, 8).Select(_ => NewId()).ToList();
        for (var i = 0; i < ids.Count; i++)
            await client.Trace(experiment, ids[i], new { request_time = $"1970-01-01T00:00:00.00{i}Z" });
        using var file = new StringContent("""{"spans": []}""");
        var folder = $"/api/2.0/mlflow-artifacts/artifacts/{experiment}/traces/{ids[0]}/artifacts/traces.json";
        await MlflowClient.Expect(await client.Http.PutAsync(folder, file, TestContext.Current.CancellationToken));

        Assert.Equal(2, (int)(await client.Post("/traces/delete-traces", new { experiment_id = experiment, max_timestamp_millis = 5, max_traces = 2 }))["traces_deleted"]!);
        Assert.Equal(HttpStatusCode.NotFound, (await client.SendGet(folder)).StatusCode);
        Assert.Equal(3, (int)(await client.Post($"{Api}/traces/delete-traces", new { experiment_id = experiment, max_timestamp_millis = 4 }))["traces_deleted"]!);
        Assert.Equal(1, (int)(await client.Post($"{Api}/traces/delete-traces", new { experiment_id = experiment, request_ids = new[] { ids[7], ids[0], "tr-none" } }))["traces_deleted"]!);
        Assert.Equal(0, (int)(await client.Post($"{Api}/traces/delete-traces", new { experiment_id = "0", request_ids = new[] { ids[6] } }))["traces_deleted"]!);
        Assert.Equal($"{ids[6]} {ids[5]}", await client.Find(experiment, ""));

        const string path = $"{Api}/traces/delete-traces";
        await client.RefusesValue("Either `max_timestamp_millis` or `trace_ids` must be specified", path, new { experiment_id = experiment });
        await client.RefusesValue("Only one of `max_timestamp_millis` and `trace_ids`", path, new { experiment_id = experiment, max_timestamp_millis = 1, request_ids = ids });
        await client.RefusesValue("`max_traces` must be a positive integer, received 0", path, new { experiment_id = experiment, max_timestamp_millis = 1, max_traces = 0 });
    }

    [Fact]
    public async Task Traces_are_linked_with_runs_and_prompts_and_found_by_them()
    {
        var client = shared.Client;
        var experiment = await client.NewExperiment("links");
        var run = await client.Run(experiment);
        var (direct, linked, other) = (NewId(), NewId(), NewId());
        await client.Trace(experiment, direct, new { trace_metadata = new Dictionary<string, string> { ["mlflow.sourceRun"] = run } });
        await client.Trace(experiment, linked, new { request_time = "2026-01-31T12:00:01Z", tags = new Dictionary<string, string> { ["type"] = "training" } });
        await client.Trace(experiment, other);
        await client.Post("/traces/link-to-run", new { trace_ids = new[] { linked, direct }, run_id = run });
        await client.Post("/traces/link-to-run", new { trace_ids = new[] { linked }, run_id = run });
        Assert.Equal($"{linked} {direct}", await client.Find(experiment, $"attributes.run_id = \"{run}\""));
        Assert.Equal(linked, await client.Find(experiment, $"run_id = '{run}' AND tags.type = 'training'"));
        await client.IsMissing("not found", "/traces/link-to-run", new { trace_ids = new[] { linked }, run_id = new string('0', 32) });
        await client.RefusesValue("Cannot link more than 100 traces to a run", "/traces/link-to-run", new { trace_ids = Enumerable.Range(0, 101).Select(i => $"tr-{i}"), run_id = run });

        await client.Post("/traces/link-prompts", new { trace_id = other, prompt_versions = new[] { new { name = "qa", version = "4" }, new { name = "chat", version = "1" } } });
        await client.Send("PATCH", $"{Api}/traces/{linked}/tags", new { key = "mlflow.linkedPrompts", value = """[{"name": "qa", "version": "5"}]""" });
        Assert.Equal(other, await client.Find(experiment, "prompt = \"chat/1\""));
        Assert.Equal(linked, await client.Find(experiment, "prompt = 'qa/5'"));
        Assert.Equal("", await client.Find(experiment, "prompt = 'qa/999'"));
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused()
    {
        var client = shared.Client;
        var location = TraceClient.Location("0");
        await client.RefusesValue("Missing value for required parameter 'trace'", $"{Api}/traces", new { });
        await client.RefusesValue("'trace_id' supplied", $"{Api}/traces", Started("..", location));
        await client.RefusesValue("only the location of an MLflow experiment", $"{Api}/traces", Started("tr-1", new JsonObject { ["type"] = "INFERENCE_TABLE" }));
        await client.IsMissing("No Experiment with id=404 exists", $"{Api}/traces", Started("tr-1", TraceClient.Location("404")));
        await client.RefusesValue("request_time", $"{Api}/traces", Started("tr-1", location, ("request_time", "yesterday")));
        await client.RefusesValue("execution_duration", $"{Api}/traces", Started("tr-1", location, ("execution_duration", "long")));
        await client.RefusesValue("state", $"{Api}/traces", Started("tr-1", location, ("state", "FINE")));
        await client.RefusesValue("half of a surrogate pair", $"{Api}/traces", Started("tr-1", location).Replace("\"trace_id\"", "\"tags\":{\"\\ud800\":\"x\"},\"trace_id\"", StringComparison.Ordinal));

        var (experiment, id) = (await client.NewExperiment("gone"), NewId());
        await client.Trace(experiment, id);
        await client.RefusesValue("can't be written to 0", $"{Api}/traces", Started(id, location));
        await client.Post("/experiments/delete", new { experiment_id = experiment });
        await client.RefusesValue("must be in the 'active' state", $"{Api}/traces", Started(NewId(), TraceClient.Location(experiment)));
    }

    [Fact]
    public async Task A_trace_of_another_project_is_not_there()
    {
        await using var server = await TestServer.Start();
        var fraud = new MlflowClient(await server.Client(Role.MlEngineer, "fraud"), "fraud");
        await fraud.Trace("0", "tr-same", new { request_preview = "secret" });
        var own = new MlflowClient(server.Admin);
        await own.IsMissing("not found", $"{Api}/traces/tr-same");
        Assert.Equal("", await own.Find("0", ""));
        await own.Trace("0", "tr-same", new { request_preview = "other" });
        Assert.Equal("secret", (string)(await fraud.TraceInfo("tr-same"))["request_preview"]!);
    }

    private static string Started(string id, JsonNode location, params (string Name, string Value)[] more)
    {
        var info = new JsonObject { ["trace_id"] = id, ["trace_location"] = location.DeepClone() };
        foreach (var (name, value) in more)
            info[name] = value;
        return new JsonObject { ["trace"] = new JsonObject { ["trace_info"] = info } }.ToJsonString();
    }

    private static async Task<string> Refused(MlflowClient client, string method, string path, object body)
    {
        using var request = new HttpRequestMessage(new(method), path) { Content = System.Net.Http.Json.JsonContent.Create(body) };
        if (!path.StartsWith("/api/", StringComparison.Ordinal))
            request.RequestUri = new(MlflowClient.Api + path, UriKind.Relative);
        using var answer = await client.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.False(answer.IsSuccessStatusCode);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
