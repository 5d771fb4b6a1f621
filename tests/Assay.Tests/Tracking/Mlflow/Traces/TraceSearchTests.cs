namespace Assay.Tests.Tracking.Mlflow.Traces;

public sealed class TraceSearchTests(MlflowServer shared) : IClassFixture<MlflowServer>
{
    [Fact]
    public async Task Traces_are_ordered_by_attributes_tags_and_metadata_and_what_is_missing_comes_last()
    {
        var (client, first, second) = await Five();
        async Task<string> Ordered(params string[] order) => string.Concat(
            (await client.Search([first, second], new { order_by = order }))["traces"]!.AsArray().Select(trace => ((string)trace!["trace_id"]!)[^1..]));
        Assert.Equal("43210", await Ordered());
        Assert.Equal("01234", await Ordered("timestamp"));
        Assert.Equal("43210", await Ordered("timestamp DESC"));
        Assert.Equal("34021", await Ordered("execution_time DESC", "timestamp ASC"));
        Assert.Equal("43210", await Ordered("experiment_id"));
        Assert.Equal("14302", await Ordered("status"));
        Assert.Equal("12340", await Ordered("name"));
        Assert.Equal("21340", await Ordered("tag.fruit"));
        Assert.Equal("21340", await Ordered("tag.fruit", "tag.color"));
        Assert.Equal("43210", await Ordered("tag.nonexistent"));
        Assert.Equal("01432", await Ordered("run_id"));
    }

    [Theory]
    [InlineData("name = 'aaa'", "1")]
    [InlineData("name != 'aaa'", "4320")]
    [InlineData("status = 'OK'", "430")]
    [InlineData("attributes.status != 'OK'", "21")]
    [InlineData("trace.status IN ('OK', 'ERROR')", "4310")]
    [InlineData("status ILIKE 'error'", "1")]
    [InlineData("`timestamp` >= 1 AND execution_time < 10", "21")]
    [InlineData("trace.end_time_ms > 6 AND timestamp_ms != 4", "3")]
    [InlineData("tag.fruit = 'apple'", "21")]
    [InlineData("tags.fruit = 'apple' and tags.color != 'red'", "2")]
    [InlineData("tag.color IS NULL", "30")]
    [InlineData("tag.color IS NOT NULL AND tag.fruit LIKE 'app%'", "21")]
    [InlineData("tag.color RLIKE '^(re|blu)'", "41")]
    [InlineData("run_id = 'run0'", "0")]
    [InlineData("request_metadata.`mlflow.sourceRun` = 'run0'", "0")]
    [InlineData("metadata.mlflow.sourceRun != 'run0'", "1")]
    [InlineData("metadata.mlflow.sourceRun IS NULL AND status = 'OK'", "43")]
    [InlineData("client_request_id LIKE 'Req-%'", "2")]
    [InlineData("client_request_id ILIKE 'Req-%'", "32")]
    [InlineData("client_request_id RLIKE '[0-9]{3}$'", "3")]
    [InlineData("client_request_id != 'Req-1'", "3")]
    public async Task Traces_are_sought(string filter, string expected)
    {
        var (client, first, second) = await Five();
        var found = (await client.Search([first, second], new { filter }))["traces"]?.AsArray().Select(trace => ((string)trace!["trace_id"]!)[^1..]) ?? [];
        Assert.Equal(expected, string.Concat(found));
    }

    [Fact]
    public async Task A_search_goes_page_by_page()
    {
        var (client, first, second) = await Five();
        var (seen, token) = ("", "");
        for (var page = 0; page < 3; page++)
        {
            var found = await client.Search([first, second], new { max_results = 2, page_token = token });
            seen += string.Concat(found["traces"]!.AsArray().Select(trace => ((string)trace!["trace_id"]!)[^1..])) + " ";
            token = (string?)found["next_page_token"];
        }

        Assert.Equal(("43 21 0 ", null), (seen, token));
    }

    [Fact]
    public async Task All_that_is_said_of_spans_holds_of_one_and_the_same()
    {
        var client = shared.Client;
        var experiment = await client.NewExperiment("span search");
        var (one, two) = (Guid.NewGuid().ToString("N"), Guid.NewGuid().ToString("N"));
        await client.Spans(
            experiment,
            new(one, "0000000000000001", "search_web") { Status = 2, Attributes = [("mlflow.spanType", "\"TOOL\""), ("model", "\"gpt-4\""), ("temperature", "0.7"), ("mlflow.spanInputs", "{\"q\": \"what's MLflow?\"}")] },
            new(one, "0000000000000002", "other") { Parent = "0000000000000001", Status = 1, Attributes = [("mlflow.spanType", "TOOL"), ("similarity.threshold", 0.8), ("note", "the number increased 90%")] },
            new(two, "0000000000000001", "search_web") { Start = 3_000_000_000, End = 4_000_000_000, Status = 1, Attributes = [("mlflow.spanType", "LLM"), ("model", "claude-3")] });
        async Task<string> Find(string filter) => (await client.Find(experiment, filter)).Replace($"tr-{one}", "1", StringComparison.Ordinal).Replace($"tr-{two}", "2", StringComparison.Ordinal);

        Assert.Equal("1", await Find("trace.text LIKE '%number increased%'"));
        Assert.Equal("", await Find("trace.text LIKE '%value%'"));   // a word of OpenTelemetry's JSON, and of nobody here
        Assert.Equal("2", await Find("span.name = \"search_web\" AND span.status = \"OK\""));
        Assert.Equal("1", await Find("span.name = 'other' AND span.status = 'OK'"));
        Assert.Equal("2 1", await Find("span.name LIKE 'search%'"));
        Assert.Equal("2", await Find("span.type NOT IN ('TOOL')"));
        Assert.Equal("1", await Find("span.name RLIKE '^other$'"));
        Assert.Equal("1", await Find("trace.text LIKE \"%what's MLflow?%\""));
        Assert.Equal("1", await Find("span.content ILIKE '%NUMBER increased 90%%'"));
        Assert.Equal("1", await Find("trace.text LIKE '%TOOL%'"));
        Assert.Equal("1", await Find("span.attributes.model LIKE '%gpt-4%'"));
        Assert.Equal("1", await Find("span.attributes.model = 'gpt-4'"));
        Assert.Equal("2", await Find("span.attributes.model RLIKE '^claude'"));
        Assert.Equal("1", await Find("span.attributes.temperature LIKE '%0.7%'"));
        Assert.Equal("1", await Find("span.attributes.similarity.threshold = '0.8'"));
        Assert.Equal("", await Find("span.attributes.nonexistent LIKE '%'"));
    }

    [Theory]
    [InlineData("invalid", "Invalid clause(s) in filter string")]
    [InlineData("name = 'foo' AND invalid", "Invalid clause(s) in filter string")]
    [InlineData("foo.bar = 'baz'", "Invalid entity type 'foo'")]
    [InlineData("invalid = 'foo'", "Invalid attribute key 'invalid'")]
    [InlineData("trace.tags.foo = 'bar'", "Invalid attribute key 'tags.foo'")]
    [InlineData("trace.status < 'OK'", "Invalid comparator '<'")]
    [InlineData("name IN ('foo', 'bar')", "Invalid comparator 'IN'")]
    [InlineData("span.duration = '1000'", "Invalid span attribute 'duration'. Supported attributes: name, status, type, attributes.<attribute_name>.")]
    [InlineData("span.content = 'test'", "span.content comparator '=' not one of ")]
    [InlineData("prompt LIKE '%qa%'", "Invalid comparator 'LIKE' for prompts filter. Only '=' is supported with format: prompt = \"name/version\"")]
    [InlineData("prompt = 'foo/1/baz'", "Invalid prompts filter value 'foo/1/baz'. Expected format: prompt = \"name/version\"")]
    [InlineData("prompt = ''", "Invalid prompts filter value ''. Expected format")]
    [InlineData("name RLIKE '('", "Invalid pattern '('")]
    [InlineData(@"name RLIKE '(a)\1'", "looks around or back")]
    [InlineData("name RLIKE '((a{100}){100}){100}'", "repeats too much")]
    [InlineData("timestamp > 'x'", "Expected numeric value type for numeric attribute")]
    public async Task A_filter_that_makes_no_sense_is_refused(string filter, string words) =>
        await shared.Client.RefusesValue(words, $"{TraceClient.Api}/traces/search", new { locations = new[] { TraceClient.Location("0") }, filter });

    [Fact]
    public async Task Two_filters_are_measured_by_how_often_they_go_together()
    {
        var (client, first, second) = await Five();
        async Task<string> Measure(string one, string two, string? all = null) => (await client.Post($"{TraceClient.Api}/traces/calculate-filter-correlation", new
        {
            experiment_ids = new[] { first, second },
            filter_string1 = one,
            filter_string2 = two,
            base_filter = all,
        })).ToJsonString();
        Assert.Contains("""npmi":1,""", await Measure("tags.fruit = 'orange'", "name = 'ccc'"), StringComparison.Ordinal);
        Assert.Contains("""npmi":-1,"npmi_smoothed":-0.""", await Measure("status = 'OK'", "tags.fruit = 'apple'"), StringComparison.Ordinal);
        Assert.Contains("""filter1_count":3,"filter2_count":2,"joint_count":2,"total_count":5}""", await Measure("status = 'OK'", "name = 'ddd'"), StringComparison.Ordinal);
        Assert.Contains("""filter1_count":1,"filter2_count":1,"joint_count":1,"total_count":2}""", await Measure("status = 'OK'", "name = 'ddd'", "timestamp < 2"), StringComparison.Ordinal);
        Assert.StartsWith("""{"npmi":"NaN","npmi_smoothed":"NaN",""", await Measure("status = 'OK'", "name = 'none'"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_makes_no_sense_is_refused()
    {
        var client = shared.Client;
        const string path = $"{TraceClient.Api}/traces/search";
        await client.RefusesValue("Invalid value 50001 for parameter 'max_results' supplied", path, new { max_results = 50001 });
        await client.RefusesValue("Invalid value -1 for parameter 'max_results' supplied", path, new { max_results = -1 });
        await client.RefusesValue("Missing value for required parameter 'locations'", path, new { });
        await client.RefusesValue("Missing value for required parameter 'experiment_ids'", "/traces");
        await client.RefusesValue("traces are ordered by", path, new { locations = new[] { TraceClient.Location("0") }, order_by = new[] { "span.name" } });
        await client.RefusesValue(
            "at most 1,000 characters; this one has 1,001", path, new { locations = new[] { TraceClient.Location("0") }, filter = $"name RLIKE '{new string('a', 1001)}'" });
        await client.RefusesValue("Invalid page token", path, new { locations = new[] { TraceClient.Location("0") }, page_token = "nonsense" });
        Assert.Equal("{}", (await client.Search(["404"], new { })).ToJsonString());

        // Known to .NET alone: sought in one database, refused in the other, and a failure in none.
        using var answer = await client.SendPost(path, new { locations = new[] { TraceClient.Location("0") }, filter = @"name RLIKE '\p{Lu}(?<x>a)'" });
        Assert.True((int)answer.StatusCode < 500, $"{answer.StatusCode}");
    }

    // The second experiment was made first.
    private async Task<(MlflowClient Client, string First, string Second)> Five()
    {
        var client = shared.Client;
        var (first, second) = (await client.NewExperiment("exp1"), await client.NewExperiment("exp2"));
        var run = Guid.NewGuid().ToString("N");
        async Task Add(string experiment, int number, int duration, string state, string name, string? fruit = null, string? color = null, string? source = null, string? client_request_id = null)
        {
            var tags = new Dictionary<string, string> { ["mlflow.traceName"] = name };
            if (fruit is not null)
                tags["fruit"] = fruit;
            if (color is not null)
                tags["color"] = color;
            var trace_metadata = new Dictionary<string, string>();
            if (source is not null)
                trace_metadata["mlflow.sourceRun"] = source;
            await client.Trace(experiment, $"tr-{run}-{number}", new
            {
                request_time = $"1970-01-01T00:00:00.00{number}Z",
                execution_duration = $"0.{duration:000}s",
                state,
                tags,
                trace_metadata,
                client_request_id,
            });
        }

        await Add(second, 0, 6, "OK", "ddd", source: "run0");
        await Add(second, 1, 2, "ERROR", "aaa", "apple", "red", "run1");
        await Add(first, 2, 4, "STATE_UNSPECIFIED", "bbb", "apple", "green", client_request_id: "Req-1");
        await Add(first, 3, 10, "OK", "ccc", "orange", client_request_id: "req-123");
        await Add(first, 4, 10, "OK", "ddd", color: "blue");
        return (client, first, second);
    }
}
