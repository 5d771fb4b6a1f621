using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.EndToEnd.Processes;

namespace Assay.EndToEnd;

/// <summary>A file that arrives in parts while the server is killed is whole in the end, or not there.</summary>
public sealed class PartUploadKillTests
{
    private const string Proxy = "/api/2.0/mlflow-artifacts";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_part_that_was_acknowledged_outlives_kill_9_and_one_that_was_not_is_sent_again()
    {
        using var folder = new TemporaryFolder();
        var bytes = RandomNumberGenerator.GetBytes(40 << 20);
        JsonNode begun;
        string first;
        await using (var server = AssayProcess.Start(Up(folder.Home)))
        {
            using var client = await Connect(server, folder.Home);
            using var answer = await client.PostAsJsonAsync($"{Proxy}/mpu/create/0/some", new { path = "big.bin", num_parts = 2 }, Cancel);
            begun = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!;
            first = await Send(client, begun, 1, bytes[..(20 << 20)]);
            var second = Send(client, begun, 2, bytes[(20 << 20)..]);
            await server.KillNow();
            await Record.ExceptionAsync(() => second);   // the server is gone, or was faster
        }

        await using var again = AssayProcess.Start(Up(folder.Home));
        using var after = await Connect(again, folder.Home);
        Assert.Equal(HttpStatusCode.NotFound, (await after.GetAsync($"{Proxy}/artifacts/0/some/big.bin", Cancel)).StatusCode);
        var parts = new[] { new { part_number = 1, etag = first }, new { part_number = 2, etag = await Send(after, begun, 2, bytes[(20 << 20)..]) } };
        using var end = await after.PostAsJsonAsync($"{Proxy}/mpu/complete/0/some", new { path = "big.bin", upload_id = (string)begun["upload_id"]!, parts }, Cancel);
        Assert.Equal(HttpStatusCode.OK, end.StatusCode);
        Assert.Equal(bytes, await after.GetByteArrayAsync($"{Proxy}/artifacts/0/some/big.bin", Cancel));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(folder.Home, "blobs", ".drafts")));
    }

    /// <summary>Sends a part without signing in.</summary>
    private static async Task<string> Send(HttpClient client, JsonNode begun, int number, byte[] bytes)
    {
        using var guest = new HttpClient { BaseAddress = client.BaseAddress };
        using var answer = await guest.PutAsync(new Uri((string)begun["credentials"]![number - 1]!["url"]!).PathAndQuery, new ByteArrayContent(bytes), Cancel);
        answer.EnsureSuccessStatusCode();
        return answer.Headers.ETag!.Tag;
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

    private static string[] Up(string home) => ["up", "--home", home, "--port", "0", "--metrics-port", "0", "--json"];
}
