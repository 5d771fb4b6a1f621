using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Assay.EndToEnd.Processes;

namespace Assay.EndToEnd;

/// <summary>
/// Kills a server that many clients log runs to: what was acknowledged is there, no run is half there, and each is what its
/// seal says. <c>ASSAY_TEST_KILLS=50</c> kills it so many times.
/// </summary>
public sealed class TrackingKillTests(ITestOutputHelper output)
{
    private static readonly int? KillsAsked = int.TryParse(Environment.GetEnvironmentVariable("ASSAY_TEST_KILLS"), out var asked) ? asked : null;
    private static readonly int Kills = KillsAsked ?? 5;
    private const int KillsMin = 2;
    private const int Clients = 8;
    private const int PointsOfRun = 20;
    private const string Api = "/api/2.0/mlflow";

    // A busy machine gets fewer kills, not a longer test.
    private static readonly TimeSpan Whole = TimeSpan.FromSeconds(35);
    private static readonly TimeSpan StartMax = TimeSpan.FromMinutes(3);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_that_was_acknowledged_is_lost_by_kill_9_under_load()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var folder = new TemporaryFolder();
        var acknowledged = new ConcurrentDictionary<string, int>();   // by run, how many points
        var finished = new ConcurrentBag<string>();
        var watch = Stopwatch.StartNew();
        for (var kill = 0; kill < Kills && (kill < (KillsAsked ?? KillsMin) || watch.Elapsed < Whole); kill++)
        {
            await using var server = Start(folder.Home);
            using var client = await Connect(server, folder.Home);
            await Check(client, acknowledged);
            var logging = Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Log(client, acknowledged, finished)));
            await Task.Delay(random.Next(200, 3000), Cancel);
            await server.KillNow();
            await logging;
            output.WriteLine($"{acknowledged.Values.Sum()} points of {acknowledged.Count} runs were acknowledged");
        }

        await using var last = Start(folder.Home);
        using var reader = await Connect(last, folder.Home);
        await Check(reader, acknowledged);
        Assert.True(acknowledged.Values.Sum() > 100, "Too little was logged to prove anything.");
        await Sealed(reader, finished.First());
        using var verified = await reader.PostAsync("/api/v1/ledger/verify", null, Cancel);
        Assert.Empty((await verified.Content.ReadFromJsonAsync<JsonObject>(Cancel))!["problems"]!.AsArray());
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

    /// <summary>Makes runs and logs points to each, one after the other, until the server is gone.</summary>
    private static async Task Log(HttpClient client, ConcurrentDictionary<string, int> acknowledged, ConcurrentBag<string> finished)
    {
        try
        {
            while (true)
            {
                var made = await Post(client, "/runs/create", new { experiment_id = "0", run_name = "kill", tags = Enumerable.Range(0, 5).Select(number => new { key = $"t{number}", value = "v" }) });
                var id = (string)made["run"]!["info"]!["run_id"]!;
                acknowledged[id] = 0;
                for (var step = 0; step < PointsOfRun; step++)
                {
                    await Post(client, "/runs/log-metric", new { run_id = id, key = "m", value = step, timestamp = 1, step });
                    acknowledged[id] = step + 1;
                }

                await Post(client, "/runs/update", new { run_id = id, status = "FINISHED", end_time = 2 });
                finished.Add(id);
            }
        }
        catch (Exception gone) when (gone is HttpRequestException or System.Net.Sockets.SocketException)
        {
            // The server was killed; this request was not acknowledged.
        }
    }

    private static async Task Sealed(HttpClient client, string id)
    {
        var state = "";
        for (var waited = Stopwatch.StartNew(); state != "sealed" && waited.Elapsed < StartMax; await Task.Delay(100, Cancel))
            state = (string)(await client.GetFromJsonAsync<JsonObject>($"/api/v1/runs/{id}/seal", Cancel))!["state"]!;
        Assert.Equal("sealed", state);
    }

    private static async Task Check(HttpClient client, ConcurrentDictionary<string, int> acknowledged)
    {
        foreach (var (id, points) in acknowledged)
        {
            var history = (await client.GetFromJsonAsync<JsonObject>($"{Api}/metrics/get-history?run_id={id}&metric_key=m", Cancel))!["metrics"]?.AsArray() ?? [];
            Assert.True(history.Count >= points, $"Run {id} has {history.Count} points, and {points} were acknowledged.");
        }

        for (string? token = ""; token is not null;)
        {
            var page = await Post(client, "/runs/search", new { experiment_ids = new[] { "0" }, max_results = 1000, page_token = token });
            foreach (var run in page["runs"]?.AsArray() ?? [])
                Assert.Equal(6, run!["data"]!["tags"]!.AsArray().Count);   // its own and the one with its name
            token = (string?)page["next_page_token"];
        }
    }

    private static async Task<JsonObject> Post(HttpClient client, string path, object body)
    {
        using var answer = await client.PostAsJsonAsync(Api + path, body, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        return (await answer.Content.ReadFromJsonAsync<JsonObject>(Cancel))!;
    }
}
