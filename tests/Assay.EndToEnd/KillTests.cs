using System.Diagnostics;
using System.Text.Json;
using Assay.EndToEnd.Processes;

namespace Assay.EndToEnd;

/// <summary>A crash at any moment loses nothing that was acknowledged, and the next start is clean.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Kills = 20;
    private const int KillsPerHome = 5;

    // On a busy machine a quickstart takes longer than this; its last stages are then left to the runs that go on from a kill.
    private static readonly TimeSpan MomentMax = TimeSpan.FromSeconds(20);

    // Generous: a machine may be busy, and how fast a start is has its own measurement.
    private static readonly TimeSpan StartMax = TimeSpan.FromMinutes(3);

    // Live counts are stored every two seconds.
    private static readonly TimeSpan CountsAreStored = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Each kill comes at a random moment within the duration of a whole quickstart. A home is killed several times in a
    /// row, since a recovery may be killed too, and must complete a quickstart in the end.
    /// </summary>
    [Fact]
    public async Task Quickstart_survives_kill_9_at_twenty_random_moments()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var whole = await Measure();
        for (var kills = 0; kills < Kills;)
            kills += await KillAndRecover(random, whole, Math.Min(KillsPerHome, Kills - kills));
    }

    /// <summary>A moment that random ones seldom hit: shifted rows are in the database, and no window has them yet.</summary>
    [Fact]
    public async Task Rows_that_were_sent_before_a_kill_are_no_part_of_the_next_quickstarts_replay()
    {
        using var folder = new TemporaryFolder();
        var table = folder.WriteSmallTable(rows: 300);
        await Complete(table, folder.Home);

        await using (var server = AssayProcess.Start("up", "--home", folder.Home, "--port", "0", "--metrics-port", "0", "--json"))
        {
            await server.WaitForLine("\"address\"", StartMax);
            var rows = string.Join(',', Enumerable.Repeat("[95,300,\"Graz\"]", 300));
            Finished sent;
            for (var attempt = 0; (sent = await AssayProcess.Run("predict", "small", $"[{rows}]", "--home", folder.Home)).ExitCode != 0; attempt++)
                Assert.True(attempt < 20, sent.ToString());   // the endpoint loads its model after the start
            await Task.Delay(CountsAreStored, TestContext.Current.CancellationToken);
            await server.KillNow();
        }

        await Complete(table, folder.Home);
    }

    private static async Task<TimeSpan> Measure()
    {
        using var folder = new TemporaryFolder();
        var watch = Stopwatch.StartNew();
        await Complete(folder.WriteSmallTable(rows: 300), folder.Home);
        return watch.Elapsed < MomentMax ? watch.Elapsed : MomentMax;
    }

    /// <returns>How often the home was killed; a quickstart that was done before its moment is a recovery that completed.</returns>
    private async Task<int> KillAndRecover(Random random, TimeSpan whole, int killsMax)
    {
        using var folder = new TemporaryFolder();
        var table = folder.WriteSmallTable(rows: 300);
        for (var kill = 0; kill < killsMax; kill++)
        {
            await using var process = AssayProcess.Start(Quickstart(table, folder.Home));
            var moment = whole * random.NextDouble();
            await Task.Delay(moment, TestContext.Current.CancellationToken);
            if (process.HasExited)
            {
                var done = await process.Finish(TimeSpan.FromMinutes(1));
                Assert.True(done.ExitCode == 0, done.ToString());
                return kill;
            }

            output.WriteLine($"killed after {moment.TotalSeconds:0.00} s");
            await process.KillNow();
            if (Directory.Exists(folder.Home))
                await CheckHome(folder.Home);
        }

        await Complete(table, folder.Home);
        return killsMax;
    }

    private static async Task Complete(string table, string home)
    {
        var finished = await AssayProcess.Run(Quickstart(table, home));
        Assert.True(finished.ExitCode == 0, finished.ToString());
        Assert.True(JsonDocument.Parse(finished.Output).RootElement.GetProperty("ledger").GetProperty("verified").GetBoolean());
    }

    /// <summary>The ledger holds, and every version that is visible is whole: its signature and all its files verify.</summary>
    private static async Task CheckHome(string home)
    {
        await using var server = AssayProcess.Start("up", "--home", home, "--port", "0", "--metrics-port", "0", "--json");
        await server.WaitForLine("\"address\"", StartMax);

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
