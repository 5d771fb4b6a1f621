using System.Text.Json;
using Assay.EndToEnd.Processes;

namespace Assay.EndToEnd;

/// <summary>A crash at any moment loses nothing that was acknowledged, and the next start is clean.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Homes = 4;
    private const int KillsPerHome = 5;

    /// <summary>
    /// Twenty kills in all, each at a random moment up to the duration of a whole quickstart. Each home is killed several
    /// times in a row, since a recovery may be killed too, and must complete a quickstart in the end.
    /// </summary>
    [Fact]
    public async Task Quickstart_survives_kill_9_at_twenty_random_moments()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var home = 0; home < Homes; home++)
            await KillAndRecover(random);
    }

    private async Task KillAndRecover(Random random)
    {
        using var folder = new TemporaryFolder();
        var table = folder.WriteSmallTable(rows: 300);
        var whole = TimeSpan.FromSeconds(14);
        for (var kill = 0; kill < KillsPerHome; kill++)
        {
            await using (var process = AssayProcess.Start(Quickstart(table, folder.Home)))
            {
                var moment = whole * random.NextDouble();
                await Task.Delay(moment, TestContext.Current.CancellationToken);
                output.WriteLine($"killed after {moment.TotalSeconds:0.00} s; ended by itself before: {process.HasExited}");
                await process.KillNow();
            }

            if (Directory.Exists(folder.Home))
                await CheckHome(folder.Home);
        }

        var finished = await AssayProcess.Run(Quickstart(table, folder.Home));
        Assert.True(finished.ExitCode == 0, finished.ToString());
        Assert.True(JsonDocument.Parse(finished.Output).RootElement.GetProperty("ledger").GetProperty("verified").GetBoolean());
    }

    /// <summary>The ledger holds, and every version that is visible is whole: its signature and all its files verify.</summary>
    private static async Task CheckHome(string home)
    {
        await using var server = AssayProcess.Start("up", "--home", home, "--port", "0", "--metrics-port", "0", "--json");
        await server.WaitForLine("\"address\"", TimeSpan.FromSeconds(60));

        var ledger = await AssayProcess.Run("ledger", "verify", "--home", home, "--json");
        Assert.True(ledger.ExitCode == 0, ledger.ToString());

        var models = await AssayProcess.Run("model", "list", "--home", home, "--json");
        Assert.True(models.ExitCode == 0, models.ToString());
        foreach (var model in JsonDocument.Parse(models.Output).RootElement.EnumerateArray())
        {
            for (var version = 1; version <= model.GetProperty("latestVersion").GetInt32(); version++)
            {
                var verified = await AssayProcess.Run("model", "verify", $"models:/{model.GetProperty("name").GetString()}/{version}", "--home", home);
                Assert.True(verified.ExitCode == 0, verified.ToString());
            }
        }
    }

    private static string[] Quickstart(string table, string home) =>
        ["quickstart", "--data", table, "--label", "bought", "--home", home, "--port", "0", "--metrics-port", "0", "--exit", "--json"];
}
