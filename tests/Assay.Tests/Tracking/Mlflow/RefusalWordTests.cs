using System.Net;

namespace Assay.Tests.Tracking.Mlflow;

/// <summary>Programs look for words in MLflow's refusals; here they stand in ours.</summary>
public sealed class RefusalWordTests(MlflowServer shared) : IClassFixture<MlflowServer>
{
    [Theory]
    [InlineData("run_id IN (1, 2)", "expected string value, punctuation, or whitespace, but got different type in list")]
    [InlineData("run_id IN ()", "expected a non-empty list of string values, but got empty list")]
    [InlineData("run_id IN (,)", "expected a non-empty list of string values, but got ill-formed list")]
    [InlineData("run_id IN ('a',,'b')", "expected a non-empty list of string values, but got ill-formed list")]
    [InlineData("run_id IN (", "Invalid clause(s) in filter string")]
    [InlineData("run_id IN", "Invalid clause(s) in filter string")]
    [InlineData("params.a LIKE", "Invalid clause(s) in filter string")]
    [InlineData("status = true", "Invalid clause(s) in filter string")]
    [InlineData("status = FINISHED", "unidentified quote types used for string value FINISHED")]
    [InlineData("attribute.experiment_id = '0'", "Invalid attribute key 'experiment_id' specified")]
    public async Task A_filter_of_runs_that_says_nothing_is_refused(string filter, string words) =>
        await shared.Client.RefusesValue(words, "/runs/search", new { experiment_ids = new[] { "0" }, filter });

    [Fact]
    public async Task A_list_may_be_longer_than_a_message()
    {
        var ids = string.Join(", ", Enumerable.Range(0, 40).Select(_ => $"'{Guid.NewGuid():N}'"));
        Assert.Empty(await shared.Client.Post("/runs/search", new { experiment_ids = new[] { "0" }, filter = $"run_id IN ({ids})" }));
    }

    [Theory]
    [InlineData("`order_by` contains duplicate fields", "metrics.a", "metrics.a DESC")]
    [InlineData("`order_by` contains duplicate fields", "start_time", "attribute.created")]
    [InlineData("Invalid order_by clause", "start_time DESC now")]
    [InlineData("Invalid ordering key in order_by clause", "start_time downwards")]
    [InlineData("Invalid order_by entity", "dataset.name")]
    public async Task An_order_of_runs_that_says_nothing_is_refused(string words, params string[] order) =>
        await shared.Client.RefusesValue(words, "/runs/search", new { experiment_ids = new[] { "0" }, order_by = order });

    [Theory]
    [InlineData("run_id DESC", "Invalid attribute key 'run_id' specified")]
    [InlineData("name DESC now", "Invalid order_by clause")]
    public async Task Versions_are_ordered_by_what_they_can_be_ordered_by(string order, string words) =>
        await shared.Client.RefusesValue(words, $"/model-versions/search?order_by={Uri.EscapeDataString(order)}");

    [Theory]
    [InlineData("{}", "Invalid value None for parameter 'max_results' supplied. It must be a positive integer")]
    [InlineData("""{"max_results": 0}""", "Invalid value 0 for parameter 'max_results' supplied. It must be a positive integer")]
    [InlineData("""{"max_results": 50001}""", "Invalid value 50001 for parameter 'max_results' supplied. It must be at most 50000")]
    [InlineData("""{"max_results": 1, "filter": "name IS NULL"}""", "IS NULL / IS NOT NULL is only supported for tags")]
    public async Task A_search_of_experiments_that_says_nothing_is_refused(string body, string words) =>
        await shared.Client.RefusesValue(words, "/experiments/search", body);

    [Fact]
    public async Task An_experiment_has_a_number_and_a_name_that_is_not_too_long()
    {
        await shared.Client.RefusesValue("Invalid experiment ID 'mine'. Experiment ID must be a valid integer.", "/experiments/get?experiment_id=mine");
        var id = await shared.Client.NewExperiment("short");
        await shared.Client.RefusesValue("'name' exceeds the maximum length", "/experiments/update", new { experiment_id = id, new_name = new string('x', 501) });
        await shared.Client.Post("/experiments/delete", new { experiment_id = id });
        await shared.Client.RefusesValue($"The experiment {id} must be in the 'active' state", "/logged-models", new { experiment_id = id, name = "m" });
    }

    [Theory]
    [InlineData("name", 500)]
    [InlineData("digest", 36)]
    [InlineData("source", 65_535)]
    [InlineData("schema", 1_048_575)]
    [InlineData("profile", 16_777_215)]
    public async Task A_dataset_input_may_be_as_large_as_is_said_and_not_larger(string field, int length)
    {
        var id = await shared.Client.Run("0");
        var dataset = new Dictionary<string, string> { ["name"] = "n", ["digest"] = "d", ["source_type"] = "t", ["source"] = "s", [field] = new string('a', length) };
        await shared.Client.Post("/runs/log-inputs", new { run_id = id, datasets = new[] { new { dataset } } });
        dataset[field] += "a";
        await shared.Client.RefusesValue($"'{field}' exceeds the maximum length of {length}", "/runs/log-inputs", new { run_id = id, datasets = new[] { new { dataset } } });
    }

    [Fact]
    public async Task Tags_of_an_input_have_a_length_too_and_a_request_may_have_more_than_a_thousand_inputs()
    {
        var id = await shared.Client.Run("0");
        foreach (var (key, value, words) in new[] { (new string('k', 256), "v", "'key' exceeds the maximum length of 255"), ("k", new string('v', 501), "'value' exceeds the maximum length of 500") })
            await shared.Client.RefusesValue(words, "/runs/log-inputs", new { run_id = id, datasets = new[] { new { dataset = Dataset(0), tags = new[] { new { key, value } } } } });
        await shared.Client.Post("/runs/log-inputs", new { run_id = id, datasets = Enumerable.Range(0, 1010).Select(i => new { dataset = Dataset(i) }) });
        Assert.Equal(1010, (await shared.Client.Get($"/runs/get?run_id={id}"))["run"]!["inputs"]!["dataset_inputs"]!.AsArray().Count);

        static object Dataset(int i) => new { name = $"n{i}", digest = "d", source_type = "t", source = "s" };
    }

    [Fact]
    public async Task A_run_may_have_ended_before_1970()
    {
        var id = await shared.Client.Run("0", new { start_time = -1000 });
        var info = (await shared.Client.Post("/runs/update", new { run_id = id, status = "FINISHED", end_time = -123 }))["run_info"]!;
        Assert.Equal((-1000, -123), ((long)info["start_time"]!, (long)info["end_time"]!));
        await shared.Client.RefusesValue("'end_time'", "/runs/update", new { run_id = id, end_time = -62_135_596_800_001 });
    }

    [Fact]
    public async Task A_hundred_runs_fit_into_a_query_and_a_thousand_are_refused_in_words()
    {
        var many = string.Join('&', Enumerable.Range(0, 1000).Select(i => $"run_id={i:x32}"));
        await shared.Client.RefusesValue("GetMetricHistoryBulk request cannot specify more than", $"/ajax-api/2.0/mlflow/metrics/get-history-bulk?{many}&metric_key=a");
        await shared.Client.Get($"/ajax-api/2.0/mlflow/metrics/get-history-bulk?{many[..(100 * 40 - 1)]}&metric_key=a");
    }

    [Fact]
    public async Task A_tracking_uri_may_end_with_a_slash()
    {
        using var answer = await shared.Server.Admin.GetAsync($"{shared.Server.Address}projects/default//model-versions/get-artifact?name=m&version=1&path=../x", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("""{"error_code":"INVALID_PARAMETER_VALUE","message":"Invalid path"}""", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_source_with_a_zero_byte_in_it_is_no_source() => await shared.Client.RefusesValue(
        "If supplying a source as an http, https,", "/model-versions/create", new { name = "m", source = "mlflow-artifacts://host:9000/models/artifact%00" });
}
