using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.EndToEnd.Processes;

namespace Assay.EndToEnd;

/// <summary>The prediction log loses at most its last moment when the server is killed, and what was on its way becomes a file.</summary>
public sealed class PredictionKillTests(ITestOutputHelper output)
{
    private const string Calls = "/api/v1/endpoints/small/predictions";

    // What the log may lose is a fifth of a second; a busy machine gets some more.
    private static readonly TimeSpan Lost = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan StartMax = TimeSpan.FromMinutes(3);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_that_were_answered_two_seconds_before_kill_9_are_in_the_log_after_the_next_start()
    {
        using var folder = new TemporaryFolder();
        var done = await AssayProcess.Run(
            "quickstart", "--home", folder.Home, "--data", folder.WriteSmallTable(rows: 300), "--label", "bought", "--port", "0", "--metrics-port", "0", "--exit", "--json");
        Assert.True(done.ExitCode == 0, done.ToString());

        var answered = new List<(string Id, DateTimeOffset At)>();
        await using (var server = Start(folder.Home))
        {
            using var client = await Connect(server, folder.Home);
            var asking = Ask(client, answered);
            await Task.Delay(TimeSpan.FromSeconds(6), Cancel);
            await server.KillNow();
            await asking;
        }

        var killed = TimeProvider.System.GetUtcNow();
        await using var next = Start(folder.Home);
        using var reader = await Connect(next, folder.Home);
        var logged = await Logged(reader);
        output.WriteLine($"{answered.Count} calls were answered, {logged.Count} are logged");
        var safe = answered.Where(call => killed - call.At > Lost).Select(call => call.Id).ToList();
        Assert.True(safe.Count > 20, "Too few calls to prove anything.");
        Assert.Empty(safe.Except(logged));
    }

    private static AssayProcess Start(string home) => AssayProcess.Start("up", "--home", home, "--port", "0", "--metrics-port", "0", "--json");

    private static async Task<HttpClient> Connect(AssayProcess server, string home)
    {
        var line = await server.WaitForLine("\"address\"", StartMax);
        var address = (string)JsonNode.Parse(line.Contains('{', StringComparison.Ordinal) ? line : $"{{{line.TrimEnd(',')}}}")!["address"]!;
        var client = new HttpClient { BaseAddress = new(address) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(Path.Combine(home, "admin-token"), Cancel)).Trim());
        return client;
    }

    private static async Task Ask(HttpClient client, List<(string Id, DateTimeOffset At)> answered)
    {
        while (true)
        {
            try
            {
                using var body = new StringContent("[[30,300,\"Graz\"]]", Encoding.UTF8, "application/json");
                using var answer = await client.PostAsync("/endpoints/small/predict", body, Cancel);
                if (answer.IsSuccessStatusCode)
                    answered.Add((answer.Headers.GetValues("Assay-Request-Id").Single(), TimeProvider.System.GetUtcNow()));
                await Task.Delay(5, Cancel);
            }
            catch (Exception gone) when (gone is HttpRequestException or System.Net.Sockets.SocketException)   // killed
            {
                return;
            }
        }
    }

    private static async Task<HashSet<string>> Logged(HttpClient client)
    {
        var (ids, cursor) = (new HashSet<string>(), "");
        while (cursor is not null)
        {
            using var page = JsonDocument.Parse(await client.GetStringAsync($"{Calls}?limit=200{cursor}", Cancel));
            ids.UnionWith(page.RootElement.GetProperty("items").EnumerateArray().Select(call => call.GetProperty("id").GetString()!));
            cursor = page.RootElement.GetProperty("nextCursor").GetString() is { } next ? $"&cursor={Uri.EscapeDataString(next)}" : null;
        }

        return ids;
    }
}
