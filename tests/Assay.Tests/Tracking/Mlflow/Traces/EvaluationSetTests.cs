using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Governance.Access;
using Assay.Tests.Governance;

namespace Assay.Tests.Tracking.Mlflow.Traces;

/// <summary>Evaluation datasets, as clients of version 3 use them.</summary>
public sealed class EvaluationSetTests(MlflowServer shared) : IClassFixture<MlflowServer>
{
    private const string Api = $"{TraceClient.Api}/datasets";

    [Fact]
    public async Task A_set_is_made_read_tagged_and_deleted()
    {
        var client = shared.Client;
        var experiments = new[] { await client.NewExperiment("e1"), await client.NewExperiment("e2") };
        var made = await Make(client, "questions", new { purpose = "testing", mlflow_user = "ann" }, experiments);
        var id = (string)made["dataset_id"]!;
        Assert.Matches("^d-[0-9a-f]{32}$", id);
        Assert.Equal(["dataset_id", "name", "tags", "digest", "created_time", "last_update_time", "created_by", "last_updated_by", "experiment_ids"], made.Select(field => field.Key));
        Assert.Equal(("questions", "ann", (long)made["created_time"]!), ((string)made["name"]!, (string)made["created_by"]!, (long)made["last_update_time"]!));
        Assert.Equal(experiments.Order(), made["experiment_ids"]!.AsArray().Select(one => (string)one!).Order());

        await client.Send("PATCH", $"{Api}/{id}/tags", new { tags = """{"purpose": "other", "team": "ml", "gone": null}""" });
        await client.Send("DELETE", $"{Api}/{id}/tags/team", new { });
        await client.Send("DELETE", $"{Api}/{id}/tags/none", new { });
        var read = (await client.Get($"{Api}/{id}"))["dataset"]!.AsObject();
        Assert.Equal("""{"mlflow.user":"ann","purpose":"other"}""", (string)read["tags"]!);
        Assert.Equal((string)made["digest"]!, (string)read["digest"]!);
        Assert.False(read.ContainsKey("experiment_ids") || read.ContainsKey("schema") || read.ContainsKey("profile"));

        await client.Send("DELETE", $"{Api}/{id}", new { });
        await client.Send("DELETE", $"{Api}/{id}", new { });
        await client.IsMissing($"Evaluation dataset with id '{id}' not found", $"{Api}/{id}");
        Assert.Equal("{}", (await client.Get($"{Api}/{id}/experiment-ids")).ToJsonString());
    }

    [Fact]
    public async Task Records_of_the_same_inputs_are_one_and_grow_together()
    {
        var client = shared.Client;
        var made = await Make(client, "records");
        var id = (string)made["dataset_id"]!;
        object Record(string question, object expectations, object? tags = null, string? trace = null) => new
        {
            inputs = new { question, n = 1 },
            expectations,
            tags,
            source = trace is null ? null : new { source_type = "TRACE", source_data = new { trace_id = trace } },
        };
        Assert.Equal((2, 1), await Upsert(client, id,
            Record("What is MLflow?", new { answer = "a platform", score = 0.8 }, new { version = "v1", quality = "high" }, "trace-1"),
            Record("What is Python?", new { answer = "a language" }),
            Record("What is MLflow?", new { answer = "an ML platform", confidence = true }, new { version = "v2" }, "trace-2")));
        Assert.Equal((1, 1), await Upsert(client, id,
            JsonNode.Parse("""{"inputs": {"n": 1, "question": "What is MLflow?"}, "expectations": {"rating": 5}, "outputs": "text"}""")!, new { inputs = new { } }));

        var records = await Records(client, id);
        Assert.Equal(3, records.Count);
        var mlflow = records.Single(record => (string?)record["inputs"]!["question"] == "What is MLflow?");
        Assert.Equal("""{"answer":"an ML platform","score":0.8,"confidence":true,"rating":5}""", mlflow["expectations"]!.ToJsonString());
        Assert.Equal("""{"version":"v2","quality":"high"}""", mlflow["tags"]!.ToJsonString());
        Assert.Equal(("trace-1", "TRACE", "text"), ((string)mlflow["source_id"]!, (string)mlflow["source_type"]!, (string)mlflow["outputs"]!));

        var after = (await client.Get($"{Api}/{id}"))["dataset"]!;
        Assert.NotEqual((string)made["digest"]!, (string)after["digest"]!);
        Assert.Equal("""{"num_records": 3}""", (string)after["profile"]!);
        Assert.Equal(
            """{"inputs":{"question":"string","n":"integer"},"outputs":"string","expectations":{"answer":"string","score":"float","confidence":"boolean","rating":"integer"},"version":"1.0"}""",
            (string)after["schema"]!);

        var gone = await client.Send("DELETE", $"{Api}/{id}/records", new { dataset_record_ids = new[] { (string)mlflow["dataset_record_id"]!, "dr-none" } });
        Assert.Equal(1, (int)gone["deleted_count"]!);
        Assert.Equal("""{"num_records": 2}""", (string)(await client.Get($"{Api}/{id}"))["dataset"]!["profile"]!);
    }

    [Fact]
    public async Task Records_are_read_page_by_page()
    {
        var client = shared.Client;
        var id = (string)(await Make(client, "pages"))["dataset_id"]!;
        await Upsert(client, id, [.. Enumerable.Range(0, 25).Select(i => (object)new { inputs = new { i } })]);
        var (seen, token, sizes) = (new HashSet<int>(), "", new List<int>());
        do
        {
            var page = await client.Get($"{Api}/{id}/records?max_results=10&page_token={Uri.EscapeDataString(token)}");
            var records = JsonNode.Parse((string)page["records"]!)!.AsArray();
            sizes.Add(records.Count);
            seen.UnionWith(records.Select(record => (int)record!["inputs"]!["i"]!));
            token = (string?)page["next_page_token"] ?? "";
        }
        while (token.Length > 0);
        Assert.Equal([10, 10, 5], sizes);
        Assert.Equal(25, seen.Count);
    }

    [Fact]
    public async Task Sets_are_sought_by_name_people_times_tags_and_experiments()
    {
        var client = shared.Client;
        var (first, second, run) = (await client.NewExperiment("s1"), await client.NewExperiment("s2"), Guid.NewGuid().ToString("N"));
        foreach (var (name, priority, user, experiments) in new[] { ("a", "high", "ann", new[] { first }), ("b", "low", "bob", [first, second]), ("c", "high", "bob", []) })
            await Make(client, $"{run} {name}", new { priority, mlflow_user = user }, experiments);
        async Task<string> Find(string filter, string[]? experiment_ids = null, string[]? order_by = null) => string.Concat((await client.Post($"{Api}/search", new
        {
            filter_string = $"name LIKE '{run}%'{(filter.Length > 0 ? $" AND {filter}" : "")}",
            experiment_ids = experiment_ids ?? [],
            order_by = order_by ?? ["name ASC"],
        }))["datasets"]?.AsArray().Select(set => ((string)set!["name"]!)[^1..]) ?? []);

        Assert.Equal("abc", await Find(""));
        Assert.Equal("cba", await Find("", order_by: ["name DESC"]));
        Assert.Equal("ab", await Find("", [first]));
        Assert.Equal("b", await Find("", [second, "404"]));
        Assert.Equal("ac", await Find("tags.priority = 'high'"));
        Assert.Equal("b", await Find("tags.priority != 'high' AND created_time > 0"));
        Assert.Equal("c", await Find("created_by = 'bob' AND tags.priority = 'high'"));
        var page = await client.Get($"{Api}/search?filter_string={Uri.EscapeDataString($"name LIKE '{run}%'")}&max_results=2");
        Assert.Equal((2, true), (page["datasets"]!.AsArray().Count, page.ContainsKey("next_page_token")));
        await client.RefusesValue("Invalid attribute key", $"{Api}/search", new { filter_string = "invalid_field = 'value'" });
        await client.RefusesValue("Invalid value 0 for parameter 'max_results'", $"{Api}/search", new { max_results = 0 });
    }

    [Fact]
    public async Task A_set_is_used_in_more_experiments_or_fewer()
    {
        var client = shared.Client;
        var (first, second) = (await client.NewExperiment("m1"), await client.NewExperiment("m2"));
        var id = (string)(await Make(client, "moved", experiments: [first]))["dataset_id"]!;
        var added = await client.Post($"{Api}/{id}/add-experiments", new { experiment_ids = new[] { second, first } });
        Assert.Equal(2, added["dataset"]!["experiment_ids"]!.AsArray().Count);
        await client.Post($"{Api}/{id}/remove-experiments", new { experiment_ids = new[] { first } });
        Assert.Equal(second, (string)Assert.Single((await client.Get($"{Api}/{id}/experiment-ids"))["experiment_ids"]!.AsArray())!);
        await client.IsMissing("No Experiment with id=404", $"{Api}/{id}/add-experiments", new { experiment_ids = new[] { "404" } });
        await client.IsMissing("Dataset 'd-none' not found", $"{Api}/d-none/add-experiments", new { experiment_ids = new[] { first } });
    }

    [Fact]
    public async Task Who_may_use_every_experiment_of_a_set_may_use_the_set()
    {
        var client = shared.Client;
        var (mine, other) = (await client.NewExperiment("mine"), await client.NewExperiment("other"));
        var run = Guid.NewGuid().ToString("N");
        var own = (string)(await Make(client, $"{run} own", experiments: [mine]))["dataset_id"]!;
        var shares = (string)(await Make(client, $"{run} shared", experiments: [mine, other]))["dataset_id"]!;
        var free = (string)(await Make(client, $"{run} free"))["dataset_id"]!;
        var member = new MlflowClient(await shared.Server.Member(Role.DataScientist, "default", $"experiments/{mine}"));
        await member.Get($"{Api}/{own}");
        await Upsert(member, own, new { inputs = new { q = 1 } });
        foreach (var id in new[] { shares, free })
        {
            await member.Refuses(HttpStatusCode.Forbidden, "PERMISSION_DENIED", "runs.read", $"{Api}/{id}");
            await member.Refuses(HttpStatusCode.Forbidden, "PERMISSION_DENIED", "runs.write", $"{Api}/{id}/records", new { records = "[]" });
        }

        await member.Refuses(HttpStatusCode.Forbidden, "PERMISSION_DENIED", "runs.write", $"{Api}/create", new { name = "x" });
        await member.Refuses(HttpStatusCode.Forbidden, "PERMISSION_DENIED", "runs.write", $"{Api}/{own}/remove-experiments", new { experiment_ids = new[] { mine } });
        var found = await member.Post($"{Api}/search", new { filter_string = $"name LIKE '{run}%'" });
        Assert.Equal(own, (string)Assert.Single(found["datasets"]!.AsArray())!["dataset_id"]!);
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused()
    {
        var client = shared.Client;
        var id = (string)(await Make(client, "sound"))["dataset_id"]!;
        await client.RefusesValue("Missing value for required parameter 'name'", $"{Api}/create", new { });
        await client.RefusesValue("it is not JSON", $"{Api}/create", new { name = "x", tags = "{" });
        await client.IsMissing("No Experiment with id=404", $"{Api}/create", new { name = "x", experiment_ids = new[] { "404" } });
        await client.RefusesValue("Missing value for required parameter 'records'", $"{Api}/{id}/records", new { });
        await client.RefusesValue("it is a JSON list", $"{Api}/{id}/records", new { records = "{}" });
        await client.RefusesValue("records.inputs", $"{Api}/{id}/records", new { records = """[{"inputs": "text"}]""" });
        await client.RefusesValue("a name twice", $"{Api}/{id}/records", new { records = """[{"inputs": {"a": 1, "a": 2}}]""" });
        await client.RefusesValue("records", $"{Api}/{id}/records", new { records = """[{"inputs": {"\ud800": 1, "b": 2}}]""" });
        await client.IsMissing("not found", $"{Api}/d-none/records", new { records = "[]" });
        await client.RefusesValue("Invalid page token", $"{Api}/{id}/records?page_token=nonsense");
    }

    private static async Task<JsonObject> Make(MlflowClient client, string name, object? tags = null, string[]? experiments = null) => (await client.Post($"{Api}/create", new
    {
        name,
        experiment_ids = experiments ?? [],
        tags = JsonSerializer.Serialize(tags ?? new { }).Replace("mlflow_user", "mlflow.user", StringComparison.Ordinal),
    }))["dataset"]!.AsObject();

    private static async Task<(int Inserted, int Updated)> Upsert(MlflowClient client, string id, params object[] records)
    {
        var answer = await client.Post($"{Api}/{id}/records", new { records = JsonSerializer.Serialize(records) });
        return ((int)answer["inserted_count"]!, (int)answer["updated_count"]!);
    }

    private static async Task<List<JsonObject>> Records(MlflowClient client, string id) =>
        [.. JsonNode.Parse((string)(await client.Get($"{Api}/{id}/records"))["records"]!)!.AsArray().Select(record => record!.AsObject())];
}
