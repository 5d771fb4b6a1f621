using System.Globalization;
using System.Text.Json.Nodes;
using Assay.Tracking.Runs;
using Assay.Tracking.Search;

namespace Assay.Tests.Tracking.Mlflow;

/// <summary>Search of runs: by hand for what clients write, and by chance against an evaluation in memory.</summary>
public sealed class SearchTests(MlflowServer shared, ITestOutputHelper output) : IClassFixture<MlflowServer>
{
    private const int Filters = 300;

    [Fact]
    public async Task Runs_are_found_by_what_was_logged()
    {
        var client = shared.Client;
        var experiment = await Three(client);
        Assert.Equal("abc", await Search(client, experiment, ""));
        Assert.Equal("ab", await Search(client, experiment, "metrics.auc > 0.5"));
        Assert.Equal("a", await Search(client, experiment, "metric.`f1 score` = 1 and params.lr = '0.1'"));
        Assert.Equal("b", await Search(client, experiment, "params.lr != '0.1'"));
        Assert.Equal("ab", await Search(client, experiment, "parameters.\"lr\" LIKE '0.%'"));
        Assert.Equal("b", await Search(client, experiment, "tags.team = \"Risk\" AND attributes.status = 'FINISHED'"));
        Assert.Equal("ab", await Search(client, experiment, "tag.team ILIKE 'risk'"));
        Assert.Equal("a", await Search(client, experiment, "tags.team LIKE 'risk'"));
        Assert.Equal("c", await Search(client, experiment, "tags.team IS NULL"));
        Assert.Equal("ab", await Search(client, experiment, "params.lr IS NOT NULL"));
        Assert.Equal("c", await Search(client, experiment, "run_name = 'c'"));
        Assert.Equal("c", await Search(client, experiment, "attributes.`Run name` ILIKE 'C'"));
        Assert.Equal("bc", await Search(client, experiment, "created >= 1002"));
        Assert.Equal("a", await Search(client, experiment, "datasets.name = 'rows' AND dataset.context IN ('train', 'test')"));
        Assert.Equal("", await Search(client, experiment, "datasets.digest NOT IN ('d1')"));
        Assert.Equal("c", await Search(client, experiment, "metrics.odd != 5"));   // NaN is no number, and so none that is 5
        Assert.Equal("", await Search(client, experiment, "metrics.odd < 5"));
        var ids = (await Runs(client, new { experiment_ids = new[] { experiment }, filter = "run_name != 'b'" })).Select(run => $"'{(string)run!["info"]!["run_id"]!}'");
        Assert.Equal("ac", await Search(client, experiment, $"attributes.run_id IN ({string.Join(",", ids)})"));
    }

    [Fact]
    public async Task Runs_come_in_the_order_that_is_asked_for_and_missing_values_last()
    {
        var client = shared.Client;
        var experiment = await Three(client);
        Assert.Equal("cba", await Order(client, experiment));
        Assert.Equal("abc", await Order(client, experiment, "start_time"));
        Assert.Equal("abc", await Order(client, experiment, "metrics.auc DESC"));
        Assert.Equal("bac", await Order(client, experiment, "metrics.auc asc"));
        Assert.Equal("abc", await Order(client, experiment, "params.lr"));
        Assert.Equal("bac", await Order(client, experiment, "tags.team"));
        Assert.Equal("bca", await Order(client, experiment, "attributes.status", "run_name DESC"), ignoreCase: false);
        Assert.Equal("cba", await Order(client, experiment, "metrics.odd"));   // NaN before what is not there
        Assert.Equal("ab", await Order(client, experiment, "metrics.auc > 0", "metrics.auc DESC", filtered: true));
    }

    [Fact]
    public async Task Pages_follow_one_another_and_deleted_runs_are_shown_when_asked_for()
    {
        var client = shared.Client;
        var experiment = await client.NewExperiment("many");
        var ids = new List<string>();
        for (var number = 0; number < 10; number++)
            ids.Add(await client.Run(experiment, new { start_time = 1 }));
        ids.Sort(StringComparer.Ordinal);
        var seen = new List<string>();
        for (string? token = ""; token is not null;)
        {
            var page = await client.Post("/runs/search", new { experiment_ids = new[] { experiment }, max_results = 4, page_token = token });
            seen.AddRange(page["runs"]!.AsArray().Select(run => (string)run!["info"]!["run_id"]!));
            token = (string?)page["next_page_token"];
        }

        Assert.Equal(ids, seen);
        await client.Post("/runs/delete", new { run_id = ids[0] });
        foreach (var (view, count) in new[] { ("ACTIVE_ONLY", 9), ("DELETED_ONLY", 1), ("ALL", 10) })
            Assert.Equal(count, (await Runs(client, new { experiment_ids = new[] { experiment, "0", "404" }, run_view_type = view })).Count);
        Assert.Empty(await Runs(client, new { experiment_ids = Array.Empty<string>() }));
    }

    [Theory]
    [InlineData("metrics.a > 1 OR metrics.b > 1", "Invalid clause(s) in filter string: 'OR'")]
    [InlineData("(metrics.a > 1)", "Invalid clause(s) in filter string")]
    [InlineData("NOT metrics.a > 1", "Invalid clause(s) in filter string: 'NOT'")]
    [InlineData("metrics.a > 1 AND", "Invalid clause(s) in filter string")]
    [InlineData("metrics.a", "Invalid clause(s) in filter string")]
    [InlineData("metrics.a > 'x'", "Expected numeric value type for metric. Found 'x'")]
    [InlineData("params.a = 5", "Expected a quoted string value for parameter (e.g. 'my-value'). Got value 5")]
    [InlineData("params.a > '5'", "Invalid comparator '>'")]
    [InlineData("tags.a = 'x", "Expected a quoted string value for tag")]
    [InlineData("things.a = 'x'", "Invalid entity type 'things'")]
    [InlineData("colour = 'x'", "Invalid attribute key 'colour' specified")]
    [InlineData("start_time = '5'", "Expected numeric value type for numeric attribute")]
    [InlineData("datasets.size = 'x'", "Invalid dataset key 'size' specified")]
    [InlineData("run_name IN ('a')", "Invalid comparator 'IN'")]
    [InlineData("run_id IN (5)", "While parsing a list in the query, expected string value, punctuation, or whitespace, but got different type in list")]
    [InlineData("run_id IN ()", "expected a non-empty list of string values, but got empty list")]
    [InlineData("metrics.a > nan", "Expected numeric value type for metric")]
    public async Task A_filter_that_makes_no_sense_is_refused(string filter, string words)
    {
        await shared.Client.RefusesValue(words, "/runs/search", new { experiment_ids = new[] { "0" }, filter });
    }

    [Theory]
    [InlineData("{\"max_results\": 123456789}", "Invalid value 123456789 for parameter 'max_results' supplied")]
    [InlineData("{\"max_results\": 0}", "Invalid value 0 for parameter 'max_results' supplied")]
    [InlineData("{\"order_by\": [\"metrics.a UP\"]}", "Invalid ordering key in order_by clause")]
    [InlineData("{\"order_by\": \"metrics.a\"}", "Invalid value \"metrics.a\" for parameter 'order_by'")]
    [InlineData("{\"page_token\": \"x\"}", "Invalid page token")]
    [InlineData("{\"experiment_ids\": [7]}", "for parameter 'experiment_ids'")]
    public async Task A_search_that_makes_no_sense_is_refused(string body, string words)
    {
        await shared.Client.RefusesValue(words, "/runs/search", body);
    }

    [Fact]
    public async Task Filters_made_by_chance_find_what_an_evaluation_in_memory_finds()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var client = shared.Client;
        var experiment = await client.NewExperiment("chance");
        var runs = new List<ChanceRun>();
        for (var number = 0; number < 40; number++)
            runs.Add(await ChanceRun.Log(client, experiment, random, number));

        var found = 0;
        for (var number = 0; number < Filters; number++)
        {
            var filter = ChanceFilter.Make(random);
            var comparisons = FilterParser.Parse(filter, RunGrammar.Grammar);
            var expected = runs.Where(run => comparisons.All(run.Matches)).Select(run => run.Name).Order(StringComparer.Ordinal);
            var key = ChanceFilter.Keys[random.Next(ChanceFilter.Keys.Length)];   // an order changes how it is read, and not what is found
            var order = new[] { "start_time", $"metrics.`{key}` DESC", $"params.`{key}`", comparisons[0].Entity == SearchEntity.Metric ? $"metrics.`{comparisons[0].Key}`" : "run_name" };
            var answer = (await Runs(client, new { experiment_ids = new[] { experiment }, filter, max_results = 100, order_by = new[] { order[random.Next(order.Length)] } })).Select(run => (string)run!["info"]!["run_name"]!).Order(StringComparer.Ordinal).ToList();
            Assert.True(expected.SequenceEqual(answer), $"{filter}\nexpected {string.Join(' ', expected)}\nfound    {string.Join(' ', answer)}");
            found += answer.Count;
        }

        Assert.True(found > Filters, $"Only {found} runs were found by {Filters} filters, which proves little.");
    }

    private static async Task<string> Three(MlflowClient client)
    {
        var experiment = await client.NewExperiment("three");
        var a = await client.Run(experiment, new { run_name = "a", start_time = 1001 });
        var b = await client.Run(experiment, new { run_name = "b", start_time = 1002 });
        var c = await client.Run(experiment, new { run_name = "c", start_time = 1003 });
        await Log(client, a, "auc=0.9 f1 score=1", "lr=0.1", "team=risk");
        await Log(client, b, "auc=0.8", "lr=0.2", "team=Risk");
        await client.Post("/runs/update", new { run_id = b, status = "FINISHED", end_time = 2000 });
        await client.Post("/runs/log-metric", new { run_id = c, key = "odd", value = "NaN", timestamp = 1 });
        await client.Post("/runs/log-inputs", new
        {
            run_id = a,
            datasets = new[] { new { dataset = new { name = "rows", digest = "d1", source_type = "local", source = "s" }, tags = new[] { new { key = "mlflow.data.context", value = "train" } } } },
        });
        return experiment;
    }

    private static Task<JsonObject> Log(MlflowClient client, string run, string metrics, string param, string tag) => client.Post("/runs/log-batch", new
    {
        run_id = run,
        metrics = metrics.Replace(" f", "|f", StringComparison.Ordinal).Split('|').Select(pair => pair.Split('='))
            .Select(pair => new { key = pair[0], value = double.Parse(pair[1], CultureInfo.InvariantCulture), timestamp = 1 }),
        @params = new[] { new { key = param.Split('=')[0], value = param.Split('=')[1] } },
        tags = new[] { new { key = tag.Split('=')[0], value = tag.Split('=')[1] } },
    });

    private static async Task<JsonArray> Runs(MlflowClient client, object query) => (await client.Post("/runs/search", query))["runs"]?.AsArray() ?? [];

    private static async Task<string> Search(MlflowClient client, string experiment, string filter) =>
        Letters(await Runs(client, new { experiment_ids = new[] { experiment }, filter, order_by = new[] { "start_time ASC" } }));

    private static async Task<string> Order(MlflowClient client, string experiment, params string[] order) =>
        Letters(await Runs(client, new { experiment_ids = new[] { experiment }, order_by = order }));

    private static async Task<string> Order(MlflowClient client, string experiment, string filter, string order, bool filtered) =>
        filtered ? Letters(await Runs(client, new { experiment_ids = new[] { experiment }, filter, order_by = new[] { order } })) : "";

    private static string Letters(JsonArray runs) => string.Concat(runs.Select(run => (string)run!["info"]!["run_name"]!));
}
