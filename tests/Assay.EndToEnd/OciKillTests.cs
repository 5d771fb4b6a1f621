using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Assay.EndToEnd.Processes;

namespace Assay.EndToEnd;

/// <summary>A server that is killed while somebody pushes shows nothing of what was not whole.</summary>
public sealed class OciKillTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_upload_that_kill_9_interrupts_leaves_nothing()
    {
        using var folder = new TemporaryFolder();
        var bytes = RandomNumberGenerator.GetBytes(3 << 20);
        string upload;
        await using (var server = AssayProcess.Start(Up(folder.Home)))
        {
            using var client = await Connect(server, folder.Home);
            upload = (await client.PostAsync("/v2/default/killed/blobs/uploads/", null, Cancel)).Headers.Location!.ToString();
            using var chunk = await client.PatchAsync(upload, new ByteArrayContent(bytes), Cancel);
            Assert.Equal(HttpStatusCode.Accepted, chunk.StatusCode);
            Assert.NotEmpty(Drafts(folder.Home));
            await server.KillNow();
        }

        await using var again = AssayProcess.Start(Up(folder.Home));
        using var after = await Connect(again, folder.Home);
        var digest = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";

        Assert.Empty(Drafts(folder.Home));
        Assert.Equal(HttpStatusCode.NotFound, (await after.GetAsync(upload, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await after.GetAsync($"/v2/default/killed/blobs/{digest}", Cancel)).StatusCode);
        Assert.Equal("""{"repositories":[]}""", await after.GetStringAsync("/v2/_catalog", Cancel));
    }

    [Fact]
    public async Task A_push_that_kill_9_interrupts_is_a_whole_version_or_none()
    {
        using var folder = new TemporaryFolder();
        var seed = Environment.TickCount;
        var random = new Random(seed);
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        for (var kill = 0; kill < 4; kill++)
        {
            await using var server = AssayProcess.Start(Up(folder.Home));
            using var client = await Connect(server, folder.Home);
            await CheckVersions(client, folder.Home);
            var push = Push(client, random.Next());
            await Task.Delay(random.Next(400), Cancel);
            await server.KillNow();
            await push;
        }

        await using var last = AssayProcess.Start(Up(folder.Home));
        using var after = await Connect(last, folder.Home);
        await CheckVersions(after, folder.Home);
        Assert.Equal(HttpStatusCode.Created, await Push(after, 0));
    }

    /// <summary>Pushes a model of a few files; what the server answered, or nothing when it was gone.</summary>
    private static async Task<HttpStatusCode?> Push(HttpClient client, int content)
    {
        try
        {
            var layers = new List<object>();
            foreach (var (path, text) in new[] { ("model.onnx", $"graph {content}"), ("schema.json", """{"task":"regression","label":"y","inputs":[],"output":"prediction"}""") })
                layers.Add(await Upload(client, Encoding.UTF8.GetBytes(text), path));
            var config = await Upload(client, "{}"u8.ToArray(), "config");
            var manifest = JsonSerializer.Serialize(new { schemaVersion = 2, artifactType = "application/vnd.cncf.model.manifest.v1+json", config, layers });
            var body = new StringContent(manifest, Encoding.UTF8, "application/vnd.oci.image.manifest.v1+json");
            using var answer = await client.PutAsync("/v2/default/raced/manifests/latest", body, Cancel);
            return answer.StatusCode;
        }
        catch (Exception gone) when (gone is HttpRequestException or System.Net.Sockets.SocketException)
        {
            return null;   // the server was killed first
        }
    }

    private static async Task<object> Upload(HttpClient client, byte[] bytes, string title)
    {
        var digest = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";
        using var answer = await client.PostAsync($"/v2/default/raced/blobs/uploads/?digest={digest}", new ByteArrayContent(bytes), Cancel);
        answer.EnsureSuccessStatusCode();
        return new { mediaType = "application/octet-stream", digest, size = bytes.Length, annotations = new Dictionary<string, string> { ["org.opencontainers.image.title"] = title } };
    }

    private static async Task CheckVersions(HttpClient client, string home)
    {
        using var list = await client.GetAsync("/v2/default/raced/tags/list", Cancel);
        if (list.StatusCode == HttpStatusCode.NotFound)
            return;
        foreach (var tag in JsonDocument.Parse(await list.Content.ReadAsStringAsync(Cancel)).RootElement.GetProperty("tags").EnumerateArray())
        {
            using var manifest = await client.GetAsync($"/v2/default/raced/manifests/{tag.GetString()}", Cancel);
            Assert.Equal(HttpStatusCode.OK, manifest.StatusCode);
            var verified = await AssayProcess.Run("model", "verify", $"models:/raced/{tag.GetString()}", "--home", home);
            Assert.True(verified.ExitCode == 0, verified.ToString());
        }
    }

    private static IEnumerable<string> Drafts(string home) => Directory.EnumerateFiles(Path.Combine(home, "blobs", ".drafts"));

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

    private static string[] Up(string home) => ["up", "--home", home, "--port", "0", "--metrics-port", "0", "--json"];
}
