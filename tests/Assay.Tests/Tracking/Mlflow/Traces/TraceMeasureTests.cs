namespace Assay.Tests.Tracking.Mlflow.Traces;

public sealed class TraceMeasureTests(MlflowServer shared) : IClassFixture<MlflowServer>
{
    private const string Path = $"{TraceClient.Api}/traces/metrics";

    [Fact]
    public async Task Traces_are_counted_and_measured_by_name_state_and_time()
    {
        var client = shared.Client;
        var experiment = await client.NewExperiment("measures");
        foreach (var (hour, name, state, duration, tokens) in new[] { (0, "a", "OK", 100, 10), (0, "a", "ERROR", 200, 20), (1, "a", "OK", 400, 0), (1, "b", "OK", 150, 5) })
        {
            await client.Trace(experiment, $"tr-{Guid.NewGuid():N}", new
            {
                request_time = $"2020-01-01T0{hour}:30:00Z",
                execution_duration = $"0.{duration}s",
                state,
                tags = new Dictionary<string, string> { ["mlflow.traceName"] = name },
                trace_metadata = tokens == 0 ? [] : new Dictionary<string, string> { ["mlflow.trace.tokenUsage"] = $$"""{"total_tokens": {{tokens}}}""" },
            });
        }

        Task<string> Ask(string name, object[] aggregations, object? more = null) => Measured(client, experiment, "TRACES", name, aggregations, more);
        Assert.Equal("""{"metric_name":"trace_count","values":{"COUNT":4}}""", await Ask("trace_count", [Of("COUNT")]));
        Assert.Equal(
            """{"metric_name":"trace_count","dimensions":{"trace_status":"ERROR","trace_name":"a"},"values":{"COUNT":1}} {"metric_name":"trace_count","dimensions":{"trace_status":"OK","trace_name":"a"},"values":{"COUNT":2}} {"metric_name":"trace_count","dimensions":{"trace_status":"OK","trace_name":"b"},"values":{"COUNT":1}}""",
            await Ask("trace_count", [Of("COUNT")], new { dimensions = new[] { "trace_status", "trace_name" } }));
        Assert.Equal(
            """{"metric_name":"latency","dimensions":{"trace_name":"a"},"values":{"P50.0":200,"P75.0":300,"MAX":400}} {"metric_name":"latency","dimensions":{"trace_name":"b"},"values":{"P50.0":150,"P75.0":150,"MAX":150}}""",
            await Ask("latency", [Of("PERCENTILE", 50), Of("PERCENTILE", 75), Of("MAX")], new { dimensions = new[] { "trace_name" } }));
        Assert.Equal(
            """{"metric_name":"total_tokens","dimensions":{"time_bucket":"2020-01-01T00:00:00\u002B00:00"},"values":{"SUM":30,"AVG":15}} {"metric_name":"total_tokens","dimensions":{"time_bucket":"2020-01-01T01:00:00\u002B00:00"},"values":{"SUM":5,"AVG":5}}""",
            await Ask("total_tokens", [Of("SUM"), Of("AVG")], new { time_interval_seconds = 3600, start_time_ms = 1577836800000, end_time_ms = 1577847600000 }));
        Assert.Equal("""{"metric_name":"trace_count","values":{"COUNT":2}}""", await Ask("trace_count", [Of("COUNT")], new { filters = new[] { "trace.status = 'OK'", "trace.tag.`mlflow.traceName` = 'a'" } }));
        Assert.Equal("""{"metric_name":"trace_count","values":{"COUNT":0}}""", await Ask("trace_count", [Of("COUNT")], new { filters = new[] { "trace.metadata.none = 'x'" } }));
    }

    [Fact]
    public async Task Spans_and_assessments_are_counted_and_measured()
    {
        var client = shared.Client;
        var (experiment, trace) = (await client.NewExperiment("measures"), Guid.NewGuid().ToString("N"));
        SentSpan Call(string id, string model, double cost) => new(trace, id, "llm")
        {
            Parent = "0000000000000001",
            Attributes = [("mlflow.spanType", "LLM"), ("mlflow.llm.model", model), ("mlflow.llm.cost", $$"""{"total_cost": {{cost.ToString(System.Globalization.CultureInfo.InvariantCulture)}}}""")],
        };
        await client.Spans(experiment, new(trace, "0000000000000001", "root") { Status = 2, End = 5_000_000_000 }, Call("0000000000000002", "big", 0.5), Call("0000000000000003", "big", 0.25), Call("0000000000000004", "small", 0.125));
        foreach (var value in new object[] { true, "yes", "no", 0.5 })
            await client.Post($"{TraceClient.Api}/traces/tr-{trace}/assessments", new { assessment = new { assessment_name = "good", feedback = new { value } } });

        Assert.Equal(
            """{"metric_name":"span_count","dimensions":{"span_type":"LLM"},"values":{"COUNT":3}} {"metric_name":"span_count","dimensions":{"span_type":"UNKNOWN"},"values":{"COUNT":1}}""",
            await Measured(client, experiment, "SPANS", "span_count", [Of("COUNT")], new { dimensions = new[] { "span_type" } }));
        Assert.Equal("""{"metric_name":"latency","values":{"AVG":1000}}""", await Measured(client, experiment, "SPANS", "latency", [Of("AVG")], new { filters = new[] { "span.name = 'llm'" } }));
        Assert.Equal(
            """{"metric_name":"total_cost","dimensions":{"span_model_name":"big"},"values":{"SUM":0.75}} {"metric_name":"total_cost","dimensions":{"span_model_name":"small"},"values":{"SUM":0.125}}""",
            await Measured(client, experiment, "SPANS", "total_cost", [Of("SUM")], new { dimensions = new[] { "span_model_name" } }));
        Assert.Equal("""{"metric_name":"assessment_value","dimensions":{"assessment_name":"good"},"values":{"AVG":0.625}}""", await Measured(client, experiment, "ASSESSMENTS", "assessment_value", [Of("AVG")], new { dimensions = new[] { "assessment_name" } }));
        Assert.Contains("""{"assessment_value":"\u0022yes\u0022"},"values":{"COUNT":1}""", await Measured(client, experiment, "ASSESSMENTS", "assessment_count", [Of("COUNT")], new { dimensions = new[] { "assessment_value" }, filters = new[] { "assessment.type = 'feedback'" } }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_can_not_be_measured_is_refused()
    {
        var client = shared.Client;
        Task Refuses(string words, string view, string name, object aggregation, object? more = null) => client.RefusesValue(words, Path, Body("0", view, name, [aggregation], more));
        await Refuses("metric_name must be one of", "TRACES", "span_count", Of("COUNT"));
        await Refuses("Found invalid aggregation_type(s): ['SUM']", "TRACES", "latency", Of("SUM"));
        await Refuses("Found invalid dimension(s): ['span_name']", "TRACES", "latency", Of("AVG"), new { dimensions = new[] { "span_name" } });
        await Refuses("aggregations.percentile_value", "TRACES", "latency", Of("PERCENTILE", 101));
        await Refuses("start_time_ms and end_time_ms are required", "TRACES", "trace_count", Of("COUNT"), new { time_interval_seconds = 60 });
        await Refuses("Filtering by span is only supported for", "TRACES", "trace_count", Of("COUNT"), new { filters = new[] { "span.name = 'x'" } });
        await Refuses("Invalid clause(s)", "TRACES", "trace_count", Of("COUNT"), new { filters = new[] { "trace.status != 'OK'" } });
        await client.RefusesValue("Missing value for required parameter 'experiment_ids'", Path, new { });
        await client.RefusesValue("Missing value for required parameter 'aggregations'", Path, new { experiment_ids = new[] { "0" }, view_type = 1, metric_name = "trace_count" });
    }

    private static object Of(string aggregation_type, double percentile_value = 0) => new { aggregation_type, percentile_value };

    private static string Body(string experiment, string view_type, string metric_name, object[] aggregations, object? more)
    {
        var body = System.Text.Json.JsonSerializer.SerializeToNode(more ?? new { })!.AsObject();
        foreach (var (name, value) in System.Text.Json.JsonSerializer.SerializeToNode(new { experiment_ids = new[] { experiment }, view_type, metric_name, aggregations })!.AsObject())
            body[name] = value!.DeepClone();
        return body.ToJsonString();
    }

    private static async Task<string> Measured(MlflowClient client, string experiment, string view, string name, object[] aggregations, object? more = null) =>
        string.Join(' ', (await client.Post(Path, Body(experiment, view, name, aggregations, more)))["data_points"]!.AsArray().Select(point => point!.ToJsonString()));
}
