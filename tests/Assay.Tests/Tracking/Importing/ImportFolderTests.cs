using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Assay.Governance.Access;
using Assay.Tests.Governance;
using Assay.Tests.Registry.Retention;
using Assay.Tests.Tracking.Mlflow;

namespace Assay.Tests.Tracking.Importing;

/// <summary>An mlruns folder comes over whole, again and again the same, and nothing outside of it is read.</summary>
public sealed class ImportFolderTests
{
    private const string Churn = "937451208301465281";   // a file store's ids have eighteen digits

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_folder_comes_over_with_ids_times_histories_datasets_and_files()
    {
        await using var server = await TestServer.Start();
        var client = new MlflowClient(server.Admin);
        using var mlruns = Filled();

        var (exit, report, error) = await ImportVerb.Run(server, mlruns.Root);
        Assert.True(exit == 0, error + report);
        Assert.Equal("experiments 2/2 runs 2/2 params 2/2 tags 4/4 points 5/5 datasets 1/1 files 2/2 bytes 12/12", ImportVerb.Counts(report));

        var run = (await client.Get($"/runs/get?run_id={MlrunsFolder.Id(1)}"))["run"]!;
        Assert.Equal(("first", "FINISHED", "anna", 1_700_000_000_000, 1_700_000_060_000), Info(run["info"]!));
        Assert.Equal("3", (string)run["data"]!["params"]!.AsArray().Single(param => (string)param!["key"]! == "depth")!["value"]!);
        Assert.Equal("rows", (string)run["inputs"]!["dataset_inputs"]![0]!["dataset"]!["name"]!);
        Assert.Equal("training", (string)run["inputs"]!["dataset_inputs"]![0]!["tags"]![0]!["value"]!);
        var history = (await client.Get($"/metrics/get-history?run_id={MlrunsFolder.Id(1)}&metric_key=eval/auc"))["metrics"]!.AsArray();
        Assert.Equal([(0, 10, "0.5"), (1, 11, "\"NaN\""), (2, 12, "0.75")], history.Select(point => ((int)(point!["step"] ?? 0)!, (int)point["timestamp"]!, point["value"]!.ToJsonString())));
        var child = (await client.Get($"/runs/get?run_id={MlrunsFolder.Id(2)}"))["run"]!;
        Assert.Equal(MlrunsFolder.Id(1), (string)child["data"]!["tags"]!.AsArray().Single(tag => (string)tag!["key"]! == "mlflow.parentRunId")!["value"]!);
        Assert.Equal("flavors", await server.Admin.GetStringAsync($"/api/v1/runs/{MlrunsFolder.Id(1)}/files/model/MLmodel", Cancel));
        var id = (string)(await client.Get("/experiments/get-by-name?experiment_name=churn"))["experiment"]!["experiment_id"]!;
        Assert.Equal(2, (await client.Post("/runs/search", new { experiment_ids = new[] { id } }))["runs"]!.AsArray().Count);
        Assert.Empty(await client.Post("/runs/search", new { experiment_ids = new[] { Churn } }));   // here it has another id
        await client.IsMissing(Churn, $"/experiments/get?experiment_id={Churn}");

        var again = await ImportVerb.Run(server, mlruns.Root);
        Assert.Equal((0, 2), (again.ExitCode, again.Report.GetProperty("alreadyHere").GetInt32()));
        Assert.Equal(ImportVerb.Counts(report), ImportVerb.Counts(again.Report));
        var events = await Events(server, MlrunsFolder.Id(1));
        Assert.Equal(["run.import-started", "run.imported"], events.Select(one => (string)one!["type"]!).Where(type => type.Contains("import", StringComparison.Ordinal)).Order());
        Assert.True((await RetentionCalls.VerifyLedger(server)).GetProperty("verified").GetBoolean());
    }

    [Fact]
    public async Task Versions_are_registered_anew_from_the_files_of_their_runs_and_stages_and_aliases_are_only_named()
    {
        await using var server = await TestServer.Start();
        var client = new MlflowClient(server.Admin);
        using var mlruns = Filled();
        var model = Path.Combine(mlruns.Root, "models", "churn");
        MlrunsFolder.Write(model, "meta.yaml", "creation_timestamp: 1700000000000\ndescription: who leaves\nlast_updated_timestamp: 1700000000000\nname: churn\n");
        MlrunsFolder.Write(model, "aliases/champion", "2");
        MlrunsFolder.Write(model, "version-2/meta.yaml", $"current_stage: Production\ndescription: better\nname: churn\nrun_id: {MlrunsFolder.Id(1)}\nsource: file:///tmp/mlruns/{Churn}/{MlrunsFolder.Id(1)}/artifacts/model\nversion: '2'\n");
        MlrunsFolder.Write(model, "version-2/tags/team", "risk");
        MlrunsFolder.Write(model, "version-3/meta.yaml", "current_stage: None\nname: churn\nrun_id: ''\nsource: s3://elsewhere/model\nversion: 3\n");

        var (exit, report, error) = await ImportVerb.Run(server, mlruns.Root, null, "--models");
        Assert.True(exit == 1, error + report);
        Assert.EndsWith("versions 2/1", ImportVerb.Counts(report), StringComparison.Ordinal);
        var versions = report.GetProperty("versions").EnumerateArray().ToList();
        Assert.Equal((2, 1, "Production", "champion"), (versions[0].GetProperty("sourceVersion").GetInt32(), versions[0].GetProperty("version").GetInt32(), versions[0].GetProperty("stage").GetString()!, versions[0].GetProperty("aliases")[0].GetString()!));
        Assert.Contains("s3://elsewhere/model", versions[1].GetProperty("reason").GetString(), StringComparison.Ordinal);

        var version = (await client.Get("/model-versions/get?name=churn&version=1"))["model_version"]!;
        Assert.Equal(("None", "better", MlrunsFolder.Id(1)), ((string)version["current_stage"]!, (string)version["description"]!, (string)version["run_id"]!));
        Assert.Equal("flavors", await server.Admin.GetStringAsync("/api/2.0/mlflow-artifacts/artifacts/registry/churn/1/MLmodel", Cancel));
        var again = await ImportVerb.Run(server, mlruns.Root, null, "--models");
        Assert.Equal(1, again.Report.GetProperty("versions")[0].GetProperty("version").GetInt32());
        Assert.Single((await client.Get("/model-versions/search?filter=name%3D'churn'"))["model_versions"]!.AsArray());
    }

    [Fact]
    public async Task Links_are_not_followed_out_of_the_folder()
    {
        await using var server = await TestServer.Start();
        using var mlruns = Filled();
        using var elsewhere = new TemporaryFolder();
        await File.WriteAllTextAsync(Path.Combine(elsewhere.Path, "secret.txt"), "secret", Cancel);
        var run = Path.Combine(mlruns.Root, Churn, MlrunsFolder.Id(1));
        File.CreateSymbolicLink(Path.Combine(run, "artifacts", "secret.txt"), Path.Combine(elsewhere.Path, "secret.txt"));
        Directory.CreateSymbolicLink(Path.Combine(run, "artifacts", "model", "inner"), elsewhere.Path);
        Directory.CreateSymbolicLink(Path.Combine(run, "params", "outside"), elsewhere.Path);
        MlrunsFolder.Write(run, "inputs/in-x/meta.yaml", "source_id: ../../../secret\nsource_type: DATASET\n");

        var (exit, report, error) = await ImportVerb.Run(server, mlruns.Root);
        Assert.True(exit == 0, error);
        Assert.Contains("files 2/2", ImportVerb.Counts(report), StringComparison.Ordinal);
        Assert.Contains("1 symbolic links", report.GetProperty("notices")[0].GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", await server.Admin.GetStringAsync($"/api/v1/runs/{MlrunsFolder.Id(1)}", Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_deleted_comes_only_when_asked_for_and_can_be_restored()
    {
        await using var server = await TestServer.Start();
        using var mlruns = Filled();
        var (exit, report, error) = await ImportVerb.Run(server, mlruns.Root, null, "--include-deleted");
        Assert.True(exit == 0, error + report);
        Assert.StartsWith("experiments 3/3 runs 4/4", ImportVerb.Counts(report), StringComparison.Ordinal);
        Assert.True((await Run(server, 3))["isDeleted"]!.GetValue<bool>());
        Assert.True((await Run(server, 4))["isDeleted"]!.GetValue<bool>());
        await new MlflowClient(server.Admin).Post("/runs/restore", new { run_id = MlrunsFolder.Id(3) });
        Assert.False((await Run(server, 3))["isDeleted"]!.GetValue<bool>());

        var named = await ImportVerb.Run(server, mlruns.Root, null, "--experiment", "churn", "--project", "default");
        Assert.StartsWith("experiments 1/1 runs 2/2", ImportVerb.Counts(named.Report), StringComparison.Ordinal);
        var unknown = await ImportVerb.Run(server, mlruns.Root, null, "--experiment", "none");
        Assert.Equal(1, unknown.ExitCode);
        Assert.Contains("no experiment 'none'", unknown.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_broken_off_is_finished_and_what_differs_is_said()
    {
        await using var server = await TestServer.Start();
        using var mlruns = Filled();
        var experiment = JsonNode.Parse(await (await server.Admin.PostAsJsonAsync("/api/v1/experiments/import", new { name = "churn" }, Cancel)).Content.ReadAsStringAsync(Cancel))!["id"]!;
        var begun = await server.Admin.PutAsJsonAsync($"/api/v1/runs/{MlrunsFolder.Id(1)}", new { experimentId = (string)experiment!, source = "folder", startedAtMilliseconds = 1_700_000_000_000 }, Cancel);
        Assert.Equal(HttpStatusCode.OK, begun.StatusCode);
        using var points = await server.Admin.PostAsJsonAsync($"/api/v1/runs/{MlrunsFolder.Id(1)}/import/points", new { points = new[] { new { key = "eval/auc", step = 0, atMilliseconds = 10, value = 0.5 } } }, Cancel);
        Assert.Equal(HttpStatusCode.OK, points.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await server.Admin.PutAsync($"/api/v1/runs/{MlrunsFolder.Id(1)}/files/model/MLmodel", new StringContent("flavors"), Cancel)).StatusCode);
        Assert.Equal("running", (string)(await Run(server, 1))["status"]!);

        var (exit, report, error) = await ImportVerb.Run(server, mlruns.Root);
        Assert.True(exit == 0, error + report);
        Assert.Equal("finished", (string)(await Run(server, 1))["status"]!);

        await server.Tamper("DELETE FROM tracking_params WHERE key = 'depth'");
        var differs = await ImportVerb.Run(server, mlruns.Root);
        Assert.Equal(1, differs.ExitCode);
        Assert.Contains("params 2/1", ImportVerb.Counts(differs.Report), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_was_logged_here_or_can_not_be_kept_stays_out_and_the_others_come()
    {
        await using var server = await TestServer.Start();
        using var mlruns = Filled();
        await ImportVerb.Run(server, mlruns.Root, null, "--project", "default", "--experiment", "churn");
        await server.Admin.PostAsJsonAsync("/api/v1/projects", new { name = "other" }, Cancel);
        MlrunsFolder.Write(MlrunsFolder.Run(Path.Combine(mlruns.Root, Churn), MlrunsFolder.Id(9), "odd"), "params/a%b", "1");

        var (exit, report, _) = await ImportVerb.Run(server, mlruns.Root, null, "--project", "other");
        Assert.Equal(1, exit);
        var reasons = report.GetProperty("failures").EnumerateArray().ToDictionary(failure => failure.GetProperty("run").GetString()!, failure => failure.GetProperty("reason").GetString()!);
        Assert.Contains("in another project", reasons[MlrunsFolder.Id(1)], StringComparison.Ordinal);
        Assert.Contains("'a%b' is no name", reasons[MlrunsFolder.Id(9)], StringComparison.Ordinal);
        Assert.StartsWith("experiments 2/2 runs 3/0", ImportVerb.Counts(report), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_import_asks_for_the_right_to_write_to_the_experiment_and_writes_over_nothing()
    {
        await using var server = await TestServer.Start();
        var client = new MlflowClient(server.Admin);
        var run = await client.Run("0");
        var body = new { experimentId = "0", source = "x" };
        Assert.Equal(HttpStatusCode.Conflict, (await server.Admin.PutAsJsonAsync($"/api/v1/runs/{run}", body, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.Admin.PutAsJsonAsync("/api/v1/runs/ABC", body, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await server.Admin.PutAsJsonAsync($"/api/v1/runs/{MlrunsFolder.Id(7)}", body with { experimentId = "77" }, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.Admin.PutAsJsonAsync($"/api/v1/runs/{MlrunsFolder.Id(7)}", new { experimentId = "0", source = "x", @params = new Dictionary<string, string> { ["../a"] = "1" } }, Cancel)).StatusCode);
        var member = await server.Member(Role.DataScientist, "default", "experiments/0");
        Assert.Equal(HttpStatusCode.OK, (await member.PostAsJsonAsync("/api/v1/experiments/import", new { name = "Default" }, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await member.PutAsJsonAsync($"/api/v1/runs/{MlrunsFolder.Id(8)}", body, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await member.PostAsJsonAsync("/api/v1/experiments/import", new { name = "another" }, Cancel)).StatusCode);
        var elsewhere = await client.Experiment("elsewhere");
        Assert.Equal(HttpStatusCode.Forbidden, (await member.PostAsJsonAsync("/api/v1/experiments/import", new { name = "elsewhere" }, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await member.PutAsJsonAsync($"/api/v1/runs/{MlrunsFolder.Id(7)}", body with { experimentId = elsewhere }, Cancel)).StatusCode);
        var viewer = await server.Client(Role.Viewer);
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.PutAsJsonAsync($"/api/v1/runs/{MlrunsFolder.Id(7)}", body, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.PutAsync($"/api/v1/runs/{run}/files/a.txt", new StringContent("x"), Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.Admin.PutAsync($"/api/v1/runs/{run}/files/..%2f..%2fa.txt", new StringContent("x"), Cancel)).StatusCode);
    }

    private static (string Name, string Status, string User, long Started, long Ended) Info(JsonNode info) =>
        ((string)info["run_name"]!, (string)info["status"]!, (string)info["user_id"]!, (long)info["start_time"]!, (long)info["end_time"]!);

    private static async Task<JsonObject> Run(TestServer server, int number) =>
        JsonNode.Parse(await server.Admin.GetStringAsync($"/api/v1/runs/{MlrunsFolder.Id(number)}", Cancel))!.AsObject();

    private static async Task<JsonArray> Events(TestServer server, string run) =>
        JsonNode.Parse(await server.Admin.GetStringAsync($"/api/v1/ledger?subject=run:{run}", Cancel))!["items"]!.AsArray();

    /// <summary>Two experiments with a run and its child, a deleted run, and a deleted experiment with a run.</summary>
    private static MlrunsFolder Filled()
    {
        var mlruns = new MlrunsFolder();
        mlruns.Experiment("0", "Default");
        var churn = mlruns.Experiment(Churn, "churn");
        MlrunsFolder.Write(churn, "tags/team", "risk");
        var first = MlrunsFolder.Run(churn, MlrunsFolder.Id(1), "first");
        MlrunsFolder.Write(first, "params/depth", "3");
        MlrunsFolder.Write(first, "params/model/kind", "forest");
        MlrunsFolder.Write(first, "metrics/eval/auc", "10 0.5 0\n11 nan 1\n12 0.75 2\n12 0.75 2\n");
        MlrunsFolder.Write(first, "metrics/loss", "10 inf 0\n20 1e-3\n");
        MlrunsFolder.Write(first, "tags/note", "zwei\nZeilen ü");
        MlrunsFolder.Write(first, "artifacts/model/MLmodel", "flavors");
        MlrunsFolder.Write(first, "artifacts/.hidden", "12345");
        MlrunsFolder.Dataset(churn, first, "abc", "rows");
        var child = MlrunsFolder.Run(churn, MlrunsFolder.Id(2), "child", status: 4);
        MlrunsFolder.Write(child, "tags/mlflow.parentRunId", MlrunsFolder.Id(1));
        MlrunsFolder.Run(churn, MlrunsFolder.Id(3), "deleted", stage: "deleted");
        MlrunsFolder.Run(mlruns.Experiment("2", "old", "deleted"), MlrunsFolder.Id(4), "old run", stage: "deleted");
        return mlruns;
    }
}
