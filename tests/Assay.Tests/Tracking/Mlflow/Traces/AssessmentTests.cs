using System.Text.Json.Nodes;

namespace Assay.Tests.Tracking.Mlflow.Traces;

public sealed class AssessmentTests(MlflowServer shared) : IClassFixture<MlflowServer>
{
    private const string Api = TraceClient.Api;

    [Fact]
    public async Task An_assessment_is_made_read_changed_and_deleted()
    {
        var client = shared.Client;
        var (experiment, trace) = await Trace(client);
        var made = await Assess(client, trace, "correctness", new { value = true }, more: new
        {
            rationale = "well-formatted",
            span_id = "span-123",
            metadata = new Dictionary<string, string> { ["project"] = "test", ["keep"] = "1" },
            create_time = "2026-11-23T15:05:07.357Z",
            last_update_time = "2026-11-23T15:05:07.357Z",
        });
        var id = (string)made["assessment_id"]!;
        Assert.Matches("^a-[0-9a-f]{32}$", id);
        Assert.Equal(
            $$"""
            {"assessment_id":"{{id}}","assessment_name":"correctness","trace_id":"{{trace}}","span_id":"span-123","source":{"source_type":"HUMAN","source_id":"ann"},"create_time":"2026-11-23T15:05:07.357Z","last_update_time":"2026-11-23T15:05:07.357Z","feedback":{"value":true},"rationale":"well-formatted","metadata":{"project":"test","keep":"1"},"valid":true}
            """,
            made.ToJsonString());
        var path = $"{Api}/traces/{trace}/assessments/{id}";
        Assert.Equal(made.ToJsonString(), (await client.Get(path))["assessment"]!.ToJsonString());
        Assert.Equal(made.ToJsonString(), (await client.TraceInfo(trace))["assessments"]![0]!.ToJsonString());

        var changed = (await client.Send("PATCH", path, new
        {
            assessment = new { assessment_name = "right", feedback = new { value = "no" }, metadata = new Dictionary<string, string> { ["project"] = "other" } },
            update_mask = "assessmentName,feedback,metadata",
        }))["assessment"]!;
        Assert.Equal(("right", """{"value":"no"}""", """{"project":"other","keep":"1"}""", "well-formatted"), ((string)changed["assessment_name"]!, changed["feedback"]!.ToJsonString(), changed["metadata"]!.ToJsonString(), (string)changed["rationale"]!));
        Assert.NotEqual((string)made["last_update_time"]!, (string)changed["last_update_time"]!);
        Assert.Equal(trace, await client.Find(experiment, "feedback.right = 'no'"));

        await client.Send("DELETE", path, new { });
        await client.Send("DELETE", path, new { });
        await client.IsMissing($"Assessment with ID '{id}' not found for trace", path);
        await client.IsMissing("Trace with ID 'tr-none' not found", $"{Api}/traces/tr-none/assessments/a-1");
    }

    [Fact]
    public async Task An_assessment_in_the_place_of_another_makes_it_count_no_more_until_it_is_deleted()
    {
        var client = shared.Client;
        var (experiment, trace) = await Trace(client);
        var before = (string)(await Assess(client, trace, "quality", new { value = "poor" }))["assessment_id"]!;
        var after = await Assess(client, trace, "quality", new { value = "excellent" }, more: new { overrides = before });
        Assert.Equal((before, true), ((string)after["overrides"]!, (bool)after["valid"]!));
        Assert.False((bool)(await client.Get($"{Api}/traces/{trace}/assessments/{before}"))["assessment"]!["valid"]!);
        Assert.Equal("", await client.Find(experiment, "feedback.quality = 'poor'"));
        Assert.Equal(trace, await client.Find(experiment, "feedback.quality = 'excellent'"));
        await client.Send("DELETE", $"{Api}/traces/{trace}/assessments/{(string)after["assessment_id"]!}", new { });
        Assert.Equal(trace, await client.Find(experiment, "feedback.quality = 'poor'"));
        await client.IsMissing("Assessment with ID 'a-none' not found", $"{Api}/traces/{trace}/assessments", new { assessment = new { assessment_name = "q", feedback = new { value = 1 }, overrides = "a-none" } });
    }

    [Fact]
    public async Task An_expectation_of_several_values_is_answered_as_clients_read_it()
    {
        var client = shared.Client;
        var (_, trace) = await Trace(client);
        var made = (await client.Post($"{Api}/traces/{trace}/assessments", new { assessment = new { assessment_name = "limits", expectation = new { value = new { most = 5 } } } }))["assessment"]!;
        Assert.Equal("""{"serialized_value":{"serialization_format":"JSON_FORMAT","value":"{\u0022most\u0022:5}"}}""", made["expectation"]!.ToJsonString());
    }

    [Fact]
    public async Task Values_of_every_kind_are_sought_as_text()
    {
        var client = shared.Client;
        var (experiment, trace) = await Trace(client);
        await Assess(client, trace, "correctness", new { value = true });
        await Assess(client, trace, "helpfulness", new { value = 5.0 });
        await Assess(client, trace, "comment", new { value = "Great response! Very helpful." });
        await Assess(client, trace, "failed", new { error = new { error_code = "TIMEOUT", error_message = "too slow" } });
        await Assess(client, trace, "answer", new { serialized_value = new { serialization_format = "JSON_FORMAT", value = """{"a": 1}""" } }, "expectation");
        await Assess(client, trace, "length", new { value = 150 }, "expectation");
        foreach (var filter in new[]
        {
            "feedback.correctness = 'true'", "feedback.helpfulness = \"5\"", "feedback.comment LIKE '%helpful%'", "feedback.comment RLIKE 'Great.*helpful'", "feedback.failed IS NOT NULL",
            "expectation.answer LIKE '%\"a\"%'", "expectation.length = '150' AND feedback.comment ILIKE '%GREAT%'", "feedback.length IS NULL",
        })
            Assert.True(trace == await client.Find(experiment, filter), filter);
        Assert.Equal("", await client.Find(experiment, "expectation.comment LIKE '%helpful%'"));
        Assert.Equal("""{"error":{"error_code":"TIMEOUT","error_message":"too slow"}}""", (await client.TraceInfo(trace))["assessments"]!.AsArray().Single(one => (string)one!["assessment_name"]! == "failed")!["feedback"]!.ToJsonString());
    }

    [Fact]
    public async Task What_is_said_of_a_conversation_counts_for_each_of_its_traces()
    {
        var client = shared.Client;
        var experiment = await client.NewExperiment("sessions");
        var run = Guid.NewGuid().ToString("N");
        foreach (var (id, session) in new[] { ("a1", "a"), ("a2", "a"), ("b1", "b") })
            await client.Trace(experiment, $"tr-{run}{id}", new { trace_metadata = new Dictionary<string, string> { ["mlflow.trace.session"] = session } });
        async Task<string> Find(string filter) => (await client.Find(experiment, filter, "request_id")).Replace($"tr-{run}", "", StringComparison.Ordinal);
        await Assess(client, $"tr-{run}a1", "session_quality", new { value = "good" }, more: new { metadata = new Dictionary<string, string> { ["mlflow.trace.session"] = "a" } });
        await Assess(client, $"tr-{run}b1", "trace_quality", new { value = "bad" });
        Assert.Equal("a1 a2", await Find("feedback.session_quality = 'good'"));
        Assert.Equal("a1 a2", await Find("feedback.session_quality IS NOT NULL"));
        Assert.Equal("b1", await Find("feedback.session_quality IS NULL"));
        Assert.Equal("b1", await Find("feedback.trace_quality = 'bad'"));
    }

    [Fact]
    public async Task Assessments_that_come_with_their_trace_are_kept_and_an_issue_is_found_by_its_id()
    {
        var client = shared.Client;
        var experiment = await client.NewExperiment("with");
        var trace = $"tr-{Guid.NewGuid():N}";
        var info = await client.Trace(experiment, trace, new
        {
            assessments = new object[]
            {
                new { assessment_name = "good", feedback = new { value = true }, source = new { source_type = "CODE", source_id = "f" } },
                new { assessment_name = "issue-1", issue = new { issue_name = "slow" } },
            },
        });
        Assert.Equal(["CODE", "SOURCE_TYPE_UNSPECIFIED"], info["assessments"]!.AsArray().Select(one => (string)one!["source"]!["source_type"]!).Order());
        Assert.Equal(trace, await client.Find(experiment, "issue.id = 'issue-1'"));
        Assert.Equal("", await client.Find(experiment, "issue.id = 'issue-2'"));
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused()
    {
        var client = shared.Client;
        var (_, trace) = await Trace(client);
        var path = $"{Api}/traces/{trace}/assessments";
        await client.RefusesValue("Missing value for required parameter 'assessment'", path, new { });
        await client.RefusesValue("Missing value for required parameter 'assessment.assessment_name'", path, new { assessment = new { feedback = new { value = 1 } } });
        await client.RefusesValue("Missing value for required parameter 'assessment.value'", path, new { assessment = new { assessment_name = "x" } });
        await client.RefusesValue("assessment.source.source_type", path, new { assessment = new { assessment_name = "x", feedback = new { value = 1 }, source = new { source_type = "ORACLE" } } });
        var id = (string)(await Assess(client, trace, "x", new { value = 1 }))["assessment_id"]!;
        await Refused(client, $"{path}/{id}", "Cannot update expectation value on a Feedback assessment", new { assessment = new { expectation = new { value = 1 } }, update_mask = "expectation" });
        await Refused(client, $"{path}/{id}", "'source' can't be changed", new { assessment = new { rationale = "x" }, update_mask = "source" });
        await Refused(client, $"{path}/{id}", "Missing value for required parameter 'update_mask'", new { assessment = new { rationale = "x" } });
        await Refused(client, $"{path}/a-none", "Assessment with ID 'a-none' not found", new { assessment = new { rationale = "x" }, update_mask = "rationale" });
    }

    private static async Task<(string Experiment, string Trace)> Trace(MlflowClient client)
    {
        var (experiment, trace) = (await client.NewExperiment("assessed"), $"tr-{Guid.NewGuid():N}");
        await client.Trace(experiment, trace);
        return (experiment, trace);
    }

    private static async Task<JsonObject> Assess(MlflowClient client, string trace, string name, object content, string kind = "feedback", object? more = null)
    {
        var assessment = System.Text.Json.JsonSerializer.SerializeToNode(more ?? new { })!.AsObject();
        assessment["assessment_name"] = name;
        assessment["source"] = new JsonObject { ["source_type"] = "HUMAN", ["source_id"] = "ann" };
        assessment[kind] = System.Text.Json.JsonSerializer.SerializeToNode(content);
        return (await client.Post($"{Api}/traces/{trace}/assessments", new JsonObject { ["assessment"] = assessment }.ToJsonString()))["assessment"]!.AsObject();
    }

    private static async Task Refused(MlflowClient client, string path, string words, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, path) { Content = System.Net.Http.Json.JsonContent.Create(body) };
        using var answer = await client.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.False(answer.IsSuccessStatusCode);
        Assert.Contains(words, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
