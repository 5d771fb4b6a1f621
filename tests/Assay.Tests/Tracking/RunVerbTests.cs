using System.Text.Json;
using Assay.Tests.Tracking.Mlflow;

namespace Assay.Tests.Tracking;

/// <summary>The verbs about experiments and runs, each in a process of its own.</summary>
public sealed class RunVerbTests(MlflowServer shared) : IClassFixture<MlflowServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Experiments_and_runs_are_listed_compared_copied_and_deleted_from_the_command_line()
    {
        var created = Json(await Run("experiments", "create", "verbs", "--json"));
        var experiment = created.GetProperty("id").GetString()!;
        var (first, second) = (await Logged(experiment, "first", 0.7, "3"), await Logged(experiment, "second", 0.9, "5"));
        (await shared.Server.Admin.PutAsync($"/api/2.0/mlflow-artifacts/artifacts/{experiment}/{first}/artifacts/model/MLmodel", new StringContent("flavors"), Cancel)).EnsureSuccessStatusCode();

        var list = await Run("runs", "list", "--experiment", "verbs", "--filter", "metrics.auc > 0.5", "--order-by", "metrics.auc DESC");
        Assert.True(list.Output.IndexOf("second", StringComparison.Ordinal) < list.Output.IndexOf("first", StringComparison.Ordinal), list.Output + list.Error);
        var wrong = await Run("runs", "list", "-e", "verbs", "--filter", "auc > 0.5");
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("Invalid attribute key 'auc'", wrong.Error, StringComparison.Ordinal);

        var rows = Json(await Run("runs", "compare", first, second, "--json")).GetProperty("rows").EnumerateArray().ToList();
        Assert.Equal([("auc", true), ("depth", true), ("seed", false)], rows.Select(row => (row.GetProperty("key").GetString()!, row.GetProperty("differs").GetBoolean())));
        Assert.Equal(3, Json(await Run("runs", "metric", first, "auc", "--all", "--json")).GetArrayLength());
        Assert.Contains("MLmodel", (await Run("runs", "files", first, "model")).Output, StringComparison.Ordinal);

        Assert.Contains("Content sha256:", (await Run("runs", "seal", first)).Output, StringComparison.Ordinal);

        using var folder = new TemporaryFolder();
        var copied = await Run("runs", "download", first, "--to", folder.Path);
        Assert.Equal("flavors", await File.ReadAllTextAsync(Path.Combine(folder.Path, "model", "MLmodel"), Cancel));
        var again = await Run("run", "download", first, "model/MLmodel", "--to", folder.Path);
        Assert.Equal((0, 1), (copied.ExitCode, again.ExitCode));

        Assert.True(Json(await Run("runs", "delete", first, "--json")).GetProperty("isDeleted").GetBoolean());
        Assert.Contains("deleted", (await Run("runs", "show", first)).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await Run("runs", "restore", first)).ExitCode);
        Assert.Equal(0, (await Run("experiments", "delete", "verbs")).ExitCode);
        Assert.Contains("verbs", (await Run("experiments", "list", "--deleted")).Output, StringComparison.Ordinal);
        Assert.Equal(2, Json(await Run("experiments", "restore", "verbs", "--json")).GetProperty("runs").GetInt32());
        Assert.Equal(0, (await Run("runs", "delete", second)).ExitCode);
        Assert.Equal("run", Json(await Run("runs", "purge", "--older-than", "0", "--dry-run", "--json"))[0].GetProperty("kind").GetString());
        Assert.Contains("1 are gone", (await Run("runs", "purge", "--older-than", "0")).Output, StringComparison.Ordinal);
        Assert.Contains("Nothing was deleted so long ago.", (await Run("runs", "purge")).Output, StringComparison.Ordinal);
        Assert.Contains("There is no experiment 'none'", (await Run("experiments", "show", "none")).Error, StringComparison.Ordinal);
    }

    private async Task<string> Logged(string experiment, string name, double auc, string depth)
    {
        var run = await shared.Client.Run(experiment, new { run_name = name });
        await shared.Client.Post("/runs/log-batch", new
        {
            run_id = run,
            metrics = Enumerable.Range(0, 3).Select(step => new { key = "auc", value = auc - 0.1 + (step * 0.05), timestamp = 1, step }),
            @params = new[] { new { key = "depth", value = depth }, new { key = "seed", value = "1" } },
        });
        return run;
    }

    private static JsonElement Json((int ExitCode, string Output, string Error) done)
    {
        Assert.True(done.ExitCode == 0, done.Error);
        return JsonDocument.Parse(done.Output).RootElement;
    }

    private Task<(int ExitCode, string Output, string Error)> Run(params string[] arguments) => CommandLine.Run(shared.Server, arguments);
}
