using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Assay.Governance.Access;
using Assay.Tests.Governance;
using Assay.Tests.Tracking.Mlflow;

namespace Assay.Tests.Registry.Mlflow;

/// <summary>MLflow's API by GraphQL: the same answers as by REST, of which the query selects fields.</summary>
public sealed class GraphTests(MlflowServer shared) : IClassFixture<MlflowServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private MlflowClient Client => shared.Client;

    [Fact]
    public async Task A_run_is_answered_with_its_experiment_and_versions_and_nothing_that_was_not_selected()
    {
        var name = $"graph-{Guid.NewGuid():N}";
        var run = await Client.Run(await Client.Experiment(name), new { run_name = "first" });
        await Client.Post("/registered-models/create", new { name });
        await Client.Post("/model-versions/create", new { name, source = "s3://bucket/model", run_id = run });
        var answer = await Ask(Client, $$"""
            query testQuery @component(name: "Test") {
                mlflowGetRun(input: {runId: "{{run}}"}) {
                    run { info { status endTime } experiment { name tags { key } } modelVersions { name version currentStage aliases modelParams { name } } outputs { modelOutputs { step } } }
                    apiError { message }
                }
            }
            """);
        Assert.Equal(
            $$$"""{"data":{"mlflowGetRun":{"run":{"info":{"status":"RUNNING","endTime":"0"},"experiment":{"name":"{{{name}}}","tags":[]},"modelVersions":[{"name":"{{{name}}}","version":"1","currentStage":"None","aliases":[],"modelParams":[]}],"outputs":{"modelOutputs":[]}},"apiError":null}},"errors":null}""",
            answer.ToJsonString());
    }

    [Fact]
    public async Task Long_integers_are_texts_and_a_metric_that_is_no_number_is_null()
    {
        var run = await Client.Run(await Client.NewExperiment("graph"));
        foreach (var (key, value) in new (string, object)[] { ("number", 123), ("none", "NaN"), ("endless", "Infinity") })
            await Client.Post("/runs/log-metric", new { run_id = run, key, value, timestamp = 1_700_000_000_000, step = 2 });
        var answer = await Ask(Client, $$"""{ mlflowGetRun(input: {runUuid: "{{run}}"}) { run { data { metrics { key value timestamp step datasetName } } } } }""");
        Assert.Null(answer["errors"]);
        var metrics = answer["data"]!["mlflowGetRun"]!["run"]!["data"]!["metrics"]!.AsArray().ToDictionary(metric => (string)metric!["key"]!, metric => metric!);
        Assert.Equal("""{"key":"number","value":123,"timestamp":"1700000000000","step":"2","datasetName":""}""", metrics["number"].ToJsonString());
        Assert.Null(metrics["none"]["value"]);
        Assert.Equal(double.MaxValue, (double)metrics["endless"]["value"]!);
    }

    [Fact]
    public async Task Points_files_and_datasets_are_found_under_the_names_that_the_query_gives_them()
    {
        var experiment = await Client.NewExperiment("graph");
        var run = await Client.Run(experiment);
        for (var step = 0; step < 10; step++)
            await Client.Post("/runs/log-metric", new { run_id = run, key = "loss", value = step, timestamp = 7, step });
        await Client.Post("/runs/log-inputs", new { run_id = run, datasets = new[] { new { dataset = new { name = "table", digest = "12345", source_type = "script", source = "x" } } } });
        using (var stored = await Client.Http.PutAsync($"/api/2.0/mlflow-artifacts/artifacts/{experiment}/{run}/artifacts/folder/a.txt", new StringContent("hello world"), Cancel))
            Assert.Equal(HttpStatusCode.OK, stored.StatusCode);

        var answer = await Ask(Client, $$"""
            query {
                points: mlflowGetMetricHistoryBulkInterval(input: {runIds: ["{{run}}"], metricKey: "loss"}) { metrics { key value runId } }
                top: mlflowListArtifacts(input: {runId: "{{run}}"}) { files { path isDir fileSize } }
                below: mlflowListArtifacts(input: {runId: "{{run}}", path: "folder"}) { files { ...Entry } }
            }
            fragment Entry on MlflowFileInfo { path isDir fileSize }
            """);
        Assert.Null(answer["errors"]);
        Assert.Equal(Enumerable.Range(0, 10), answer["data"]!["points"]!["metrics"]!.AsArray().Select(point => (int)point!["value"]!));
        Assert.Equal("""{"files":[{"path":"folder","isDir":true,"fileSize":"0"}]}""", answer["data"]!["top"]!.ToJsonString());
        Assert.Equal("""{"files":[{"path":"folder/a.txt","isDir":false,"fileSize":"11"}]}""", answer["data"]!["below"]!.ToJsonString());

        var datasets = await Ask(Client, $$"""mutation { mlflowSearchDatasets(input: {experimentIds: ["{{experiment}}"]}) { datasetSummaries { experimentId name digest context } } }""");
        Assert.Equal(
            $$"""[{"experimentId":"{{experiment}}","name":"table","digest":"12345","context":""}]""",
            datasets["data"]!["mlflowSearchDatasets"]!["datasetSummaries"]!.ToJsonString());
    }

    [Theory]
    [InlineData("query")]
    [InlineData("mutation")]
    public async Task Runs_are_sought_with_variables_page_by_page(string operation)
    {
        var experiment = await Client.NewExperiment("graph");
        var runs = new[] { await Client.Run(experiment, new { start_time = 1 }), await Client.Run(experiment, new { start_time = 2 }) };
        var query = $$"""
            {{operation}} Other { test: __typename }
            {{operation}} Search($ids: [String!]!, $size: Int, $token: String) {
                mlflowSearchRuns(input: {experimentIds: $ids, maxResults: $size, pageToken: $token, runViewType: ALL, orderBy: ["start_time DESC"]}) {
                    runs { info { runId } experiment { experimentId } } nextPageToken
                }
            }
            """;
        var answer = await Ask(Client, query, new { ids = new[] { experiment }, size = 1 }, "Search");
        Assert.Null(answer["errors"]?.ToJsonString());
        var first = answer["data"]!["mlflowSearchRuns"]!;
        var second = (await Ask(Client, query, new { ids = new[] { experiment }, size = 1, token = (string)first["nextPageToken"]! }, "Search"))["data"]!["mlflowSearchRuns"]!;
        Assert.Equal($$$"""[{"info":{"runId":"{{{runs[1]}}}"},"experiment":{"experimentId":"{{{experiment}}}"}}]""", first["runs"]!.ToJsonString());
        Assert.Equal(runs[0], (string)second["runs"]![0]!["info"]!["runId"]!);
        Assert.Equal("", (string)second["nextPageToken"]!);
    }

    [Fact]
    public async Task Versions_are_sought_by_a_filter_also_in_the_query_of_the_address()
    {
        var name = $"graph-{Guid.NewGuid():N}";
        await Client.Post("/registered-models/create", new { name });
        await Client.Post("/model-versions/create", new { name, source = "s3://bucket/model" });
        var query = "query($filter: String, $most: LongString) { mlflowSearchModelVersions(input: {filter: $filter, maxResults: $most}) { modelVersions { source creationTimestamp } } }";
        using var asked = await Client.Http.GetAsync(
            $"/graphql?query={Uri.EscapeDataString(query)}&variables={Uri.EscapeDataString($$"""{"filter": "name = '{{name}}'", "most": "5"}""")}", Cancel);
        var version = Assert.Single((await MlflowClient.Expect(asked))["data"]!["mlflowSearchModelVersions"]!["modelVersions"]!.AsArray());
        Assert.Equal("s3://bucket/model", (string)version!["source"]!);
        Assert.True(long.Parse((string)version["creationTimestamp"]!) > 1_700_000_000_000);
    }

    [Fact]
    public async Task What_is_refused_is_null_and_the_rest_is_answered()
    {
        var answer = await Ask(Client, """{ test(inputString: "abc") { output } missing: mlflowGetExperiment(input: {experimentId: "123"}) { experiment { name } } }""");
        Assert.Equal("""{"data":{"test":{"output":"abc"},"missing":null},"errors":["No Experiment with id=123 exists"]}""", answer.ToJsonString());
        var changed = await Ask(Client, """mutation { testMutation(inputString: "abc") { output } }""");
        Assert.Equal("abc", (string)changed["data"]!["testMutation"]!["output"]!);
    }

    [Theory]
    [InlineData("{ test(inputString: \"abc\") { outputs } }", "outputs")]
    [InlineData("{ mlflowGetRun(input: {id: \"x\"}) { run { info { runId } } } }", "id")]
    [InlineData("{ mlflowSearchModelVersions(input: {maxResults: \"many\"}) { nextPageToken } }", "maxResults")]
    [InlineData("{ test {", "Syntax Error")]
    [InlineData("{ mlflowGetRun { run { info { runId } } } }", "Missing value for required parameter 'run_id'")]
    [InlineData("query ($n: LongString) { mlflowSearchModelVersions(input: {maxResults: $m}) { nextPageToken } }", "m")]
    public async Task A_query_that_makes_no_sense_is_told_why(string query, string word)
    {
        var answer = await Ask(Client, query);
        Assert.Contains(answer["errors"]!.AsArray(), error => ((string)error!).Contains(word, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_query_asks_so_much_and_no_more()
    {
        await Breaks("GraphQL queries should have at most 10 root fields, got 12", "{" + Many(12, i => $$"""key_{{i}}: test(inputString: "abc") { output }""") + "}");
        await Breaks("GraphQL queries should have at most 10 root fields, got 12", "{ ... {" + Many(12, i => $$"""key_{{i}}: test(inputString: "abc") { output }""") + "} }");
        await Breaks("queries should have at most 10 aliases, got 12", """{ mlflowGetExperiment(input: {experimentId: "0"}) {""" + Many(12, i => $$"""e_{{i}}: experiment { name }""") + "} }");
        await Breaks("Query exceeds maximum depth of 10", "{ a { a { a { a { a { a { a { a { a { a { a } } } } } } } } } } }");
        await Breaks("Query exceeds maximum total selections of 1000", """{ mlflowGetExperiment(input: {experimentId: "0"}) { experiment {""" + Many(1002, i => $"field_{i}") + "} } }");
        await Client.RefusesValue("at most 100000", "/api/../graphql", new { query = new string(' ', 100_001) + "{ test { output } }" });
    }

    [Fact]
    public async Task Fields_that_are_not_there_are_named_and_so_are_variables_of_another_type()
    {
        await Client.RefusesValue("Missing value for required parameter 'query'", "/api/../graphql", new { });
        await Client.RefusesValue("for parameter 'variables'", "/api/../graphql", new { query = "{ test { output } }", variables = new[] { 1 } });
        await Client.RefusesValue("It must be an object of JSON", "/api/../graphql?query=x&variables=%7B");
    }

    [Fact]
    public async Task A_project_sees_its_own_and_callers_what_they_may_read()
    {
        var server = shared.Server;
        var team = new MlflowClient(await server.Client(Role.MlEngineer, "graph-team"), "graph-team");
        var (mine, other) = (await team.Experiment("mine"), await team.Experiment("other"));
        const string query = "query($id: String) { mlflowGetExperiment(input: {experimentId: $id}) { experiment { name } } }";
        Assert.Equal("mine", (string)(await Ask(team, query, new { id = mine }, path: "/projects/graph-team/graphql"))["data"]!["mlflowGetExperiment"]!["experiment"]!["name"]!);
        Assert.Contains($"No Experiment with id={mine} exists", (await Ask(Client, query, new { id = mine }))["errors"]!.ToJsonString());

        using var byHeader = new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = JsonContent.Create(new { query, variables = new { id = mine } }) };
        byHeader.Headers.Add("X-MLFLOW-WORKSPACE", "graph-team");
        Assert.Null((await MlflowClient.Expect(await server.Admin.SendAsync(byHeader, Cancel)))["errors"]);

        var account = await server.Account();
        await server.Bind(account.Id, Role.Viewer, "graph-team", $"experiments/{mine}");
        var limited = new MlflowClient(await server.As(account), "graph-team");
        Assert.Null((await Ask(limited, query, new { id = mine }, path: "/projects/graph-team/graphql"))["errors"]);
        Assert.Contains("runs.read", (await Ask(limited, query, new { id = other }, path: "/projects/graph-team/graphql"))["errors"]!.ToJsonString());
        using var guest = await server.Guest.PostAsync("/graphql", null, Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, guest.StatusCode);
    }

    private static string Many(int count, Func<int, string> text) => string.Join(' ', Enumerable.Range(0, count).Select(text));

    private async Task Breaks(string words, string query)
    {
        var answer = await Ask(Client, query);
        Assert.Null(answer["data"]);
        Assert.Contains(words, (string)Assert.Single(answer["errors"]!.AsArray())!, StringComparison.Ordinal);
    }

    private static async Task<JsonObject> Ask(MlflowClient client, string query, object? variables = null, string? operationName = null, string path = "/graphql")
    {
        using var body = JsonContent.Create(new { query, variables, operationName });
        return await MlflowClient.Expect(await client.Http.PostAsync(path, body, Cancel));
    }
}
