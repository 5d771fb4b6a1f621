using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Assay.EndToEnd.Processes;

namespace Assay.EndToEnd;

/// <summary>A server that is killed while it deletes or rewraps leaves each version whole or gone, and every blob readable.</summary>
public sealed class RetentionKillTests
{
    private const int Versions = 8;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_deletion_that_kill_9_interrupts_is_whole_or_did_not_happen_and_its_bytes_go_in_the_end()
    {
        using var folder = new TemporaryFolder();
        var random = Seeded();
        var files = await Prepare(folder.Home);
        for (var version = 1; version < Versions; version++)
        {
            await using var server = AssayProcess.Start(Up(folder.Home));
            using var client = await Connect(server, folder.Home);
            await Check(client, version - 1);
            var deletion = Sent(client.DeleteAsync($"/api/v1/models/killed/versions/{version}?reason=tried", Cancel));
            await Task.Delay(random.Next(150), Cancel);
            await server.KillNow();
            await deletion;
        }

        await using var last = AssayProcess.Start(Up(folder.Home));
        using var after = await Connect(last, folder.Home);
        for (var version = 1; version < Versions; version++)
            await Sent(after.DeleteAsync($"/api/v1/models/killed/versions/{version}?reason=again", Cancel));
        await Check(after, Versions - 1);
        var gone = files.SkipLast(1).SelectMany(file => new[] { file, file + ".key" }).ToList();   // the key goes a moment after its blob
        for (var patience = 0; gone.Any(File.Exists) && patience < 100; patience++)
            await Task.Delay(100, Cancel);

        Assert.DoesNotContain(gone, File.Exists);
        Assert.True(File.Exists(files[^1]));
        for (var version = 1; version < Versions; version++)
            Assert.Equal(HttpStatusCode.OK, (await after.GetAsync($"/api/v1/models/killed/versions/{version}/tombstone", Cancel)).StatusCode);
    }

    [Fact]
    public async Task Rewrapping_that_kill_9_interrupts_loses_nothing_and_goes_on()
    {
        using var folder = new TemporaryFolder();
        var random = Seeded();
        await Prepare(folder.Home);
        for (var kill = 0; kill < 5; kill++)
        {
            await using var server = AssayProcess.Start(Up(folder.Home));
            using var client = await Connect(server, folder.Home);
            if (kill % 2 == 0)
                (await client.PostAsync("/api/v1/keys/encryption/rotate", null, Cancel)).EnsureSuccessStatusCode();
            var step = Sent(client.PostAsync("/api/v1/keys/encryption/rewrap", null, Cancel));
            await Task.Delay(random.Next(60), Cancel);
            await server.KillNow();
            await step;
        }

        var rewrapped = await AssayProcess.Run("key", "rewrap", "--home", folder.Home, "--json");
        Assert.True(rewrapped.ExitCode == 0, rewrapped.ToString());
        Assert.Equal((4, 0), (Number(rewrapped, "version"), Number(rewrapped, "left")));
        await using var last = AssayProcess.Start(Up(folder.Home));
        using var after = await Connect(last, folder.Home);
        await Check(after, 0);
    }

    /// <summary>Registers versions that may be deleted at once, whose bytes are old enough to be swept.</summary>
    /// <returns>The file of each version's own blob.</returns>
    private static async Task<List<string>> Prepare(string home)
    {
        var files = new List<string>();
        await using var server = AssayProcess.Start(Up(home));
        using var client = await Connect(server, home);
        (await client.PutAsJsonAsync("/api/v1/retention", new { productionDays = 0, stagingDays = 0, otherDays = 0 }, Cancel)).EnsureSuccessStatusCode();
        for (var version = 1; version <= Versions; version++)
        {
            var graph = Encoding.UTF8.GetBytes($"graph {version}");
            var layers = new List<object> { await Upload(client, graph, "model.onnx") };
            layers.Add(await Upload(client, """{"task":"regression","label":"y","inputs":[],"output":"prediction"}"""u8.ToArray(), "schema.json"));
            var config = await Upload(client, "{}"u8.ToArray(), "config");
            var manifest = JsonSerializer.Serialize(new { schemaVersion = 2, artifactType = "application/vnd.cncf.model.manifest.v1+json", config, layers });
            var body = new StringContent(manifest, Encoding.UTF8, "application/vnd.oci.image.manifest.v1+json");
            using var pushed = await client.PutAsync($"/v2/default/killed/manifests/{version}", body, Cancel);
            Assert.Equal(HttpStatusCode.Created, pushed.StatusCode);
            var hex = Convert.ToHexStringLower(SHA256.HashData(graph));
            files.Add(Path.Combine(home, "blobs", hex[..2], hex));
        }

        foreach (var file in Directory.EnumerateFiles(Path.Combine(home, "blobs"), "*", SearchOption.AllDirectories))
            File.SetLastWriteTimeUtc(file, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.All(files, file => Assert.True(File.Exists(file)));
        return files;
    }

    /// <summary>Each version is there and verifies, or is a tombstone; those after the one that was tried last are there, and the ledger holds.</summary>
    private static async Task Check(HttpClient client, int tried)
    {
        for (var version = 1; version <= Versions; version++)
        {
            using var shown = await client.GetAsync($"/api/v1/models/killed/versions/{version}", Cancel);
            if (shown.StatusCode == HttpStatusCode.NotFound && version <= tried)
            {
                Assert.Equal(HttpStatusCode.OK, (await client.GetAsync($"/api/v1/models/killed/versions/{version}/tombstone", Cancel)).StatusCode);
                continue;
            }

            using var verified = await client.PostAsync($"/api/v1/models/killed/versions/{version}/verify", null, Cancel);
            var report = await verified.Content.ReadFromJsonAsync<JsonElement>(Cancel);
            Assert.True(report.GetProperty("verified").GetBoolean(), report.GetRawText());
        }

        using var ledger = await client.PostAsync("/api/v1/ledger/verify", null, Cancel);
        var verification = await ledger.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.True(verification.GetProperty("verified").GetBoolean(), verification.GetRawText());
    }

    private static async Task Sent(Task<HttpResponseMessage> request)
    {
        try
        {
            (await request).Dispose();
        }
        catch (Exception gone) when (gone is HttpRequestException or System.Net.Sockets.SocketException)
        {
            // The server was killed first.
        }
    }

    private static async Task<object> Upload(HttpClient client, byte[] bytes, string title)
    {
        var digest = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";
        using var answer = await client.PostAsync($"/v2/default/killed/blobs/uploads/?digest={digest}", new ByteArrayContent(bytes), Cancel);
        answer.EnsureSuccessStatusCode();
        return new { mediaType = "application/octet-stream", digest, size = bytes.Length, annotations = new Dictionary<string, string> { ["org.opencontainers.image.title"] = title } };
    }

    private static async Task<HttpClient> Connect(AssayProcess server, string home)
    {
        var line = await server.WaitForLine("\"address\"", TimeSpan.FromSeconds(90));
        var address = JsonDocument.Parse(line.Contains('{', StringComparison.Ordinal) ? line : $"{{{line.TrimEnd(',')}}}").RootElement.GetProperty("address").GetString()!;
        return new HttpClient
        {
            BaseAddress = new(address),
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(Path.Combine(home, "admin-token"), Cancel)).Trim()) },
        };
    }

    private static Random Seeded()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}"));
        return new(seed);
    }

    private static int Number(Finished run, string name) => JsonDocument.Parse(run.Output).RootElement.GetProperty(name).GetInt32();

    private static string[] Up(string home) => ["up", "--home", home, "--port", "0", "--metrics-port", "0", "--json"];
}
