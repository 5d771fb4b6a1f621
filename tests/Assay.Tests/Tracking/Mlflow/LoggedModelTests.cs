using System.Text.Json.Nodes;

namespace Assay.Tests.Tracking.Mlflow;

public sealed class LoggedModelTests(MlflowServer shared) : IClassFixture<MlflowServer>
{
    [Fact]
    public async Task A_model_is_begun_finished_tagged_completed_and_deleted()
    {
        var client = shared.Client;
        var experiment = await client.NewExperiment("models");
        var run = await client.Run(experiment);
        var made = (await client.Post("/logged-models", new
        {
            experiment_id = experiment,
            name = "model",
            model_type = "classifier",
            source_run_id = run,
            @params = new[] { new { key = "a", value = "b" } },
            tags = new[] { new { key = "q", value = "1" } },
        }))["model"]!;
        var id = (string)made["info"]!["model_id"]!;
        Assert.Matches("^m-[0-9a-f]{32}$", id);
        Assert.Equal(
            ["model_id", "experiment_id", "name", "creation_timestamp_ms", "last_updated_timestamp_ms", "artifact_uri", "status", "model_type", "source_run_id", "tags"],
            made["info"]!.AsObject().Select(field => field.Key));
        Assert.Equal($"mlflow-artifacts:/{experiment}/models/{id}/artifacts", (string)made["info"]!["artifact_uri"]!);
        Assert.Equal("LOGGED_MODEL_PENDING", (string)made["info"]!["status"]!);

        foreach (var status in new object[] { "LOGGED_MODEL_READY", 2 })
            Assert.Equal("LOGGED_MODEL_READY", (string)(await client.Send("PATCH", $"/logged-models/{id}", new { model_id = id, status }))["model"]!["info"]!["status"]!);
        await client.Send("PATCH", $"/logged-models/{id}/tags", new { tags = new[] { new { key = "z", value = "1" }, new { key = "q", value = "2" } } });
        await client.Send("DELETE", $"/logged-models/{id}/tags/z", new { });
        await client.Post($"/logged-models/{id}/params", new { @params = new[] { new { key = "c", value = "d" } } });
        await client.Post("/runs/log-metric", new { run_id = run, key = "f1", value = 0.7, timestamp = 5, model_id = id });
        await client.Post("/runs/log-batch", new { run_id = run, metrics = new[] { new { key = "acc", value = "NaN", timestamp = 6, step = 2, model_id = id, dataset_name = "d", dataset_digest = "1" } } });

        var model = (await client.Get($"/logged-models/{id}"))["model"]!;
        Assert.Equal("""[{"key":"q","value":"2"}]""", model["info"]!["tags"]!.ToJsonString());
        Assert.Equal("""[{"key":"a","value":"b"},{"key":"c","value":"d"}]""", model["data"]!["params"]!.ToJsonString());
        Assert.Equal(
            $$"""[{"key":"acc","value":"NaN","timestamp":6,"step":2,"dataset_name":"d","dataset_digest":"1","model_id":"{{id}}","run_id":"{{run}}"},{"key":"f1","value":0.7,"timestamp":5,"step":0,"model_id":"{{id}}","run_id":"{{run}}"}]""",
            model["data"]!["metrics"]!.ToJsonString());

        await client.Send("DELETE", $"/logged-models/{id}", new { });
        await client.IsMissing($"Logged model with ID '{id}' not found", $"/logged-models/{id}");
        Assert.Equal("{}", (await client.Post("/logged-models/search", new { experiment_ids = new[] { experiment } })).ToJsonString());
    }

    [Fact]
    public async Task Models_are_searched_by_name_status_params_and_metrics_on_a_dataset()
    {
        var client = shared.Client;
        var experiment = await client.NewExperiment("search");
        var run = await client.Run(experiment);
        var ids = new Dictionary<string, string>();
        foreach (var (name, value) in new[] { ("a", 0.9), ("b", 0.5), ("c", 0.1) })
        {
            var id = (string)(await client.Post("/logged-models", new { experiment_id = experiment, name, @params = new[] { new { key = "p", value = name } } }))["model"]!["info"]!["model_id"]!;
            ids[name] = id;
            if (name != "c")
                await client.Post("/runs/log-metric", new { run_id = run, key = "auc", value, timestamp = 1, model_id = id, dataset_name = $"data {name}", dataset_digest = "1" });
        }

        await client.Send("PATCH", $"/logged-models/{ids["b"]}", new { status = "LOGGED_MODEL_READY" });
        Assert.Equal("a", await Search(client, experiment, new { filter = "name = 'a'" }));
        Assert.Equal("ab", await Search(client, experiment, new { filter = "metrics.auc > 0.2" }));
        Assert.Equal("b", await Search(client, experiment, new { filter = "metrics.auc > 0.2", datasets = new[] { new { dataset_name = "data b" } } }));
        Assert.Equal("b", await Search(client, experiment, new { datasets = new[] { new { dataset_name = "data b", dataset_digest = "1" } } }));
        Assert.Equal("a", await Search(client, experiment, new { filter = "name IN ('a',)" }));
        Assert.Equal("b", await Search(client, experiment, new { filter = "status = 'READY' AND params.p != 'a'" }));
        Assert.Equal("ac", await Search(client, experiment, new { filter = "attributes.name IN ('a', 'c') AND creation_timestamp > 0" }));
        Assert.Equal("bac", await Search(client, experiment, new { order_by = new[] { new { field_name = "metrics.auc", ascending = true } } }, sorted: false));
        Assert.Equal("cba", await Search(client, experiment, new { order_by = new[] { new { field_name = "name", ascending = false } } }, sorted: false));
        var page = await client.Post("/logged-models/search", new { experiment_ids = new[] { experiment }, max_results = 2 });
        var rest = await client.Post("/logged-models/search", new { experiment_ids = new[] { experiment }, max_results = 2, page_token = (string)page["next_page_token"]! });
        foreach (var (other, words) in new (object, string)[]
        {
            (new { experiment_ids = new[] { "0" }, page_token = (string)page["next_page_token"]! }, "Experiment IDs in the page token do not match"),
            (new { experiment_ids = new[] { experiment }, filter = "name = 'a'", page_token = (string)page["next_page_token"]! }, "Filter string in the page token does not match"),
            (new { experiment_ids = new[] { experiment }, order_by = new[] { new { field_name = "name" } }, page_token = (string)page["next_page_token"]! }, "Order by in the page token does not match"),
        })
            await client.RefusesValue(words, "/logged-models/search", other);
        Assert.Equal((2, 1), (page["models"]!.AsArray().Count, rest["models"]!.AsArray().Count));
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused()
    {
        var client = shared.Client;
        await client.RefusesValue("Missing value for required parameter 'experiment_id'", "/logged-models", new { name = "x" });
        await client.IsMissing("No Experiment with id=404 exists", "/logged-models", new { experiment_id = "404" });
        await client.RefusesValue("Invalid model name", "/logged-models", new { experiment_id = "0", name = "a/b" });
        await client.RefusesValue("'source_run_id' exceeds the maximum length of 32", "/logged-models", new { experiment_id = "0", source_run_id = new string('a', 40) });
        await client.IsMissing("not found", "/logged-models/m-0");
        await client.RefusesValue("Missing value for required parameter 'experiment_ids'", "/logged-models/search", new { filter = "name = 'x'" });
        await client.RefusesValue("Invalid filter string", "/logged-models/search", new { experiment_ids = new[] { "0" }, filter = "name = 'x' OR name = 'y'" });
        await client.RefusesValue("ordered by attributes and metrics", "/logged-models/search", new { experiment_ids = new[] { "0" }, order_by = new[] { new { field_name = "params.p" } } });
    }

    [Fact]
    public async Task Files_of_a_model_are_listed_by_its_id()
    {
        var client = shared.Client;
        var id = (string)(await client.Post("/logged-models", new { experiment_id = "0", name = "files" }))["model"]!["info"]!["model_id"]!;
        using var content = new StringContent("flavors: {}");
        await MlflowClient.Expect(await client.Http.PutAsync($"/api/2.0/mlflow-artifacts/artifacts/0/models/{id}/artifacts/code/MLmodel", content, TestContext.Current.CancellationToken));
        var listed = await client.Get($"/logged-models/{id}/artifacts/directories?artifact_directory_path=code");
        Assert.Equal("code/MLmodel", (string)listed["files"]![0]!["path"]!);
        Assert.Equal("flavors: {}", await client.Http.GetStringAsync($"/ajax-api/2.0/mlflow/logged-models/{id}/artifacts/files?artifact_file_path=code/MLmodel", TestContext.Current.CancellationToken));
    }

    private static async Task<string> Search(MlflowClient client, string experiment, object query, bool sorted = true)
    {
        var body = System.Text.Json.JsonSerializer.SerializeToNode(query)!.AsObject();
        body["experiment_ids"] = new JsonArray(experiment);
        var names = (await client.Post("/logged-models/search", body.ToJsonString()))["models"]?.AsArray().Select(model => (string)model!["info"]!["name"]!) ?? [];
        return string.Concat(sorted ? names.Order(StringComparer.Ordinal) : names);
    }
}
