using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Tests.Tracking.Mlflow;
using Assay.Tracking;
using Assay.Tracking.Artifacts;
using Assay.Tracking.Experiments;
using Assay.Tracking.Metrics;
using Assay.Tracking.Runs;

namespace Assay.Tests.Tracking;

/// <summary>Runs as tables, charts and people read them, by Assay's own routes.</summary>
public sealed class FindRunsTests(MlflowServer shared) : IClassFixture<MlflowServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private HttpClient Http => shared.Server.Admin;

    [Fact]
    public async Task A_table_shows_a_window_on_what_was_found_and_how_many_there_are()
    {
        var experiment = await Twelve();
        var window = await Find(experiment, new { filter = "metrics.auc >= 0.2", orderBy = new[] { "metrics.auc DESC" }, offset = 2, limit = 3 });

        Assert.Equal([9, 8, 7], window.Items.Select(run => (int)Math.Round(run.Metrics["auc"] * 10)));
        Assert.Equal((10, 2, true), (window.Total, window.Offset, window.HasMore));
        var last = await Find(experiment, new { offset = 10, limit = 50, count = false });
        Assert.Equal((2, (int?)null, false), (last.Items.Count, last.Total, last.HasMore));
        Assert.Equal(12, (await Find(experiment, new { offset = 100 })).Total);
    }

    [Fact]
    public async Task Only_the_columns_that_are_asked_for_are_sent()
    {
        var experiment = await Twelve();
        var run = (await Find(experiment, new { columns = new[] { "metrics.auc", "params.`learning rate`" }, limit = 1 })).Items[0];
        Assert.Equal(["auc"], run.Metrics.Keys);
        Assert.Equal(["learning rate"], run.Params.Keys);
        Assert.Empty(run.Tags);

        var names = await Get<RunColumns>($"/api/v1/experiments/{experiment}/columns");
        Assert.Equal(["auc", "loss"], names.Metrics);
        Assert.Equal(["learning rate", "seed"], names.Params);
        Assert.Contains("mlflow.runName", names.Tags);
    }

    [Theory]
    [InlineData("{\"filter\":\"metrics.auc > x\"}", "filter", "Expected numeric value type for metric")]
    [InlineData("{\"filter\":\"forest\"}", "filter", "Invalid clause")]
    [InlineData("{\"orderBy\":[\"speed DESC\"]}", "orderBy", "Invalid attribute key 'speed'")]
    [InlineData("{\"columns\":[\"run_name\"]}", "columns", "'run_name' is no column")]
    public async Task What_can_not_be_understood_is_named(string body, string field, string words)
    {
        using var answer = await Http.PostAsync("/api/v1/experiments/0/runs/search", new StringContent(body, System.Text.Encoding.UTF8, "application/json"), Cancel);
        var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel)).RootElement;
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(field, problem.GetProperty("field").GetString());
        Assert.Contains(words, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"limit\":0}")]
    [InlineData("{\"limit\":1001}")]
    [InlineData("{\"offset\":-1}")]
    [InlineData("{\"shown\":\"some\"}")]
    public async Task A_window_has_limits(string body)
    {
        using var answer = await Http.PostAsync("/api/v1/experiments/0/runs/search", new StringContent(body, System.Text.Encoding.UTF8, "application/json"), Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task An_experiment_is_made_deleted_with_its_runs_and_brought_back()
    {
        var name = $"made {Guid.NewGuid():N}";
        using var made = await Http.PostAsJsonAsync("/api/v1/experiments", new { name }, Cancel);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var experiment = (await made.Content.ReadFromJsonAsync<ExperimentDetail>(AssayJson.Options, Cancel))!;
        using var again = await Http.PostAsJsonAsync("/api/v1/experiments", new { name }, Cancel);
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        var run = await shared.Client.Run(experiment.Id);

        var path = $"/api/v1/experiments/{experiment.Id}";
        using var deleted = await Http.DeleteAsync(path, Cancel);
        using var twice = await Http.DeleteAsync(path, Cancel);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Conflict), (deleted.StatusCode, twice.StatusCode));
        Assert.DoesNotContain((await Get<Page<ExperimentSummary>>("/api/v1/experiments?limit=1000")).Items, row => row.Id == experiment.Id);
        Assert.True((await Get<Page<ExperimentSummary>>("/api/v1/experiments?limit=1000&shown=deleted")).Items.Single(row => row.Id == experiment.Id).IsDeleted);
        Assert.True((await Get<RunDetail>($"/api/v1/runs/{run}")).IsDeleted);

        using var restored = await Http.PostAsync($"{path}/restore", null, Cancel);
        Assert.Equal(HttpStatusCode.OK, restored.StatusCode);
        Assert.Equal(1, (await Get<ExperimentDetail>(path)).Runs);
    }

    [Fact]
    public async Task A_deleted_run_is_found_when_it_is_asked_for_and_can_be_brought_back()
    {
        var experiment = await shared.Client.NewExperiment("bin");
        var run = await shared.Client.Run(experiment, new { run_name = "gone" });
        using var deleted = await Http.DeleteAsync($"/api/v1/runs/{run}", Cancel);
        using var twice = await Http.DeleteAsync($"/api/v1/runs/{run}", Cancel);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Conflict), (deleted.StatusCode, twice.StatusCode));

        Assert.Empty((await Find(experiment, new { })).Items);
        Assert.Equal(run, Assert.Single((await Find(experiment, new { shown = "deleted" })).Items).Id);
        using var restored = await Http.PostAsync($"/api/v1/runs/{run}/restore", null, Cancel);
        Assert.Equal(HttpStatusCode.OK, restored.StatusCode);
        Assert.Single((await Find(experiment, new { })).Items);
    }

    [Fact]
    public async Task A_history_is_read_whole_or_as_so_many_points_as_a_chart_can_show()
    {
        var client = shared.Client;
        var run = await client.Run(await client.NewExperiment("history"));
        for (var from = 0; from < 3000; from += 1000)
            await client.Post("/runs/log-batch", new { run_id = run, metrics = Enumerable.Range(from, 1000).Select(step => new { key = "a/loss", value = 1.0 / (step + 1), timestamp = 1000 + step, step }) });
        await client.Post("/runs/log-metric", new { run_id = run, key = "odd", value = "NaN", timestamp = 5, step = 0 });

        var sampled = Assert.Single(await Get<List<SampledHistory>>($"/api/v1/metrics/sampled?key=a%2Floss&points=50&run={run}&run=no-such"));
        Assert.InRange(sampled.Points.Count, 50, 52);
        Assert.Equal((0, 2999), (sampled.Points[0].Step, sampled.Points[^1].Step));

        var all = new List<MetricSample>();
        for (var cursor = ""; cursor is not null;)
        {
            var page = await Get<Page<MetricSample>>($"/api/v1/runs/{run}/points?key=a%2Floss&limit=1000{cursor}");
            all.AddRange(page.Items);
            cursor = page.NextCursor is null ? null : $"&cursor={page.NextCursor}";
        }

        Assert.Equal(Enumerable.Range(0, 3000).Select(step => new MetricSample(step, 1000 + step, 1.0 / (step + 1))), all);
        Assert.Null(Assert.Single((await Get<Page<MetricSample>>($"/api/v1/runs/{run}/points?key=odd")).Items).Value);
        foreach (var wrong in new[] { "/api/v1/metrics/sampled?key=loss", $"/api/v1/metrics/sampled?run={run}", $"/api/v1/metrics/sampled?key=a&run={run}&points=9999", $"/api/v1/runs/{run}/points" })
            Assert.Equal(HttpStatusCode.BadRequest, (await Http.GetAsync(wrong, Cancel)).StatusCode);
    }

    [Fact]
    public async Task Files_are_listed_by_folder_and_sent_so_that_nothing_in_them_runs()
    {
        var client = shared.Client;
        var experiment = await client.NewExperiment("files");
        var run = await client.Run(experiment);
        foreach (var (path, text) in new[] { ("page.html", "<script>alert(1)</script>"), ("plots/odd name.svg", "<svg/>"), ("plots/deep/a.txt", "a") })
            (await Http.PutAsync($"/api/2.0/mlflow-artifacts/artifacts/{experiment}/{run}/artifacts/{path}", new StringContent(text), Cancel)).EnsureSuccessStatusCode();

        var root = await Get<List<RunFile>>($"/api/v1/runs/{run}/files");
        Assert.Equal([("page.html", false), ("plots", true)], root.Select(file => (file.Path, file.IsFolder)));
        Assert.Equal(["plots/deep", "plots/odd name.svg"], (await Get<List<RunFile>>($"/api/v1/runs/{run}/files?path=plots")).Select(file => file.Path));

        foreach (var (path, type) in new[] { ("page.html", "text/plain"), ("plots/odd%20name.svg", "image/svg+xml") })
        {
            using var answer = await Http.GetAsync($"/api/v1/runs/{run}/files/{path}", Cancel);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(type, answer.Content.Headers.ContentType!.MediaType);
            Assert.Equal("attachment", answer.Content.Headers.ContentDisposition!.DispositionType);
            Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.StartsWith("sandbox; default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.BadRequest, (await Http.GetAsync($"/api/v1/runs/{run}/files?path=../x", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Http.GetAsync($"/api/v1/runs/{run}/files/none.txt", Cancel)).StatusCode);
    }

    private async Task<string> Twelve()
    {
        var client = shared.Client;
        var experiment = await client.NewExperiment("table");
        for (var i = 0; i < 12; i++)
        {
            var run = await client.Run(experiment, new { run_name = $"run {i}", start_time = 1_700_000_000_000 + i });
            await client.Post("/runs/log-batch", new
            {
                run_id = run,
                metrics = new[] { new { key = "auc", value = i / 10.0, timestamp = 1, step = 0 }, new { key = "loss", value = 1.0, timestamp = 1, step = 0 } },
                @params = new[] { new { key = "learning rate", value = "0.1" }, new { key = "seed", value = $"{i}" } },
            });
        }

        return experiment;
    }

    private async Task<RunWindow> Find(string experiment, object request)
    {
        using var answer = await Http.PostAsJsonAsync($"/api/v1/experiments/{experiment}/runs/search", request, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        return (await answer.Content.ReadFromJsonAsync<RunWindow>(AssayJson.Options, Cancel))!;
    }

    private async Task<T> Get<T>(string path) => (await Http.GetFromJsonAsync<T>(path, AssayJson.Options, Cancel))!;
}
