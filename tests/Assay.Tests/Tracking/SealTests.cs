using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Tests.Tracking.Mlflow;
using Assay.Tracking;

namespace Assay.Tests.Tracking;

public sealed class SealTests(MlflowServer shared) : IClassFixture<MlflowServer>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_is_sealed_when_it_is_over_and_anybody_can_recompute_the_seal()
    {
        var id = await Logged();
        Assert.Equal((SealState.Open, 0), (await Seal(id)) is var open ? (open.State, open.Times) : default);

        await End(id, "FINISHED");
        var seal = await Until(id, SealState.Sealed);
        var said = Assert.Single(await Events(id, "run.sealed"));
        Assert.Equal(seal.Seal, said.Data.GetProperty("digest").GetString());
        Assert.Equal(said.Data.GetProperty("digest").GetString(), Digest.Of(CanonicalJson.Write(seal.Content)).ToString());
        Assert.Equal("0.1", seal.Content.GetProperty("params").GetProperty("lr").GetString());
        Assert.Equal(Digest.Of("0 1 0.5\n1 2 NaN\n"u8).ToString(), seal.Content.GetProperty("metrics").GetProperty("loss").GetProperty("digest").GetString());
        Assert.Equal(Digest.Of("weights"u8).ToString(), seal.Content.GetProperty("files").GetProperty("model/weights.bin").GetString());
    }

    [Fact]
    public async Task Notes_leave_the_seal_and_whatever_else_a_client_changes_is_sealed_anew_with_who_did_it()
    {
        var id = await Logged();
        await End(id, "FAILED");
        var first = await Until(id, SealState.Sealed);
        await shared.Client.Post("/runs/set-tag", new { run_id = id, key = "mlflow.note.content", value = "what we learned" });
        await shared.Client.Post("/runs/update", new { run_id = id, run_name = "a better name" });
        Assert.Equal((SealState.Sealed, first.Digest), (await Seal(id)) is var noted ? (noted.State, noted.Digest) : default);

        var times = 1;
        foreach (var change in new Func<Task>[]
        {
            () => shared.Client.Post("/runs/log-metric", new { run_id = id, key = "late", value = 1, timestamp = 1 }),
            () => shared.Client.Post("/runs/log-batch", new { run_id = id, @params = new[] { new { key = "late", value = "1" } } }),
            () => shared.Client.Post("/runs/log-inputs", new { run_id = id, datasets = new[] { new { dataset = new { name = "d", digest = "1", source_type = "local", source = "{}" } } } }),
            () => Upload(id, "late.txt", "late"),
        })
        {
            var before = (await Seal(id)).Seal;
            await change();
            var again = await Until(id, SealState.Sealed, ++times);
            var said = (await Events(id, "run.resealed"))[0];
            Assert.Equal((before, again.Seal), (said.Data.GetProperty("before").GetString(), said.Data.GetProperty("digest").GetString()));
            Assert.StartsWith("token:", said.Data.GetProperty("changedBy").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_run_that_is_taken_up_again_loses_its_seal_until_it_is_over_again()
    {
        var id = await Logged();
        await End(id, "KILLED");
        await Until(id, SealState.Sealed);
        await shared.Client.Post("/runs/update", new { run_id = id, status = "RUNNING" });
        await Until(id, SealState.Open);
        Assert.Single(await Events(id, "run.reopened"));

        await End(id, "FINISHED");
        await Until(id, SealState.Sealed);
        Assert.Equal(2, (await Events(id, "run.sealed")).Count);
        Assert.Empty((await Verify(shared.Server)).Problems);
    }

    [Theory]
    [InlineData("UPDATE tracking_params SET value = '0.2' WHERE key = 'lr'", "differs from its seal")]
    [InlineData("UPDATE tracking_metrics SET value = 0.25 WHERE key = 'loss' AND step = 0", "differs from its seal")]
    [InlineData("DELETE FROM tracking_latest_metrics WHERE key = 'loss'", "differs from its seal")]
    [InlineData("UPDATE tracking_runs SET status = 'Failed'", "differs from its seal")]
    [InlineData("DELETE FROM tracking_files WHERE name = 'weights.bin'", "differs from its seal")]
    [InlineData("DELETE FROM tracking_runs", "was deleted from tracking_runs")]
    [InlineData("UPDATE tracking_seals SET digest = 'sha256:0'", "of tracking_seals was changed")]
    [InlineData("DELETE FROM tracking_seals", "was deleted from tracking_seals")]
    public async Task A_sealed_run_that_is_changed_with_a_database_tool_is_reported(string sql, string words)
    {
        await using var server = await TestServer.Start();
        var client = new MlflowClient(server.Admin);
        var id = await Logged(client);
        await End(id, "FINISHED", client);
        await Until(id, SealState.Sealed, server: server);
        Assert.Empty((await Verify(server)).Problems);

        Assert.True(await server.Tamper(sql) > 0, "The tampering changed nothing.");
        Assert.Contains((await Verify(server)).Problems, problem => problem.Contains(id, StringComparison.Ordinal) && problem.Contains(words, StringComparison.Ordinal));
        if (words == "differs from its seal")
            Assert.Equal(SealState.Broken, (await Seal(id, server)).State);
    }

    [Fact]
    public async Task What_a_training_records_is_sealed_as_well()
    {
        var id = Guid.NewGuid().ToString("N");
        var noon = new DateTimeOffset(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);
        await shared.Server.InProject<IRuns, string>("default", runs => runs.Record(
            new(id, "churn", "a training", RunStatus.Finished, noon, noon.AddMinutes(1)) { Metrics = [new("auc", 0.9)] }, Cancel));
        Assert.Equal(1, (await Until(id, SealState.Sealed)).Content.GetProperty("metrics").GetProperty("auc").GetProperty("points").GetInt32());
    }

    private async Task<string> Logged(MlflowClient? client = null)
    {
        client ??= shared.Client;
        var id = await client.Run("0");
        await client.Post("/runs/log-batch", new
        {
            run_id = id,
            metrics = new object[] { new { key = "loss", value = 0.5, timestamp = 1, step = 0 }, new { key = "loss", value = "NaN", timestamp = 2, step = 1 } },
            @params = new[] { new { key = "lr", value = "0.1" } },
            tags = new[] { new { key = "team", value = "risk" } },
        });
        await Upload(id, "model/weights.bin", "weights", client);
        return id;
    }

    private async Task Upload(string id, string path, string text, MlflowClient? client = null)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        await MlflowClient.Expect(await (client ?? shared.Client).Http.PutAsync($"/api/2.0/mlflow-artifacts/artifacts/0/{id}/artifacts/{path}", content, Cancel));
    }

    private Task<System.Text.Json.Nodes.JsonObject> End(string id, string status, MlflowClient? client = null) =>
        (client ?? shared.Client).Post("/runs/update", new { run_id = id, status, end_time = 1_700_000_001_000 });

    private async Task<SealSummary> Seal(string id, TestServer? server = null) =>
        (await (server ?? shared.Server).Admin.GetFromJsonAsync<SealSummary>($"/api/v1/runs/{id}/seal", AssayJson.Options, Cancel))!;

    private async Task<SealSummary> Until(string id, SealState state, int times = 0, TestServer? server = null)
    {
        for (var waited = Stopwatch.StartNew(); ; await Task.Delay(50, Cancel))
        {
            var seal = await Seal(id, server);
            if (seal.State == state && seal.Times >= times)
                return seal;
            Assert.True(waited.Elapsed < Patience, $"The run is {seal.State} after {waited.Elapsed.TotalSeconds:0} s, sealed {seal.Times} times.");
        }
    }

    // The newest first.
    private async Task<IReadOnlyList<LedgerEntry>> Events(string id, string type)
    {
        await Verify(shared.Server);   // so that each has its place
        return (await shared.Server.Admin.GetFromJsonAsync<Page<LedgerEntry>>($"/api/v1/ledger?type={type}&subject=run:{id}", AssayJson.Options, Cancel))!.Items;
    }

    private static async Task<LedgerVerification> Verify(TestServer server)
    {
        using var answer = await server.Admin.PostAsync("/api/v1/ledger/verify", null, Cancel);
        return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<LedgerVerification>(AssayJson.Options, Cancel))!;
    }
}
