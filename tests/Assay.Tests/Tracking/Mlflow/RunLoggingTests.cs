using System.Net;
using System.Text.Json.Nodes;

namespace Assay.Tests.Tracking.Mlflow;

/// <summary>What clients write to runs, and read back.</summary>
public sealed class RunLoggingTests(MlflowServer shared) : IClassFixture<MlflowServer>
{
    private const string Nobody = "00000000000000000000000000000000";

    [Fact]
    public async Task A_run_is_begun_with_a_name_and_tags_and_read_back()
    {
        var client = shared.Client;
        var experiment = await client.NewExperiment("a");
        var made = (await client.Post("/runs/create", new
        {
            experiment_id = experiment,
            user_id = "ada",
            run_name = "first",
            start_time = 456,
            tags = new[] { new { key = "mlflow.parentRunId", value = "7" } },
        }))["run"]!;
        var id = (string)made["info"]!["run_id"]!;
        Assert.Matches("^[0-9a-f]{32}$", id);
        foreach (var run in new[] { made, await Run(client, id), (await client.Get($"/runs/get?run_uuid={id}"))["run"]! })
        {
            Assert.Equal(
                """{"run_uuid":"ID","experiment_id":"EX","run_name":"first","user_id":"ada","status":"RUNNING","start_time":456,"artifact_uri":"mlflow-artifacts:/EX/ID/artifacts","lifecycle_stage":"active","run_id":"ID"}"""
                    .Replace("ID", id, StringComparison.Ordinal).Replace("EX", experiment, StringComparison.Ordinal),
                run["info"]!.ToJsonString());
            Assert.Equal(("7", "first"), (TagOf(run, "mlflow.parentRunId"), TagOf(run, "mlflow.runName")));
            Assert.Equal("{}", run["inputs"]!.ToJsonString());
        }

        var unnamed = await Run(client, await client.Run("0"));
        Assert.Matches("^[a-z]+-[a-z]+-[0-9]+$", (string)unnamed["info"]!["run_name"]!);
        Assert.Equal((string)unnamed["info"]!["run_name"]!, TagOf(unnamed, "mlflow.runName"));
    }

    [Fact]
    public async Task Metrics_keep_their_history_and_the_newest_step_counts()
    {
        var client = shared.Client;
        var id = await client.Run("0");
        foreach (var (value, step) in new (object, int)[] { (0.5, 1), (0.25, 3), (0.75, 2), (0.25, 3), ("NaN", 0) })
            await client.Post("/runs/log-metric", new { run_id = id, key = "loss", value, timestamp = 100 + step, step });
        await client.Post("/runs/log-batch", new
        {
            run_id = id,
            metrics = new object[]
            {
                new { key = "nan", value = "NaN", timestamp = 1 }, new { key = "inf", value = "Infinity", timestamp = 1 }, new { key = "-inf", value = "-Infinity", timestamp = 1 },
                new { key = "text", value = "1.5", timestamp = "7", step = "2" },
            },
        });

        var metrics = (await Run(client, id))["data"]!["metrics"]!.AsArray().ToDictionary(metric => (string)metric!["key"]!, metric => metric!.ToJsonString());
        Assert.Equal("""{"key":"loss","value":0.25,"timestamp":103,"step":3}""", metrics["loss"]);
        Assert.Equal("""{"key":"nan","value":"NaN","timestamp":1,"step":0}""", metrics["nan"]);
        Assert.Contains("1.7976931348623157E+308", metrics["inf"], StringComparison.OrdinalIgnoreCase);
        Assert.Contains("-1.7976931348623157E+308", metrics["-inf"], StringComparison.OrdinalIgnoreCase);
        Assert.Equal("""{"key":"text","value":1.5,"timestamp":7,"step":2}""", metrics["text"]);
        var history = (await client.Get($"/metrics/get-history?run_id={id}&metric_key=loss"))["metrics"]!.AsArray();
        Assert.Equal(["\"NaN\"", "0.5", "0.75", "0.25"], history.Select(point => point!["value"]!.ToJsonString()));
        Assert.Equal("{}", (await client.Get($"/metrics/get-history?run_id={id}&metric_key=none")).ToJsonString());
    }

    [Fact]
    public async Task A_history_is_read_page_by_page_in_bulk_and_sampled()
    {
        var client = shared.Client;
        var (short_, long_) = (await client.Run("0"), await client.Run("0"));
        foreach (var (id, count) in new[] { (short_, 10), (long_, 20) })
            await client.Post("/runs/log-batch", new { run_id = id, metrics = Enumerable.Range(0, count).Select(step => new { key = "a", value = step * 1.0, timestamp = 1, step }) });

        var pages = new List<int>();
        for (string? token = ""; token is not null;)
        {
            var page = await client.Get($"/metrics/get-history?run_id={long_}&metric_key=a&max_results=8{(token.Length > 0 ? $"&page_token={Uri.EscapeDataString(token)}" : "")}");
            pages.AddRange(page["metrics"]!.AsArray().Select(point => (int)point!["step"]!));
            token = (string?)page["next_page_token"];
        }

        Assert.Equal(Enumerable.Range(0, 20), pages);
        var bulk = (await client.Get($"/ajax-api/2.0/mlflow/metrics/get-history-bulk?run_id={short_}&run_id={long_}&metric_key=a&max_results=25"))["metrics"]!.AsArray();
        Assert.Equal(25, bulk.Count);
        Assert.Equal(new[] { short_, long_ }.Order(StringComparer.Ordinal).First(), (string)bulk[0]!["run_id"]!);
        Assert.Equal([0, 2, 4, 6, 8, 9], await Sampled(client, $"run_ids={short_}&max_results=5"));
        Assert.Equal([0, 1, 2, 3, 4], await Sampled(client, $"run_ids={short_}&max_results=5&start_step=0&end_step=4"));
        Assert.Equal([0, 4, 8, 9, 0, 4, 8, 9, 12, 16, 19], await Sampled(client, $"run_ids={short_}&run_ids={long_}&max_results=5"));
    }

    [Fact]
    public async Task A_history_that_is_sent_in_parts_is_whole()
    {
        var (client, key) = (shared.Client, new string('ü', 240));   // escaped, some 1,500 bytes in each of the items
        var id = await client.Run("0");
        object Value(int step) => step % 100 == 0 ? "NaN" : step / 3.0;
        for (var part = 0; part < 3; part++)
            await client.Post("/runs/log-batch", new { run_id = id, metrics = Enumerable.Range(part * 1000, 1000).Select(step => new { key, value = Value(step), timestamp = 3000 - step, step }) });
        foreach (var size in new[] { 0, 1, 43, 44, 2999, 3000, 3001 })   // 65,536 bytes have room for 43 items or so
        {
            var answer = await client.Get($"/metrics/get-history?run_id={id}&metric_key={Uri.EscapeDataString(key)}&max_results={size}");
            var points = answer["metrics"]!.AsArray();
            var expected = Enumerable.Range(0, size == 0 ? 3000 : Math.Min(size, 3000)).Select(step => $"{key} {Value(step)} {3000 - step} {step}");
            Assert.Equal(expected, points.Select(point => $"{point!["key"]} {point["value"]} {point["timestamp"]} {point["step"]}"));
            Assert.Equal(size is > 0 and < 3000, answer.ContainsKey("next_page_token"));
        }
    }

    [Fact]
    public async Task A_long_history_is_sampled_without_being_read()
    {
        var client = shared.Client;
        var (long_, late) = (await client.Run("0"), await client.Run("0"));
        for (var part = 0; part < 26; part++)
            await client.Post("/runs/log-batch", new { run_id = long_, metrics = Enumerable.Range(part * 1000, 1000).Select(step => new { key = "a", value = step / 10.0, timestamp = 1, step = step * 2 }) });
        await client.Post("/runs/log-batch", new { run_id = late, metrics = new[] { 9, 30_001, 51_999 }.Select(step => new { key = "a", value = "NaN", timestamp = 1, step }) });

        // Evenly spaced from the first to the last, each the next step that there is: 12,999 has none.
        Assert.Equal([0, 13_000, 26_000, 38_998, 51_998], await Sampled(client, $"run_ids={long_}&max_results=4"));
        Assert.Equal([2, 6, 8], await Sampled(client, $"run_ids={long_}&max_results=2&start_step=1&end_step=8"));
        Assert.Equal([0, 10, 13_000, 26_000, 39_000, 51_998, 9, 30_001, 51_999], await Sampled(client, $"run_ids={long_}&run_ids={late}&max_results=4"));
        var points = (await client.Get($"/metrics/get-history-bulk-interval?metric_key=a&run_ids={late}"))["metrics"]!.AsArray();
        Assert.All(points, point => Assert.Equal(("NaN", late), ((string)point!["value"]!, (string)point["run_id"]!)));
        var most = (await Sampled(client, $"run_ids={long_}")).ToList();
        Assert.Equal((2500, 0, 51_998), (most.Count, most[0], most[^1]));
    }

    [Theory]
    [InlineData("/metrics/get-history-bulk?metric_key=a", "must specify at least one run_id")]
    [InlineData("/metrics/get-history-bulk?run_id=1", "must specify a metric_key")]
    [InlineData("/metrics/get-history-bulk-interval?metric_key=a", "Missing value for required parameter 'run_ids'.")]
    [InlineData("/metrics/get-history-bulk-interval?run_ids=1&metric_key=a&max_results=0", "max_results must be between 1 and 2500")]
    [InlineData("/metrics/get-history-bulk-interval?run_ids=1&metric_key=", "Missing value for required parameter 'metric_key'")]
    [InlineData("/metrics/get-history-bulk-interval?run_ids=1&metric_key=a&start_step=1&end_step=0", "end_step must be greater than start_step. ")]
    [InlineData("/metrics/get-history-bulk-interval?run_ids=1&metric_key=a&start_step=1", "If either start step or end step are specified, both must be specified.")]
    [InlineData("/metrics/get-history?run_id=1&metric_key=a&page_token=e30=", "Invalid page token")]
    public async Task A_history_that_makes_no_sense_is_refused(string path, string words)
    {
        await shared.Client.RefusesValue(words, path);
    }

    [Fact]
    public async Task Parameters_stay_as_they_are_and_tags_change()
    {
        var client = shared.Client;
        var id = await client.Run("0");
        await client.Post("/runs/log-parameter", new { run_id = id, key = "lr", value = "0.1" });
        await client.Post("/runs/log-parameter", new { run_uuid = id, key = "lr", value = "0.1" });
        await client.Post("/runs/log-parameter", new { run_id = id, key = "empty", value = "" });
        await client.Post("/runs/log-parameter", new { run_id = id, key = "long", value = new string('x', 7000) });
        await client.RefusesValue($"Param with key='lr' was already logged with value='0.1' for run ID='{id}'", "/runs/log-parameter", new { run_id = id, key = "lr", value = "0.2" });
        await client.Post("/runs/set-tag", new { run_id = id, key = "stage", value = "dev" });
        await client.Post("/runs/set-tag", new { run_id = id, key = "stage", value = "prod" });
        await client.Post("/runs/set-tag", new { run_id = id, key = "mlflow.runName", value = "renamed" });

        var run = await Run(client, id);
        Assert.Equal(["", "6000", "0.1"], run["data"]!["params"]!.AsArray().Select(param => (string)param!["value"]!).Select(value => value.Length > 100 ? $"{value.Length}" : value));
        Assert.Equal(("prod", "renamed"), (TagOf(run, "stage"), (string)run["info"]!["run_name"]!));

        await client.Post("/runs/delete-tag", new { run_id = id, key = "stage" });
        await client.IsMissing("No tag with name: stage", "/runs/delete-tag", new { run_id = id, key = "stage" });
    }

    [Fact]
    public async Task A_batch_is_taken_whole_or_not_at_all()
    {
        var client = shared.Client;
        var id = await client.Run("0");
        await client.Post("/runs/log-batch", new { run_id = id, @params = new[] { new { key = "a", value = "1" } } });
        await client.RefusesValue("Changing param values is not allowed", "/runs/log-batch", new
        {
            run_id = id,
            metrics = new[] { new { key = "m", value = 1.0, timestamp = 1 } },
            @params = new[] { new { key = "b", value = "1" }, new { key = "a", value = "2" } },
            tags = new[] { new { key = "t", value = "1" } },
        });

        var run = await Run(client, id);
        Assert.Null(run["data"]!["metrics"]);
        Assert.Equal("a", (string)Assert.Single(run["data"]!["params"]!.AsArray())!["key"]!);
        Assert.Equal("", TagOf(run, "t"));
    }

    [Fact]
    public async Task Batches_have_limits()
    {
        var client = shared.Client;
        var id = await client.Run("0");
        object Metrics(int count) => Enumerable.Range(0, count).Select(step => new { key = "m", value = 1.0, timestamp = 1, step });
        object Pairs(int count) => Enumerable.Range(0, count).Select(number => new { key = $"k{number}", value = "v" });
        await client.Post("/runs/log-batch", new { run_id = id, metrics = Metrics(1000) });
        await client.RefusesValue("at most 1000 metrics. Got 1001", "/runs/log-batch", new { run_id = id, metrics = Metrics(1001) });
        await client.RefusesValue("at most 100 params. Got 101", "/runs/log-batch", new { run_id = id, @params = Pairs(101) });
        await client.RefusesValue("at most 100 tags. Got 101", "/runs/log-batch", new { run_id = id, tags = Pairs(101) });
        await client.RefusesValue("at most 1000 metrics, params, and tags. Got 1001", "/runs/log-batch", new { run_id = id, metrics = Metrics(950), @params = Pairs(51) });
        await client.RefusesValue("Duplicate parameter keys have been submitted: ['a']", "/runs/log-batch", new { run_id = id, @params = new[] { new { key = "a", value = "1" }, new { key = "a", value = "1" } } });
        foreach (var field in new[] { "metrics", "params", "tags" })
            await client.RefusesValue($"Invalid value \"foo\" for parameter '{field}' supplied", "/runs/log-batch", new JsonObject { ["run_id"] = id, [field] = "foo" }.ToJsonString());
        await client.RefusesValue("Missing value for required parameter 'metrics[0].timestamp'", "/runs/log-batch", new { run_id = id, metrics = new[] { new { key = "mae", value = 2.5 } } });
    }

    [Theory]
    [InlineData("/runs/log-metric", "{\"run_id\": 31, \"key\": \"m\", \"value\": 41, \"timestamp\": 59}", "Invalid value 31 for parameter 'run_id' supplied")]
    [InlineData("/runs/log-metric", "{\"run_id\": \"ID\", \"key\": 31, \"value\": 41, \"timestamp\": 59}", "Invalid value 31 for parameter 'key' supplied")]
    [InlineData("/runs/log-metric", "{\"run_id\": \"ID\", \"key\": \"m\", \"value\": 31, \"timestamp\": 59, \"step\": \"foo\"}", "Invalid value \"foo\" for parameter 'step' supplied")]
    [InlineData("/runs/log-metric", "{\"run_id\": \"ID\", \"key\": \"m\", \"value\": 31, \"timestamp\": \"foo\"}", "Invalid value \"foo\" for parameter 'timestamp' supplied")]
    [InlineData("/runs/log-metric", "{\"run_id\": \"ID\", \"key\": \"m\", \"value\": true, \"timestamp\": 1}", "Invalid value true for parameter 'value' supplied")]
    [InlineData("/runs/log-metric", "{\"run_id\": \"ID\", \"key\": \"m\", \"value\": 1, \"timestamp\": -1}", "Timestamp must be a nonnegative long")]
    [InlineData("/runs/log-metric", "{\"run_id\": null, \"key\": \"m\", \"value\": 31, \"timestamp\": 59}", "Missing value for required parameter 'run_id'")]
    [InlineData("/runs/log-metric", "{\"run_id\": \"ID\", \"value\": 31, \"timestamp\": 59}", "Missing value for required parameter 'key'")]
    [InlineData("/runs/log-metric", "{\"run_id\": \"ID\", \"key\": \"../m\", \"value\": 31, \"timestamp\": 59}", "must not resolve to other names")]
    [InlineData("/runs/log-metric", "{\"run_id\": \"ID\", \"key\": \"m?\", \"value\": 31, \"timestamp\": 59}", "Names may only contain alphanumerics")]
    [InlineData("/runs/log-parameter", "{\"run_id\": \"ID\", \"key\": \"p\", \"value\": 41}", "Invalid value 41 for parameter 'value' supplied")]
    [InlineData("/runs/set-tag", "{\"run_id\": \"ID\", \"value\": \"v\"}", "Missing value for required parameter 'key'")]
    [InlineData("/runs/update", "{\"run_id\": \"ID\", \"status\": \"DONE\"}", "Invalid value \"DONE\" for parameter 'status' supplied")]
    [InlineData("/runs/update", "{\"run_id\": \"ID\", \"end_time\": -62135596800001}", "Invalid value -62135596800001 for parameter 'end_time' supplied")]
    [InlineData("/runs/create", "{\"experiment_id\": \"0\", \"run_name\": \"a\", \"tags\": [{\"key\": \"mlflow.runName\", \"value\": \"b\"}]}", "with different values (run_name='a', mlflow.runName='b')")]
    [InlineData("/runs/log-model", "{\"run_id\": \"ID\", \"model_json\": \"{}\"}", "missing mandatory fields")]
    [InlineData("/runs/log-inputs", "{\"run_id\": \"ID\"}", "Missing value for required parameter 'datasets'")]
    [InlineData("/runs/log-inputs", "{\"run_id\": \"ID\", \"datasets\": [{\"dataset\": {\"name\": \"n\"}}]}", "Dataset digest cannot be None")]
    [InlineData("/runs/outputs", "{\"run_id\": \"ID\"}", "Missing value for required parameter 'models'")]
    public async Task What_cannot_be_kept_is_refused_by_its_name(string path, string body, string words)
    {
        var client = shared.Client;
        var id = await client.Run("0");
        await client.RefusesValue(words, path, body.Replace("ID", id, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_run_is_ended_renamed_deleted_and_restored()
    {
        var client = shared.Client;
        var id = await client.Run("0");
        var info = (await client.Post("/runs/update", new { run_id = id, run_uuid = id, status = "FINISHED", end_time = 1_700_000_000_500 }))["run_info"]!;
        Assert.Equal(("FINISHED", 1_700_000_000_500), ((string)info["status"]!, (long)info["end_time"]!));
        info = (await client.Post("/runs/update", new { run_id = id, run_name = "better" }))["run_info"]!;
        Assert.Equal(("FINISHED", "better"), ((string)info["status"]!, (string)info["run_name"]!));
        Assert.Equal("KILLED", (string)(await client.Post("/runs/update", new { run_id = id, status = 5 }))["run_info"]!["status"]!);

        await client.Post("/runs/delete", new { run_id = id });
        Assert.Equal("deleted", (string)(await Run(client, id))["info"]!["lifecycle_stage"]!);
        var writes = new (string, object)[]
        {
            ("/runs/log-metric", new { run_id = id, key = "m", value = 1, timestamp = 1 }), ("/runs/log-parameter", new { run_id = id, key = "p", value = "1" }),
            ("/runs/set-tag", new { run_id = id, key = "t", value = "1" }), ("/runs/delete-tag", new { run_id = id, key = "t" }),
            ("/runs/log-batch", new { run_id = id }), ("/runs/update", new { run_id = id, run_name = "x" }),
        };
        foreach (var (path, body) in writes)
            await client.RefusesValue($"The run {id} must be in the 'active' state. Current state is deleted.", path, body);
        await client.Post("/runs/restore", new { run_id = id });
        await client.Post("/runs/log-batch", new { run_id = id });
        Assert.Equal("active", (string)(await Run(client, id))["info"]!["lifecycle_stage"]!);
    }

    [Theory]
    [InlineData("/runs/get?run_id=" + Nobody, null)]
    [InlineData("/metrics/get-history?metric_key=a&run_id=" + Nobody, null)]
    [InlineData("/runs/log-metric", "{\"run_id\": \"fake_run_id\", \"key\": \"m\", \"value\": 1, \"timestamp\": 1}")]
    [InlineData("/runs/log-parameter", "{\"run_id\": \"fake_run_id\", \"key\": \"m\", \"value\": \"1\"}")]
    [InlineData("/runs/set-tag", "{\"run_id\": \"fake_run_id\", \"key\": \"m\", \"value\": \"1\"}")]
    [InlineData("/runs/delete-tag", "{\"run_id\": \"fake_run_id\", \"key\": \"m\"}")]
    [InlineData("/runs/log-batch", "{\"run_id\": \"fake_run_id\"}")]
    [InlineData("/runs/update", "{\"run_id\": \"fake_run_id\"}")]
    [InlineData("/runs/delete", "{\"run_id\": \"fake_run_id\"}")]
    [InlineData("/runs/restore", "{\"run_id\": \"fake_run_id\"}")]
    public async Task A_run_that_is_not_there_is_not_found(string path, string? body)
    {
        await shared.Client.IsMissing("not found", path, body);
    }

    [Fact]
    public async Task Datasets_and_models_are_inputs_and_outputs_of_a_run()
    {
        var client = shared.Client;
        var experiment = await client.NewExperiment("a");
        var id = await client.Run(experiment);
        var dataset = new { name = "rows", digest = "d1", source_type = "local", source = "{}", schema = "{\"a\": 1}" };
        for (var again = 0; again < 2; again++)
        {
            await client.Post("/runs/log-inputs", new
            {
                run_id = id,
                datasets = new[] { new { dataset, tags = new[] { new { key = "foo", value = "baz" }, new { key = "mlflow.data.context", value = "train" } } } },
                models = new[] { new { model_id = "m-1" } },
            });
        }

        await client.Post("/runs/outputs", new { run_id = id, models = new[] { new { model_id = "m-2", step = 3 } } });
        var run = await Run(client, id);
        Assert.Equal(
            """{"dataset_inputs":[{"tags":[{"key":"foo","value":"baz"},{"key":"mlflow.data.context","value":"train"}],"dataset":{"name":"rows","digest":"d1","source_type":"local","source":"{}","schema":"{\"a\": 1}"}}],"model_inputs":[{"model_id":"m-1"}]}""",
            run["inputs"]!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        Assert.Equal("""{"model_outputs":[{"model_id":"m-2","step":3}]}""", run["outputs"]!.ToJsonString());
        var summary = await client.Post("/ajax-api/2.0/mlflow/experiments/search-datasets", new { experiment_ids = new[] { experiment } });
        Assert.Equal($$"""[{"experiment_id":"{{experiment}}","name":"rows","digest":"d1","context":"train"}]""", summary["dataset_summaries"]!.ToJsonString());
        await client.RefusesValue("must specify at least one experiment_id", "/experiments/search-datasets", "{}");
        await client.RefusesValue("cannot specify more than", "/experiments/search-datasets", new { experiment_ids = Enumerable.Range(0, 21).Select(number => $"{number}") });
    }

    [Fact]
    public async Task Models_of_older_clients_are_kept_in_a_tag()
    {
        var client = shared.Client;
        var id = await client.Run("0");
        for (var number = 1; number <= 2; number++)
            await client.Post("/runs/log-model", new { run_id = id, model_json = $$"""{"artifact_path": "m{{number}}", "flavors": {}, "utc_time_created": "now", "run_id": "{{id}}"}""" });
        var models = JsonNode.Parse(TagOf(await Run(client, id), "mlflow.log-model.history"))!.AsArray();
        Assert.Equal(["m1", "m2"], models.Select(model => (string)model!["artifact_path"]!));
    }

    [Fact]
    public async Task What_many_clients_log_at_once_is_all_there()
    {
        var client = shared.Client;
        var ids = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.Run("0")));
        await Task.WhenAll(Enumerable.Range(0, 400).Select(number => client.Post("/runs/log-metric", new { run_id = ids[number % 8], key = "m", value = number, timestamp = 1, step = number })));
        foreach (var (id, place) in ids.Select((id, place) => (id, place)))
        {
            var history = (await client.Get($"/metrics/get-history?run_id={id}&metric_key=m"))["metrics"]!.AsArray();
            Assert.Equal(Enumerable.Range(0, 50).Select(number => (number * 8) + place), history.Select(point => (int)point!["step"]!));
        }
    }

    private static async Task<JsonNode> Run(MlflowClient client, string id) => (await client.Get($"/runs/get?run_id={id}"))["run"]!;

    private static string TagOf(JsonNode run, string key) =>
        (string?)run["data"]!["tags"]!.AsArray().FirstOrDefault(tag => (string)tag!["key"]! == key)?["value"] ?? "";

    private static async Task<IEnumerable<int>> Sampled(MlflowClient client, string query) =>
        (await client.Get($"/metrics/get-history-bulk-interval?metric_key=a&{query}"))["metrics"]!.AsArray().Select(point => (int)point!["step"]!);
}
