using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Assay.Tests.Tracking.Mlflow.Traces;

public sealed class SpanTests(MlflowServer shared) : IClassFixture<MlflowServer>
{
    private const string Api = TraceClient.Api;
    private const string RootId = "000000000000006f";
    private const string ChildId = "00000000000000de";

    private static string NewTrace() => Guid.NewGuid().ToString("N");

    [Fact]
    public async Task Spans_make_their_trace_and_are_read_back_as_they_came()
    {
        var client = shared.Client;
        var (experiment, trace) = (await client.NewExperiment("spans"), NewTrace());
        await client.Spans(
            experiment,
            new(trace, ChildId, "child") { Parent = RootId, Start = 1_500_000_000, End = 1_800_000_000, Attributes = [("n", 100), ("x", 0.5), ("yes", true), ("many", new object[] { "a", 1 })] },
            new(trace, RootId, "ask \"why\"")
            {
                Status = 1,
                Attributes =
                [
                    ("mlflow.spanType", "\"CHAIN\""),
                    ("mlflow.spanInputs", new Dictionary<string, object> { ["question"] = "why?" }),
                    ("mlflow.spanOutputs", "\"because\""),
                    ("session.id", "s-1"),
                    ("user.id", "ann"),
                ],
            });
        var read = (await client.Get($"{Api}/traces/get?trace_id=tr-{trace}"))["trace"]!;
        var info = read["trace_info"]!;
        Assert.Equal(
            ("OK", "1970-01-01T00:00:01Z", "1s", "s-1", "ann"),
            ((string)info["state"]!, (string)info["request_time"]!, (string)info["execution_duration"]!, (string)info["trace_metadata"]!["mlflow.trace.session"]!, (string)info["trace_metadata"]!["mlflow.trace.user"]!));
        Assert.Equal(("""{"question":"why?"}""", "\"because\"", "TRACKING_STORE"), ((string)info["request_preview"]!, (string)info["response_preview"]!, (string)info["tags"]!["mlflow.trace.spansLocation"]!));

        var spans = read["spans"]!.AsArray();
        Assert.Equal(["ask \"why\"", "child"], spans.Select(span => (string)span!["name"]!));
        Assert.Equal(Convert.ToBase64String(Convert.FromHexString(trace)), (string)spans[0]!["trace_id"]!);
        Assert.Equal(Convert.ToBase64String(Convert.FromHexString(RootId)), (string)spans[1]!["parent_span_id"]!);
        Assert.Equal((1_500_000_000, 1_800_000_000), ((long)spans[1]!["start_time_unix_nano"]!, (long)spans[1]!["end_time_unix_nano"]!));
        Assert.Equal(
            """[{"key":"n","value":{"int_value":100}},{"key":"x","value":{"double_value":0.5}},{"key":"yes","value":{"bool_value":true}},{"key":"many","value":{"array_value":{"values":[{"string_value":"a"},{"int_value":1}]}}}]""",
            spans[1]!["attributes"]!.ToJsonString());
        Assert.Equal("""[{"time_unix_nano":1000000001,"name":"happened","attributes":[{"key":"why","value":{"string_value":"because"}}]}]""", spans[0]!["events"]!.ToJsonString());
        Assert.Equal("""{"code":"STATUS_CODE_OK"}""", spans[0]!["status"]!.ToJsonString());

        var file = (await client.Get($"/ajax-api/3.0/mlflow/get-trace-artifact?request_id=tr-{trace}"))["spans"]!;
        Assert.Equal("""{"question":"why?"}""", (string)file[0]!["attributes"]!["mlflow.spanInputs"]!);
        Assert.Equal("100", (string)file[1]!["attributes"]!["n"]!);
    }

    [Fact]
    public async Task Later_spans_stretch_the_trace_until_its_client_has_told_of_it()
    {
        var client = shared.Client;
        var (experiment, trace) = (await client.NewExperiment("stretch"), NewTrace());
        await client.Spans(experiment, new SentSpan(trace, "0000000000000001", "a") { Parent = RootId, End = 0 });
        var info = await client.TraceInfo($"tr-{trace}");
        Assert.Equal(("IN_PROGRESS", "1970-01-01T00:00:01Z", null), ((string)info["state"]!, (string)info["request_time"]!, (string?)info["execution_duration"]));
        await client.Spans(experiment, new SentSpan(trace, "0000000000000002", "b") { Parent = RootId, Start = 500_000_000, End = 3_000_000_000 });
        await client.Spans(experiment, new SentSpan(trace, RootId, "root") { Start = 2_500_000_000, End = 4_000_000_000, Status = 2 });
        info = await client.TraceInfo($"tr-{trace}");
        Assert.Equal(("ERROR", "1970-01-01T00:00:00.500Z", "3.500s"), ((string)info["state"]!, (string)info["request_time"]!, (string)info["execution_duration"]!));

        await client.Trace(experiment, $"tr-{trace}", new { request_time = "1970-01-01T00:00:01.234Z", execution_duration = "0.100s", tags = new Dictionary<string, string> { ["own"] = "1" } });
        await client.Spans(experiment, new SentSpan(trace, "0000000000000003", "late") { Parent = RootId, Start = 1, End = 9_000_000_000, Attributes = [("session.id", "late")] });
        info = await client.TraceInfo($"tr-{trace}");
        Assert.Equal(
            ("OK", "1970-01-01T00:00:01.234Z", "0.100s", "TRACKING_STORE", null),
            ((string)info["state"]!, (string)info["request_time"]!, (string)info["execution_duration"]!, (string)info["tags"]!["mlflow.trace.spansLocation"]!, (string?)info["trace_metadata"]!["mlflow.trace.session"]));
    }

    [Fact]
    public async Task A_trace_that_spans_made_goes_to_the_experiment_that_its_client_says()
    {
        var client = shared.Client;
        var (first, second, trace) = (await client.NewExperiment("of the spans"), await client.NewExperiment("of the trace"), NewTrace());
        await client.Spans(first, new SentSpan(trace, ChildId, "child") { Parent = RootId });
        await client.Trace(second, $"tr-{trace}");
        await client.Spans(first, new SentSpan(trace, RootId, "root"));
        Assert.Equal(("", $"tr-{trace}"), (await client.Find(first, ""), await client.Find(second, "")));
        Assert.Equal(2, (await client.Get($"{Api}/traces/get?trace_id=tr-{trace}"))["trace"]!["spans"]!.AsArray().Count);
        var body = new { trace = new { trace_info = new { trace_id = $"tr-{trace}", trace_location = new { type = "MLFLOW_EXPERIMENT", mlflow_experiment = new { experiment_id = first } }, request_time = "1970-01-01T00:00:01Z", state = "OK" } } };
        await client.RefusesValue("can't be written to", $"{Api}/traces", body);
    }

    [Fact]
    public async Task Tokens_and_cost_are_added_up_once_however_often_a_span_is_sent()
    {
        var client = shared.Client;
        var (experiment, trace) = (await client.NewExperiment("tokens"), NewTrace());
        SentSpan Call(string id, int input, int output, string cost) => new(trace, id, "llm")
        {
            Attributes = [("mlflow.chat.tokenUsage", $$"""{"input_tokens": {{input}}, "output_tokens": {{output}}, "total_tokens": {{input + output}}}"""), ("mlflow.llm.cost", cost)],
        };

        await client.Spans(experiment, Call(RootId, 100, 50, """{"total_cost": 0.03}"""));
        await client.Spans(experiment, Call(ChildId, 200, 75, """{"total_cost": 0.015}"""));
        await client.Spans(experiment, Call(ChildId, 200, 75, """{"total_cost": 0.015}"""));
        var metadata = (await client.TraceInfo($"tr-{trace}"))["trace_metadata"]!;
        Assert.Equal("""{"input_tokens": 300, "output_tokens": 125, "total_tokens": 425}""", (string)metadata["mlflow.trace.tokenUsage"]!);
        Assert.Equal("""{"total_cost": 0.045}""", (string)metadata["mlflow.trace.cost"]!);
    }

    [Fact]
    public async Task Spans_of_other_programs_are_understood_by_the_conventions_of_OpenTelemetry()
    {
        var client = shared.Client;
        var (experiment, trace) = (await client.NewExperiment("foreign"), NewTrace());
        var json = $$$"""
            {"resourceSpans": [{"scopeSpans": [{"spans": [{"traceId": "{{{trace.ToUpperInvariant()}}}", "spanId": "{{{RootId}}}", "name": "chat", "kind": 3,
            "startTimeUnixNano": "1000000000", "endTimeUnixNano": "2000000000", "status": {"code": "STATUS_CODE_OK"}, "attributes": [
            {"key": "gen_ai.operation.name", "value": {"stringValue": "chat"}}, {"key": "gen_ai.usage.input_tokens", "value": {"intValue": "7"}},
            {"key": "gen_ai.usage.output_tokens", "value": {"intValue": 5}},
            {"key": "input.value", "value": {"stringValue": "{\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}"}},
            {"key": "output.value", "value": {"stringValue": "{\"choices\": [{\"message\": {\"role\": \"assistant\", \"content\": \"Hi\"}}]}"}}]}]}]}]}
            """;
        using (var answer = await client.SendSpans(experiment, Encoding.UTF8.GetBytes(json), "application/json", "gzip"))
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var info = await client.TraceInfo($"tr-{trace}");
        Assert.Equal(("Hello", "Hi"), ((string)info["request_preview"]!, (string)info["response_preview"]!));
        Assert.Equal("""{"input_tokens": 7, "output_tokens": 5, "total_tokens": 12}""", (string)info["trace_metadata"]!["mlflow.trace.tokenUsage"]!);
        Assert.Equal($"tr-{trace}", await client.Find(experiment, "span.type = 'CHAT_MODEL'"));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task A_compressed_request_of_several_traces_is_taken_whole(string encoding)
    {
        var client = shared.Client;
        var (experiment, one, two) = (await client.NewExperiment("batch"), NewTrace(), NewTrace());
        var body = OtlpMessage.Of(new(one, RootId, "a"), new(two, RootId, "b") { Attributes = [("mlflow.traceRequestId", $"\"tr-own-{two}\"")] });
        using (var answer = await client.SendSpans(experiment, body, encoding: encoding))
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var found = (await client.Get($"{Api}/traces/batchGet?trace_ids=tr-own-{two}&trace_ids=tr-none&trace_ids=tr-{one}"))["traces"]!.AsArray();
        Assert.Equal(["b", "a"], found.Select(trace => (string)trace!["spans"]![0]!["name"]!));
    }

    [Fact]
    public async Task A_trace_whose_spans_are_under_way_is_given_only_to_who_takes_it_so()
    {
        var client = shared.Client;
        var (experiment, trace) = (await client.NewExperiment("partial"), NewTrace());
        await client.Spans(experiment, new SentSpan(trace, RootId, "first"));
        await client.Trace(experiment, $"tr-{trace}", new { trace_metadata = new Dictionary<string, string> { ["mlflow.trace.sizeStats"] = """{"num_spans": 2}""" } });
        await client.IsMissing($"Trace with ID tr-{trace} is not fully exported yet", $"{Api}/traces/get?trace_id=tr-{trace}");
        Assert.Equal("{}", (await client.Get($"{Api}/traces/batchGet?trace_ids=tr-{trace}")).ToJsonString());
        Assert.Single((await client.Get($"{Api}/traces/get?trace_id=tr-{trace}&allow_partial=true"))["trace"]!["spans"]!.AsArray());
        await client.Spans(experiment, new SentSpan(trace, ChildId, "second"));
        Assert.Equal(2, (await client.Get($"{Api}/traces/get?trace_id=tr-{trace}"))["trace"]!["spans"]!.AsArray().Count);
    }

    [Fact]
    public async Task Spans_in_a_file_of_the_trace_are_read_from_there()
    {
        var client = shared.Client;
        var (experiment, trace) = (await client.NewExperiment("files"), NewTrace());
        await client.Trace(experiment, $"tr-{trace}");
        var path = $"{Api}/traces/get?trace_id=tr-{trace}";
        await client.RefusesValue("not stored in tracking store", path);
        var spans = new JsonObject
        {
            ["spans"] = new JsonArray(JsonNode.Parse($$$"""
                {"trace_id": "{{{Convert.ToBase64String(Convert.FromHexString(trace))}}}", "span_id": "VvEA+jhzzCU=", "parent_span_id": null, "name": "f", "start_time_unix_nano": 1795446303670440114,
                "end_time_unix_nano": 1795446303670862450, "events": [], "status": {"code": "STATUS_CODE_OK", "message": ""}, "attributes": {"mlflow.spanInputs": "{\"x\": 1}", "mlflow.spanType": "\"UNKNOWN\""}}
                """)),
        };
        using var file = new StringContent(spans.ToJsonString());
        await MlflowClient.Expect(await client.Http.PutAsync($"/api/2.0/mlflow-artifacts/artifacts/{experiment}/traces/tr-{trace}/artifacts/traces.json", file, TestContext.Current.CancellationToken));
        var read = (await client.Get(path))["trace"]!["spans"]![0]!;
        Assert.Equal(("f", "VvEA+jhzzCU=", 1795446303670440114), ((string)read["name"]!, (string)read["span_id"]!, (long)read["start_time_unix_nano"]!));
        Assert.Equal("""{"kvlist_value":{"values":[{"key":"x","value":{"int_value":1}}]}}""", read["attributes"]![0]!["value"]!.ToJsonString());
    }

    [Fact]
    public async Task What_is_no_request_of_OpenTelemetry_is_refused()
    {
        var client = shared.Client;
        var sound = OtlpMessage.Of(new SentSpan(NewTrace(), RootId, "a"));
        await Refuses(client, HttpStatusCode.UnprocessableEntity, "x-mlflow-experiment-id is missing", null, sound);
        await Refuses(client, HttpStatusCode.NotFound, "No Experiment with id=404 exists", "404", sound);
        await Refuses(client, HttpStatusCode.BadRequest, "Invalid Content-Type: text/plain", "0", sound, "text/plain");
        await Refuses(client, HttpStatusCode.BadRequest, "Invalid OpenTelemetry protobuf format", "0", Encoding.UTF8.GetBytes("no protobuf at all"));
        await Refuses(client, HttpStatusCode.BadRequest, "no spans found", "0", []);
        await Refuses(client, HttpStatusCode.BadRequest, "Invalid OpenTelemetry JSON format", "0", Encoding.UTF8.GetBytes("{"), "application/json");
        await Refuses(client, HttpStatusCode.UnprocessableEntity, "no trace id of 16 bytes", "0", OtlpMessage.Of(new SentSpan("00", RootId, "a")));
        for (var length = 1; length < sound.Length; length += 7)
        {
            using var cut = await client.SendSpans("0", sound[..length]);
            Assert.True((int)cut.StatusCode is >= 400 and < 500, $"The first {length} bytes were answered by {cut.StatusCode}.");
        }

        using var broken = await client.SendSpans("0", sound);
        Assert.Equal(HttpStatusCode.OK, broken.StatusCode);
    }

    private static async Task Refuses(MlflowClient client, HttpStatusCode status, string words, string? experiment, byte[] body, string type = "application/x-protobuf")
    {
        using var answer = await client.SendSpans(experiment, body, type);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode == status, $"{answer.StatusCode}: {text}");
        Assert.Contains(words, text, StringComparison.Ordinal);
    }
}
