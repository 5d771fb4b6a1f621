using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Assay.EndToEnd.Processes;

namespace Assay.EndToEnd;

/// <summary>
/// A change and its ledger event are one: whenever the server is killed while it writes, the next one has both or neither,
/// and everything that was acknowledged. Nothing in the server helps the test; only the moment of the kill is random.
/// </summary>
public sealed class LedgerKillTests(ITestOutputHelper output)
{
    private const int Kills = 20;
    private const int KillsMin = 5;

    // A busy machine gets fewer kills, not a longer test.
    private static readonly TimeSpan Whole = TimeSpan.FromSeconds(35);
    private static readonly TimeSpan StartMax = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan LoadMax = TimeSpan.FromMilliseconds(800);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Kill_9_under_a_load_of_changes_never_separates_a_change_from_its_event()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var folder = new TemporaryFolder();
        var load = new ChangeLoad();
        var watch = Stopwatch.StartNew();
        var kills = 0;
        while (kills < Kills && (kills < KillsMin || watch.Elapsed < Whole))
        {
            await using var server = AssayProcess.Start(Up(folder.Home));
            using var client = await Connect(server, folder.Home);
            await CheckLedger(client);
            await load.CheckNew(client);
            var writing = load.Run(client);
            if (random.Next(4) > 0)   // else while the first changes are made by a server that has just started
                await load.WaitForMore(TimeSpan.FromSeconds(10));
            await Task.Delay(LoadMax * random.NextDouble(), Cancel);
            await server.KillNow();
            await writing;
            kills++;
        }

        await using var last = AssayProcess.Start(Up(folder.Home));
        using var after = await Connect(last, folder.Home);
        await CheckLedger(after);
        await load.CheckAll(after);
        output.WriteLine($"{kills} kills, {load.Acknowledged} changes acknowledged, {load.Interrupted} interrupted, {watch.Elapsed.TotalSeconds:0} s");
        Assert.True(load.Acknowledged > kills, $"Only {load.Acknowledged} changes were acknowledged, so that little was tried.");
        Assert.True(load.Interrupted > 0, "No kill hit a change under way.");
    }

    /// <summary>Every recorded row is as its newest event states, none is there without one, and none that is stated is missing.</summary>
    private static async Task CheckLedger(HttpClient client)
    {
        using var answer = await client.PostAsync("/api/v1/ledger/verify", null, Cancel);
        var found = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.True(found.GetProperty("verified").GetBoolean(), found.GetRawText());
    }

    private static async Task<HttpClient> Connect(AssayProcess server, string home)
    {
        var line = await server.WaitForLine("\"address\"", StartMax);
        var address = JsonDocument.Parse(line.Contains('{', StringComparison.Ordinal) ? line : $"{{{line.TrimEnd(',')}}}").RootElement.GetProperty("address").GetString()!;
        return new HttpClient
        {
            BaseAddress = new(address),
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(Path.Combine(home, "admin-token"), Cancel)).Trim()) },
        };
    }

    private static string[] Up(string home) => ["up", "--home", home, "--port", "0", "--metrics-port", "0", "--json"];

    /// <summary>Changes of several kinds at once, one after the other of each kind, and what the server has acknowledged of them.</summary>
    private sealed class ChangeLoad
    {
        private readonly ConcurrentQueue<(string Address, string Content)> _unchecked = new();
        private readonly List<(string Address, string Content)> _checked = [];
        private int _made;
        private int _interrupted;

        public int Acknowledged => _checked.Count + _unchecked.Count;

        public int Interrupted => _interrupted;

        /// <summary>Until the server is gone.</summary>
        public Task Run(HttpClient client) => Task.WhenAll(
            Repeat(number => Person(client, number)),
            Repeat(number => Group(client, number)),
            Repeat(number => Token(client, number)),
            Repeat(number => Policy(client, number)),
            Repeat(number => Dataset(client, number)),
            Repeat(number => Model(client, number)));

        /// <summary>Until another change is acknowledged.</summary>
        public async Task WaitForMore(TimeSpan limit)
        {
            var (before, watch) = (Acknowledged, Stopwatch.StartNew());
            while (Acknowledged == before && watch.Elapsed < limit)
                await Task.Delay(10, Cancel);
        }

        /// <summary>Whatever was acknowledged since the last look is there.</summary>
        public async Task CheckNew(HttpClient client)
        {
            while (_unchecked.TryDequeue(out var change))
            {
                await Check(client, change);
                _checked.Add(change);
            }
        }

        public async Task CheckAll(HttpClient client)
        {
            await CheckNew(client);
            foreach (var change in _checked)
                await Check(client, change);
        }

        private async Task Repeat(Func<int, Task> change)
        {
            try
            {
                while (true)
                    await change(Interlocked.Increment(ref _made));
            }
            catch (Exception gone) when (gone is HttpRequestException or IOException or System.Net.Sockets.SocketException)
            {
                Interlocked.Increment(ref _interrupted);
            }
        }

        private async Task Person(HttpClient client, int number)
        {
            var made = await Send(client, HttpMethod.Post, "/api/v1/people", JsonContent.Create(new { userName = $"person{number}", displayName = $"Person {number}" }));
            Keep($"/api/v1/people/{made.GetProperty("id").GetString()}", $"Person {number}");
        }

        private async Task Group(HttpClient client, int number)
        {
            var made = await Send(client, HttpMethod.Post, "/api/v1/groups", JsonContent.Create(new { name = $"group{number}" }));
            Keep($"/api/v1/groups/{made.GetProperty("id").GetString()}", $"group{number}");
        }

        private async Task Token(HttpClient client, int number)
        {
            await Send(client, HttpMethod.Post, "/api/v1/tokens", JsonContent.Create(new { name = $"token{number}", role = "viewer" }));
            Keep("/api/v1/tokens?limit=1000", $"\"token{number}\"");
        }

        private async Task Policy(HttpClient client, int number)
        {
            var text = $"rules: []\n# {number}\n";
            using var answer = await client.PutAsync("/api/v1/policies/staging", new StringContent(text, Encoding.UTF8, "application/yaml"), Cancel);
            await Checked(answer);
            Keep("/api/v1/policies/staging/versions?limit=1000", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
        }

        private async Task Dataset(HttpClient client, int number)
        {
            var rows = string.Concat(Enumerable.Range(0, 20).Select(row => $"{row},{number}\n"));
            var made = await Send(client, HttpMethod.Post, $"/api/v1/datasets/data{number}/versions?format=csv", new StringContent("a,b\n" + rows, Encoding.UTF8, "text/csv"));
            Keep($"/api/v1/datasets/data{number}/versions/1", made.GetProperty("version").GetProperty("digest").GetString()!);
        }

        private async Task Model(HttpClient client, int number)
        {
            var layers = new List<object>();
            foreach (var (path, text) in new[] { ("model.onnx", $"graph {number}"), ("schema.json", """{"task":"regression","label":"y","inputs":[],"output":"prediction"}""") })
                layers.Add(await Blob(client, number, Encoding.UTF8.GetBytes(text), path));
            var manifest = JsonSerializer.Serialize(new
            {
                schemaVersion = 2,
                artifactType = "application/vnd.cncf.model.manifest.v1+json",
                config = await Blob(client, number, "{}"u8.ToArray(), "config"),
                layers,
            });
            using var answer = await client.PutAsync(
                $"/v2/default/model{number}/manifests/latest", new StringContent(manifest, Encoding.UTF8, "application/vnd.oci.image.manifest.v1+json"), Cancel);
            await Checked(answer);
            Keep($"/api/v1/models/model{number}/versions/1/scan", "\"passed\"");
        }

        private static async Task<object> Blob(HttpClient client, int number, byte[] bytes, string title)
        {
            var digest = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";
            using var answer = await client.PostAsync($"/v2/default/model{number}/blobs/uploads/?digest={digest}", new ByteArrayContent(bytes), Cancel);
            await Checked(answer);
            return new { mediaType = "application/octet-stream", digest, size = bytes.Length, annotations = new Dictionary<string, string> { ["org.opencontainers.image.title"] = title } };
        }

        private static async Task<JsonElement> Send(HttpClient client, HttpMethod method, string address, HttpContent body)
        {
            using var request = new HttpRequestMessage(method, address) { Content = body };
            using var answer = await client.SendAsync(request, Cancel);
            await Checked(answer);
            return await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        }

        private static async Task Checked(HttpResponseMessage answer) =>
            Assert.True(answer.IsSuccessStatusCode, $"{answer.RequestMessage!.RequestUri} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(Cancel)}");

        private void Keep(string address, string content) => _unchecked.Enqueue((address, content));

        private static async Task Check(HttpClient client, (string Address, string Content) change)
        {
            using var answer = await client.GetAsync(change.Address, Cancel);
            var body = await answer.Content.ReadAsStringAsync(Cancel);
            Assert.True(answer.StatusCode == HttpStatusCode.OK && body.Contains(change.Content, StringComparison.Ordinal), $"{change.Address} was acknowledged with {change.Content}, and is now {(int)answer.StatusCode} {body}");
        }
    }
}
