using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Assay.Governance.Access;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Tests.Registry.Retention;
using Assay.Tests.Serving;
using Assay.Tests.Tracking.Mlflow;
using Assay.Tracking.Purging;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Assay.Tests.Tracking;

/// <summary>What was deleted goes for good, whole, unless something registered comes from it.</summary>
public sealed class PurgeTests
{
    private const string Proxy = "/api/2.0/mlflow-artifacts/artifacts";

    private static readonly string[] TablesOfRuns =
        ["tracking_params", "tracking_tags", "tracking_metrics", "tracking_latest_metrics", "tracking_inputs", "tracking_input_tags", "tracking_run_models"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_deleted_run_goes_with_all_its_rows_and_files_and_the_others_stay()
    {
        await using var server = await TestServer.Start();
        var client = new MlflowClient(server.Admin);
        var experiment = await client.Experiment("e");
        var (gone, active) = (await Whole(server, client, experiment, "gone"), await Whole(server, client, experiment, "active"));
        await client.Post("/runs/update", new { run_id = gone, status = "FINISHED", end_time = 1_700_000_001_000 });
        await client.Post("/runs/delete", new { run_id = gone });
        await Sealed(server, gone);

        Assert.Empty(await Purge(server, new { }));   // thirty days have not passed
        var dry = Assert.Single(await Purge(server, new { olderThanDays = 0, dryRun = true }));
        Assert.Equal((PurgeKind.Run, gone, 2, 11L, null), (dry.Kind, dry.Id, dry.Files, dry.SizeBytes, dry.KeptBecause));
        Assert.Equal(HttpStatusCode.OK, (await server.Admin.GetAsync($"/api/v1/runs/{gone}", Cancel)).StatusCode);
        Assert.Equal(gone, Assert.Single(await Purge(server, new { olderThanDays = 0 })).Id);

        Assert.Equal(HttpStatusCode.NotFound, (await server.Admin.GetAsync($"/api/v1/runs/{gone}", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await server.Admin.GetAsync($"{Proxy}/{experiment}/{gone}/artifacts/model/model.pkl", Cancel)).StatusCode);
        foreach (var table in TablesOfRuns)
            Assert.Equal((table, 1L), (table, await Count(server, $"SELECT count(DISTINCT run_key) FROM {table}")));
        Assert.Equal(0, await Count(server, "SELECT count(*) FROM tracking_seals"));
        Assert.Equal(0, await Count(server, $"SELECT count(*) FROM tracking_files WHERE folder LIKE '%{gone}%' OR name = '{gone}'"));
        Assert.Equal("aaaaaaa", await server.Admin.GetStringAsync($"{Proxy}/{experiment}/{active}/artifacts/model/model.pkl", Cancel));
        Assert.Equal(1, await Count(server, $"SELECT count(*) FROM governance_ledger_events WHERE type = 'run.purged' AND subject = 'run:{gone}'"));
        Assert.True((await RetentionCalls.VerifyLedger(server)).GetProperty("verified").GetBoolean());
    }

    [Fact]
    public async Task A_run_that_a_version_comes_from_stays_and_the_version_outlives_the_sweep_after_a_purge()
    {
        var clock = new HandClock();
        await using var server = await TestServer.Start(adjust: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var client = new MlflowClient(server.Admin);
        var experiment = await client.Experiment("e");
        var (source, other) = (await Whole(server, client, experiment, "source"), await Whole(server, client, experiment, "other", "b"));
        await client.Post("/registered-models/create", new { name = "churn" });
        await client.Post("/model-versions/create", new { name = "churn", source = $"mlflow-artifacts:/{experiment}/{source}/artifacts/model" });
        await client.Post("/experiments/delete", new { experiment_id = experiment });

        var dry = await Purge(server, new { olderThanDays = 0, dryRun = true });
        var done = await Purge(server, new { olderThanDays = 0, limit = 1 });
        Assert.Equal(dry, done);
        Assert.Equal(
            [(other, null), (source, "churn version 1 comes from it"), (experiment, "a run in it stays")],
            done.Select(item => (item.Id, item.KeptBecause)).OrderBy(item => item.KeptBecause is null ? 0 : item.KeptBecause.Length == 17 ? 2 : 1));

        clock.Ahead = TimeSpan.FromDays(2);
        Assert.True(await RetentionCalls.Sweep(server) > 0);
        Assert.Equal("aaaaaaa", await server.Admin.GetStringAsync($"{Proxy}/registry/churn/1/model.pkl", Cancel));
        Assert.Equal("aaaaaaa", await server.Admin.GetStringAsync($"{Proxy}/{experiment}/{source}/artifacts/model/model.pkl", Cancel));
    }

    [Fact]
    public async Task An_experiment_goes_after_its_runs_with_its_logged_models_and_the_first_one_never_goes()
    {
        await using var server = await TestServer.Start();
        var client = new MlflowClient(server.Admin);
        var experiment = await client.Experiment("e");
        await Whole(server, client, experiment, "run");
        var model = (string)(await client.Post("/logged-models", new { experiment_id = experiment, name = "m", tags = new[] { new { key = "a", value = "b" } } }))["model"]!["info"]!["model_id"]!;
        await server.Admin.PutAsync($"{Proxy}/{experiment}/models/{model}/artifacts/MLmodel", new StringContent("x"), Cancel);
        await client.Post("/traces", new { experiment_id = experiment, timestamp_ms = 1, tags = new[] { new { key = "a", value = "b" } }, request_metadata = new[] { new { key = "c", value = "d" } } });
        await client.Post("/api/3.0/mlflow/scorers/register", new { experiment_id = experiment, name = "s", serialized_scorer = "{}" });
        await client.Post("/api/3.0/mlflow/datasets/create", new { name = "questions", experiment_ids = new[] { experiment } });
        await client.Post("/experiments/delete", new { experiment_id = experiment });
        await client.Post("/experiments/delete", new { experiment_id = "0" });

        var done = await Purge(server, new { olderThanDays = 0 });
        Assert.Equal([(PurgeKind.Run, true), (PurgeKind.Experiment, false), (PurgeKind.Experiment, true)], done.Select(item => (item.Kind, item.KeptBecause is null)).Order());
        foreach (var table in new[] { "tracking_experiment_tags", "tracking_datasets", "tracking_models", "tracking_model_tags", "tracking_files", "tracking_runs", "tracking_traces", "tracking_trace_tags", "tracking_trace_metadata", "tracking_scorers", "tracking_evaluation_experiments" })
            Assert.Equal((table, 0L), (table, await Count(server, $"SELECT count(*) FROM {table}")));
        await client.Post("/experiments/restore", new { experiment_id = "0" });
        await client.Experiment("e");   // the name is free again
        Assert.True((await RetentionCalls.VerifyLedger(server)).GetProperty("verified").GetBoolean());
    }

    [Fact]
    public async Task A_run_that_is_brought_back_while_it_is_purged_is_whole_or_gone()
    {
        await using var server = await TestServer.Start();
        var client = new MlflowClient(server.Admin);
        var experiment = await client.Experiment("e");
        var runs = new List<string>();
        for (var i = 0; i < 30; i++)
        {
            runs.Add(await Whole(server, client, experiment, $"run {i}"));
            await client.Post("/runs/delete", new { run_id = runs[i] });
        }

        var purge = Purge(server, new { olderThanDays = 0 });
        var restored = await Task.WhenAll(runs.AsEnumerable().Reverse().Select(async run => (Run: run, (await client.SendPost("/runs/restore", new { run_id = run })).StatusCode)));
        var gone = (await purge).Select(item => item.Id).ToHashSet();

        Assert.Equal(runs.Count, restored.Count(run => run.StatusCode == HttpStatusCode.OK) + gone.Count);
        foreach (var (run, status) in restored)
        {
            Assert.Equal(gone.Contains(run) ? HttpStatusCode.NotFound : HttpStatusCode.OK, status);
            if (status == HttpStatusCode.OK)
                Assert.Equal((1, 1, 1), await Parts(client, run));
        }
    }

    [Fact]
    public async Task Every_hour_what_was_deleted_thirty_days_ago_goes_by_itself()
    {
        var clock = new HandClock();
        await using var server = await TestServer.Start(adjust: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        await server.Admin.PostAsJsonAsync("/api/v1/projects", new { name = "team" }, Cancel);
        var client = new MlflowClient(server.Admin, "team");
        var run = await client.Run("0");
        await client.Post("/runs/delete", new { run_id = run });
        var purge = server.Services.GetServices<IHostedService>().OfType<PurgeClock>().Single();

        clock.Ahead = TimeSpan.FromDays(29.9);
        Assert.Equal(0, await purge.Tick(Cancel));
        clock.Ahead = TimeSpan.FromDays(30.1);
        Assert.Equal(1, await purge.Tick(Cancel));
        Assert.Equal(0, await Count(server, "SELECT count(*) FROM tracking_runs"));
        Assert.Equal(1, await Count(server, "SELECT count(*) FROM governance_ledger_events WHERE type = 'run.purged' AND actor = 'system:purge' AND project = 'team'"));
    }

    [Theory]
    [InlineData("{\"olderThanDays\":-1}")]
    [InlineData("{\"limit\":0}")]
    [InlineData("{\"cursor\":\"Run\"}")]
    [InlineData("{\"cursor\":\"9:1\"}")]
    public async Task A_purge_has_limits_and_administrators_only(string body)
    {
        await using var server = await TestServer.Start();
        Assert.Equal(HttpStatusCode.BadRequest, (await Send(server.Admin, body)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await Send(await server.Client(Role.MlEngineer), "{}")).StatusCode);

        static Task<HttpResponseMessage> Send(HttpClient client, string body) =>
            client.PostAsync("/api/v1/runs/purge", new StringContent(body, System.Text.Encoding.UTF8, "application/json"), Cancel);
    }

    /// <summary>A run that has something in every table, and two files.</summary>
    private static async Task<string> Whole(TestServer server, MlflowClient client, string experiment, string name, string content = "a")
    {
        var run = await client.Run(experiment, new { run_name = name });
        await client.Post("/runs/log-batch", new
        {
            run_id = run,
            metrics = new[] { new { key = "auc", value = 0.5, timestamp = 1, step = 1 } },
            @params = new[] { new { key = "depth", value = "3" } },
            tags = new[] { new { key = "team", value = "risk" } },
        });
        await client.Post("/runs/log-inputs", new
        {
            run_id = run,
            datasets = new[] { new { dataset = new { name = "rows", digest = "d1", source_type = "local", source = "x" }, tags = new[] { new { key = "k", value = "v" } } } },
            models = new[] { new { model_id = "m-1" } },
        });
        foreach (var (path, text) in new[] { ("model/model.pkl", new string(content[0], 7)), ("notes.txt", new string(content[0], 4)) })
            (await server.Admin.PutAsync($"{Proxy}/{experiment}/{run}/artifacts/{path}", new StringContent(text), Cancel)).EnsureSuccessStatusCode();
        return run;
    }

    private static async Task<(int Params, int Metrics, int Datasets)> Parts(MlflowClient client, string run)
    {
        var found = (await client.Get($"/runs/get?run_id={run}"))["run"]!;
        return (found["data"]!["params"]!.AsArray().Count, found["data"]!["metrics"]!.AsArray().Count, found["inputs"]!["dataset_inputs"]!.AsArray().Count);
    }

    // A run that is over is sealed a moment later.
    private static async Task Sealed(TestServer server, string run)
    {
        await ServingHost.Until(async () => await Count(server, $"SELECT count(*) FROM tracking_seals WHERE run_id = '{run}'") > 0);
        Assert.Equal(1, await Count(server, "SELECT count(*) FROM tracking_seals"));
    }

    private static async Task<List<PurgeItem>> Purge(TestServer server, object request)
    {
        var (items, body) = (new List<PurgeItem>(), JsonSerializer.SerializeToNode(request)!.AsObject());
        do
        {
            var page = await RetentionCalls.Read<Page<PurgeItem>>(await server.Admin.PostAsJsonAsync("/api/v1/runs/purge", body, Cancel));
            items.AddRange(page.Items);
            body["cursor"] = page.NextCursor;
        }
        while (body["cursor"] is not null);
        return items;
    }

    private static async Task<long> Count(TestServer server, string sql)
    {
        await using var connection = await server.Database.Open(server.Home);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(await command.ExecuteScalarAsync(Cancel), System.Globalization.CultureInfo.InvariantCulture);
    }
}
