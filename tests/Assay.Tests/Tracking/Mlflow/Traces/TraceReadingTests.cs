using System.Net;
using System.Net.Http.Json;
using Assay.Governance.Access;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Tests.Governance;
using Assay.Tracking.Traces;

namespace Assay.Tests.Tracking.Mlflow.Traces;

/// <summary>Traces as the console and the command line read them.</summary>
public sealed class TraceReadingTests(MlflowServer shared) : IClassFixture<MlflowServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_trace_is_shown_with_its_spans_as_they_lie_in_time_and_what_was_said_about_it()
    {
        var client = shared.Client;
        var experiment = await client.NewExperiment("shown");
        var id = $"tr-{Guid.NewGuid():N}";
        await client.Trace(experiment, id, new
        {
            execution_duration = "1.5s",
            request_preview = "What is it?",
            tags = new Dictionary<string, string> { ["mlflow.traceName"] = "answer", ["team"] = "risk" },
            trace_metadata = new Dictionary<string, string> { ["mlflow.trace.session"] = "s-1" },
        });
        var body = $$$"""
            {"resourceSpans": [{"scopeSpans": [{"spans": [
              {"traceId": "{{{id[3..]}}}", "spanId": "00000000000000b2", "parentSpanId": "00000000000000b1", "name": "search", "startTimeUnixNano": "1500000000", "endTimeUnixNano": "2000000000",
               "status": {"code": 2, "message": "no index"}, "attributes": [{"key": "mlflow.spanType", "value": {"stringValue": "\"TOOL\""}}, {"key": "top_k", "value": {"intValue": "5"}}],
               "events": [{"timeUnixNano": "1600000000", "name": "exception", "attributes": [{"key": "exception.type", "value": {"stringValue": "KeyError"}}]}]},
              {"traceId": "{{{id[3..]}}}", "spanId": "00000000000000b1", "name": "root", "startTimeUnixNano": "1000000000", "endTimeUnixNano": "2500000000", "status": {"code": 1},
               "attributes": [{"key": "mlflow.spanInputs", "value": {"stringValue": "{\"q\": 1}"}}, {"key": "mlflow.spanOutputs", "value": {"stringValue": "\"none\""}}]}]}]}]}
            """;
        using (var sent = await client.SendSpans(experiment, System.Text.Encoding.UTF8.GetBytes(body), "application/json"))
            Assert.Equal(HttpStatusCode.OK, sent.StatusCode);
        await client.Post($"{TraceClient.Api}/traces/{id}/assessments", new { assessment = new { assessment_name = "helpful", source = new { source_type = "HUMAN", source_id = "ann" }, feedback = new { value = false }, rationale = "says nothing" } });

        var trace = (await shared.Server.Admin.GetFromJsonAsync<TraceDetail>($"/api/v1/traces/{id}", AssayJson.Options, Cancel))!;
        Assert.Equal(("answer", TraceState.Ok, 1500L, "What is it?", "s-1"), (trace.Name, trace.State, trace.DurationMilliseconds, trace.RequestPreview, trace.SessionId));
        Assert.Equal("risk", Assert.Single(trace.Tags).Value);
        Assert.Equal(("helpful", "feedback", "false", "ann", "says nothing"), trace.Assessments.Select(one => (one.Name, one.Kind, one.Value, one.SourceId, one.Rationale!)).Single());
        Assert.Equal([("root", 0), ("search", 1)], SpanTree.Of(trace.Spans).Select(one => (one.Span.Name, one.Depth)));
        var (root, search) = (trace.Spans[0], trace.Spans[1]);
        Assert.Equal((0L, 1_500_000L, """{"q": 1}""", "none"), (root.StartedMicroseconds, root.DurationMicroseconds, root.Inputs, root.Outputs));
        Assert.Equal((500_000L, 500_000L, "TOOL", TraceState.Error, "no index", "5"), (search.StartedMicroseconds, search.DurationMicroseconds, search.Type, search.State, search.Message, search.Attributes["top_k"]));
        Assert.Equal(("exception", 600_000L, "KeyError"), search.Events.Select(one => (one.Name, one.AtMicroseconds, one.Attributes["exception.type"])).Single());
    }

    [Fact]
    public async Task Traces_are_listed_page_by_page_and_by_filter_and_an_error_names_the_field()
    {
        var experiment = await shared.Client.NewExperiment("listed");
        for (var i = 0; i < 5; i++)
            await shared.Client.Trace(experiment, $"{experiment}-{i}", new { request_time = $"2026-01-31T12:00:0{i}Z", state = i == 3 ? "ERROR" : "OK" });
        var first = await List(experiment, "limit=2");
        var second = await List(experiment, $"limit=2&cursor={first.NextCursor}");
        var last = await List(experiment, $"limit=2&cursor={second.NextCursor}");
        Assert.Equal([4, 3, 2, 1, 0], first.Items.Concat(second.Items).Concat(last.Items).Select(trace => trace.Id[^1] - '0'));
        Assert.Null(last.NextCursor);
        Assert.Equal(TraceState.Error, Assert.Single((await List(experiment, "filter=status%20%3D%20%27ERROR%27")).Items).State);
        Assert.Equal('0', (await List(experiment, "orderBy=timestamp_ms&limit=1")).Items[0].Id[^1]);
        foreach (var (query, field) in new[] { ("filter=nonsense", "filter"), ("orderBy=nothing", "orderBy"), ("cursor=x", "cursor") })
        {
            using var answer = await shared.Server.Admin.GetAsync($"/api/v1/experiments/{experiment}/traces?{query}", Cancel);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Contains($"\"field\":\"{field}\"", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await shared.Server.Admin.GetAsync("/api/v1/experiments/123/traces", Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_trace_is_deleted_by_who_may_write_there()
    {
        var experiment = await shared.Client.NewExperiment("deleted");
        var id = $"{experiment}-gone";
        await shared.Client.Trace(experiment, id);
        var reader = await shared.Server.Member(Role.Viewer);
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.DeleteAsync($"/api/v1/traces/{id}", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await reader.GetAsync($"/api/v1/traces/{id}", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await shared.Server.Admin.DeleteAsync($"/api/v1/traces/{id}", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await shared.Server.Admin.GetAsync($"/api/v1/traces/{id}", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await shared.Server.Admin.DeleteAsync($"/api/v1/traces/{id}", Cancel)).StatusCode);
    }

    [Fact]
    public void Spans_without_their_whole_and_spans_in_a_circle_are_shown_too()
    {
        var spans = new[] { Span("a", "none"), Span("b", "a"), Span("c", "d"), Span("d", "c"), Span("e", "e") };
        Assert.Equal([("a", 0), ("b", 1), ("e", 0), ("c", 0), ("d", 0)], SpanTree.Of(spans).Select(one => (one.Span.Id, one.Depth)));

        static TraceSpan Span(string id, string? parent) => new(id, parent, id, "", TraceState.Ok, 0, 1);
    }

    private async Task<Page<TraceSummary>> List(string experiment, string query) =>
        (await shared.Server.Admin.GetFromJsonAsync<Page<TraceSummary>>($"/api/v1/experiments/{experiment}/traces?{query}", AssayJson.Options, Cancel))!;
}
