using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Assay.Governance;
using Assay.Governance.Ledger;
using Assay.Kernel;

namespace Assay.Tests.Tracking.Mlflow;

public sealed class ExperimentTests(MlflowServer shared) : IClassFixture<MlflowServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_experiment_is_made_found_renamed_deleted_and_restored()
    {
        var client = shared.Client;
        var id = (string)(await client.Post("/experiments/create", new { name = "churn", tags = new[] { new { key = "team", value = "risk" } } }))["experiment_id"]!;
        Assert.True(long.TryParse(id, out _));

        var experiment = (await client.Get($"/experiments/get?experiment_id={id}"))["experiment"]!.AsObject();
        Assert.Equal(
            ["experiment_id", "name", "artifact_location", "lifecycle_stage", "last_update_time", "creation_time", "tags"], experiment.Select(field => field.Key));
        Assert.Equal($"mlflow-artifacts:/{id}", (string)experiment["artifact_location"]!);
        Assert.Equal("risk", (string)experiment["tags"]![0]!["value"]!);

        await client.Post("/experiments/update", new { experiment_id = id, new_name = "churn 2" });
        var run = await client.Run(id);
        await client.Post("/experiments/delete", new { experiment_id = id });
        Assert.Equal("deleted", (string)(await client.Get("/experiments/get-by-name?experiment_name=churn%202"))["experiment"]!["lifecycle_stage"]!);
        Assert.Equal("deleted", (string)(await client.Get($"/runs/get?run_id={run}"))["run"]!["info"]!["lifecycle_stage"]!);
        await client.Post("/experiments/restore", new { experiment_id = id });
        Assert.Equal("active", (string)(await client.Get($"/runs/get?run_id={run}"))["run"]!["info"]!["lifecycle_stage"]!);
        Assert.Equal("0", (string)(await client.Get("/experiments/get?experiment_id=0"))["experiment"]!["experiment_id"]!);
    }

    [Fact]
    public async Task What_cannot_be_done_is_refused_with_the_code_that_clients_expect()
    {
        var client = shared.Client;
        var id = await client.Experiment("taken");
        await client.Experiment("taken too");
        await client.Refuses(HttpStatusCode.BadRequest, "RESOURCE_ALREADY_EXISTS", "Experiment(name=taken) already exists", "/experiments/create", new { name = "taken" });
        await client.Refuses(HttpStatusCode.BadRequest, "RESOURCE_ALREADY_EXISTS", "taken too", "/experiments/update", new { experiment_id = id, new_name = "taken too" });
        await client.RefusesValue("exceeds the maximum length of 500", "/experiments/create", new { name = new string('n', 501) });
        await client.RefusesValue("cannot be a runs:/ URI", "/experiments/create", new { name = "c", artifact_location = "runs:/x" });
        await client.RefusesValue("can't include fragments or params", "/experiments/create", new { name = "c", artifact_location = "s3://b/p#x" });
        await client.IsMissing("Could not find experiment with name 'none'", "/experiments/get-by-name?experiment_name=none");
        await client.IsMissing("No Experiment with id=9 exists", "/experiments/delete", new { experiment_id = "9" });
        await client.IsMissing("exists", "/experiments/restore", new { experiment_id = id });
        await client.RefusesValue("Missing value for required parameter 'new_name'", "/experiments/update", new { experiment_id = id });

        await client.Post("/experiments/delete", new { experiment_id = id });
        await client.IsMissing("exists", "/experiments/delete", new { experiment_id = id });
        await client.RefusesValue("non-active", "/experiments/update", new { experiment_id = id, new_name = "z" });
        await client.RefusesValue("must be in the 'active' state", "/experiments/set-experiment-tag", new { experiment_id = id, key = "k", value = "v" });
        await client.RefusesValue("must be in the 'active' state", "/runs/create", new { experiment_id = id });
    }

    [Fact]
    public async Task Tags_are_set_changed_and_taken_away()
    {
        var client = shared.Client;
        var id = await client.NewExperiment("a");
        foreach (var value in new[] { "1", "", "two\nlines" })
        {
            await client.Post("/experiments/set-experiment-tag", new { experiment_id = id, key = "k", value });
            Assert.Equal(value, (string)(await client.Get($"/experiments/get?experiment_id={id}"))["experiment"]!["tags"]![0]!["value"]!);
        }

        await client.Post("/experiments/delete-experiment-tag", new { experiment_id = id, key = "k" });
        Assert.Null((await client.Get($"/experiments/get?experiment_id={id}"))["experiment"]!["tags"]);
        await client.IsMissing("No tag with name: k", "/experiments/delete-experiment-tag", new { experiment_id = id, key = "k" });
        await client.RefusesValue("must not resolve to other names", "/experiments/set-experiment-tag", new { experiment_id = id, key = "a//b", value = "v" });
        await client.RefusesValue("exceeds the maximum length of 5000", "/experiments/set-experiment-tag", new { experiment_id = id, key = "k", value = new string('v', 5001) });
    }

    [Fact]
    public async Task Experiments_are_searched_by_name_time_and_tag_page_by_page()
    {
        var clock = new HandClock();
        await using var server = await TestServer.Start(adjust: clock.Into);
        var client = new MlflowClient(server.Admin);
        foreach (var (name, value) in new[] { ("a", "value"), ("ab", "vaLue"), ("Abc", null) })
        {
            clock.Move(TimeSpan.FromMilliseconds(1));   // the newest first, by milliseconds
            await client.Post("/experiments/create", new { name, tags = value is null ? [] : new[] { new { key = "key", value } } });
        }

        Assert.Equal(["Abc", "ab", "a", "Default"], await Search(client, null));
        Assert.Equal(["a"], await Search(client, "attribute.name = 'a'"));
        Assert.Equal(["Abc", "ab", "Default"], await Search(client, "name != 'a'"));
        Assert.Equal(["ab", "a"], await Search(client, "name LIKE 'a%'"));
        Assert.Equal(["Abc", "ab", "a"], await Search(client, "name ILIKE 'a%'"));
        Assert.Equal(["a"], await Search(client, "tag.key = 'value'"));
        Assert.Equal(["ab"], await Search(client, "tags.key != 'value'"));
        Assert.Equal(["ab", "a"], await Search(client, "tag.key ILIKE '%alu%' AND creation_time > 0"));
        Assert.Equal(["Abc", "Default"], await Search(client, "tags.key IS NULL"));
        Assert.Equal(["ab", "a", "Default", "Abc"], await Search(client, null, "name DESC"));

        var first = await client.Post("/experiments/search", new { max_results = 2 });
        var second = await client.Post("/experiments/search", new { max_results = 2, page_token = (string)first["next_page_token"]! });
        Assert.Equal(["a", "Default"], Names(second));
        Assert.Null(second["next_page_token"]);
    }

    [Theory]
    [InlineData("{}", "Invalid value None for parameter 'max_results' supplied")]
    [InlineData("{\"max_results\": 0}", "Invalid value 0 for parameter 'max_results'")]
    [InlineData("{\"max_results\": 50001}", "Invalid value 50001 for parameter 'max_results'")]
    [InlineData("{\"max_results\": 1, \"filter\": \"name = 'a' OR name = 'b'\"}", "Invalid clause(s) in filter string: 'OR'")]
    [InlineData("{\"max_results\": 1, \"filter\": \"run_id = 'a'\"}", "Invalid attribute key 'run_id'")]
    [InlineData("{\"max_results\": 1, \"filter\": \"name > 'a'\"}", "Invalid comparator '>'")]
    [InlineData("{\"max_results\": 1, \"order_by\": [\"name SIDEWAYS\"]}", "order_by")]
    [InlineData("{\"max_results\": 1, \"page_token\": \"%%%\"}", "could not base64-decode")]
    [InlineData("{\"max_results\": 1, \"view_type\": \"SOME\"}", "Invalid value \"SOME\" for parameter 'view_type'")]
    public async Task A_search_that_makes_no_sense_is_refused(string body, string words)
    {
        await shared.Client.RefusesValue(words, "/experiments/search", body);
    }

    [Fact]
    public async Task What_is_done_to_experiments_stands_in_the_ledger()
    {
        var client = shared.Client;
        var id = await client.NewExperiment("a");
        await client.Post("/experiments/update", new { experiment_id = id, new_name = "renamed" });
        await client.Post("/experiments/delete", new { experiment_id = id });
        await client.Post("/experiments/restore", new { experiment_id = id });
        var found = await (await shared.Server.Admin.PostAsync("/api/v1/ledger/verify", null, Cancel)).Content.ReadFromJsonAsync<LedgerVerification>(AssayJson.Options, Cancel);
        Assert.Empty(found!.Problems);
        var types = (await shared.Server.Admin.GetFromJsonAsync<JsonObject>($"/api/v1/ledger?subject=experiment:{id}&limit=50", Cancel))!["items"]!.AsArray().Select(entry => (string)entry!["type"]!);
        Assert.Equal(["experiment.created", "experiment.deleted", "experiment.renamed", "experiment.restored"], types.Order());
    }

    private static async Task<IEnumerable<string>> Search(MlflowClient client, string? filter, params string[] order) =>
        Names(await client.Post("/experiments/search", new { max_results = 100, filter, order_by = order }));

    private static IEnumerable<string> Names(JsonObject found) => found["experiments"]!.AsArray().Select(row => (string)row!["name"]!);
}
