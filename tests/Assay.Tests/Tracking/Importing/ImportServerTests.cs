using Assay.Tests.Tracking.Mlflow;

namespace Assay.Tests.Tracking.Importing;

/// <summary>A running server that speaks MLflow's API comes over, also when the import is killed on the way.</summary>
public sealed class ImportServerTests
{
    private const int Runs = 25;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_comes_over_and_an_import_that_was_killed_is_gone_on_with()
    {
        await using var from = await TestServer.Start();
        await using var to = await TestServer.Start();
        var token = from.Admin.DefaultRequestHeaders.Authorization!.Parameter!;
        var (source, here) = (new MlflowClient(from.Admin), new MlflowClient(to.Admin));
        var runs = await Filled(from, source);

        using (var broken = ImportVerb.Start(to, from.Address.ToString(), token))
        {
            while (!broken.HasExited && await Count(to, "SELECT count(*) FROM tracking_runs WHERE status = 'Finished'") < 3)
                await Task.Delay(20, Cancel);
            broken.Kill();
            await broken.WaitForExitAsync(Cancel);
        }

        var (exit, report, error) = await ImportVerb.Run(to, from.Address.ToString(), token);
        Assert.True(exit == 0, error + report);
        Assert.Equal($"experiments 2/2 runs {Runs}/{Runs} params {Runs}/{Runs} tags {Runs}/{Runs} points {Runs * 1200}/{Runs * 1200} datasets {Runs}/{Runs} files {Runs * 2}/{Runs * 2} bytes {Runs * 12}/{Runs * 12}", ImportVerb.Counts(report));
        Assert.InRange(report.GetProperty("alreadyHere").GetInt32(), 3, Runs);
        foreach (var run in runs.Take(5))
        {
            var path = $"/metrics/get-history?run_id={run}&metric_key=auc&max_results=25000";
            Assert.Equal((await source.Get(path)).ToJsonString(), (await here.Get(path)).ToJsonString());
            var (there, copy) = ((await source.Get($"/runs/get?run_id={run}"))["run"]!, (await here.Get($"/runs/get?run_id={run}"))["run"]!);
            Assert.Equal(there["data"]!.ToJsonString(), copy["data"]!.ToJsonString());
            Assert.Equal(there["inputs"]!.ToJsonString(), copy["inputs"]!.ToJsonString());
        }
    }

    [Fact]
    public async Task A_source_that_does_not_know_the_caller_or_is_none_ends_with_a_sentence()
    {
        await using var server = await TestServer.Start();
        var refused = await ImportVerb.Run(server, server.Address.ToString(), "assay_wrong");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("answered 401", refused.Error, StringComparison.Ordinal);
        var folder = await ImportVerb.Run(server, "/no/such/folder");
        Assert.Contains("is no folder", folder.Error, StringComparison.Ordinal);
        using var empty = new TemporaryFolder();
        Assert.Contains("is no mlruns folder", (await ImportVerb.Run(server, empty.Path)).Error, StringComparison.Ordinal);
    }

    private static async Task<List<string>> Filled(TestServer server, MlflowClient client)
    {
        var (experiment, runs) = (await client.Experiment("churn"), new List<string>());
        for (var i = 0; i < Runs; i++)
        {
            var run = await client.Run(experiment, new { run_name = $"run {i}" });
            for (var part = 0; part < 2; part++)
            {
                await client.Post("/runs/log-batch", new
                {
                    run_id = run,
                    metrics = Enumerable.Range(part * 600, 600).Select(step => new { key = "auc", value = step / 1200.0, timestamp = 1000 + step, step }),
                    @params = new[] { new { key = "depth", value = "3" } },
                });
            }

            await client.Post("/runs/log-inputs", new { run_id = run, datasets = new[] { new { dataset = new { name = "rows", digest = "d1", source_type = "local", source = "x" } } } });
            foreach (var path in new[] { "model/MLmodel", "notes.txt" })
                (await server.Admin.PutAsync($"/api/2.0/mlflow-artifacts/artifacts/{experiment}/{run}/artifacts/{path}", new StringContent("abcdef"), Cancel)).EnsureSuccessStatusCode();
            await client.Post("/runs/update", new { run_id = run, status = "FINISHED", end_time = 1_700_000_060_000 });
            runs.Add(run);
        }

        return runs;
    }

    private static async Task<long> Count(TestServer server, string sql)
    {
        await using var connection = await server.Database.Open(server.Home);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(await command.ExecuteScalarAsync(Cancel), System.Globalization.CultureInfo.InvariantCulture);
    }
}
