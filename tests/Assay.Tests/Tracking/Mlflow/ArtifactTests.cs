using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Governance.Access;

namespace Assay.Tests.Tracking.Mlflow;

/// <summary>Files of runs through the server: by the artifact proxy, and by the run's id.</summary>
public sealed class ArtifactTests(MlflowServer shared) : IClassFixture<MlflowServer>
{
    private const string Proxy = "/api/2.0/mlflow-artifacts/artifacts";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Files_are_stored_listed_folder_by_folder_and_sent_back()
    {
        var client = shared.Client;
        var id = await client.Run("0");
        foreach (var (path, text) in new[] { ("d.json", "{}"), ("sub/a.txt", "hello"), ("tree/x/y.bin", "bytes"), ("sub/ü b.txt", "ü") })
            await Put($"0/{id}/artifacts/{Uri.EscapeDataString(path).Replace("%2F", "/", StringComparison.Ordinal)}", text);

        Assert.Equal(
            """{"files":[{"path":"d.json","is_dir":false,"file_size":2},{"path":"sub","is_dir":true},{"path":"tree","is_dir":true}]}""",
            (await List($"0/{id}/artifacts")).ToJsonString());
        Assert.Equal("""{"files":[{"path":"x","is_dir":true}]}""", (await List($"0/{id}/artifacts/tree")).ToJsonString());
        Assert.Equal("{}", (await List($"0/{id}/artifacts/none")).ToJsonString());
        Assert.Equal("{}", (await List($"0/{id}/artifacts/d.json")).ToJsonString());

        var listed = await client.Get($"/artifacts/list?run_id={id}&path=sub");
        Assert.Equal($"mlflow-artifacts:/0/{id}/artifacts", (string)listed["root_uri"]!);
        Assert.Equal(["sub/a.txt", "sub/ü b.txt"], listed["files"]!.AsArray().Select(file => (string)file!["path"]!));
        Assert.Equal("ü", await client.Http.GetStringAsync($"{Proxy}/0/{id}/artifacts/sub/%C3%BC%20b.txt", Cancel));
        using var answer = await client.Http.GetAsync($"/get-artifact?run_id={id}&path=d.json", Cancel);
        Assert.Equal("text/plain", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Fact]
    public async Task A_file_is_replaced_read_in_part_and_deleted_with_its_folder()
    {
        var client = shared.Client;
        var root = $"0/{await client.Run("0")}/artifacts";
        await Put($"{root}/a/b/one.txt", "0123456789");
        await Put($"{root}/a/b/one.txt", "abcdefghij");
        using var part = new HttpRequestMessage(HttpMethod.Get, $"{Proxy}/{root}/a/b/one.txt");
        part.Headers.Range = new RangeHeaderValue(2, 4);
        using var answer = await client.Http.SendAsync(part, Cancel);
        Assert.Equal((HttpStatusCode.PartialContent, "cde"), (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel)));

        await Put($"{root}/a_b.txt", "stays");
        await MlflowClient.Expect(await client.Http.DeleteAsync($"{Proxy}/{root}/a", Cancel));
        Assert.Equal(["a_b.txt"], (await List(root))["files"]!.AsArray().Select(file => (string)file!["path"]!));
        await client.IsMissing("No such artifact", $"{Proxy}/{root}/a/b/one.txt");
        await MlflowClient.Expect(await client.Http.DeleteAsync($"{Proxy}/{root}/a_b.txt", Cancel));
        Assert.Equal("{}", (await List(root)).ToJsonString());
    }

    [Fact]
    public async Task A_large_file_comes_back_byte_for_byte_and_the_same_bytes_are_stored_once()
    {
        var client = shared.Client;
        var root = $"0/{await client.Run("0")}/artifacts";
        var bytes = RandomNumberGenerator.GetBytes(20 << 20);
        var before = BytesOnDisk();
        foreach (var name in new[] { "one.bin", "two.bin" })
        {
            using var content = new ByteArrayContent(bytes);
            await MlflowClient.Expect(await client.Http.PutAsync($"{Proxy}/{root}/{name}", content, Cancel));
        }

        Assert.InRange(BytesOnDisk() - before, bytes.Length, bytes.Length * 11 / 10);
        Assert.Equal(bytes, await client.Http.GetByteArrayAsync($"{Proxy}/{root}/two.bin", Cancel));
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("a/../../x")]
    [InlineData("a/%2e%2e/x")]
    [InlineData("%252e%252e/x")]
    [InlineData("..%5cx")]
    [InlineData("C:/x")]
    [InlineData("a%00b")]
    public async Task A_path_that_leads_elsewhere_is_refused(string path)
    {
        var client = shared.Client;
        var id = await client.Run("0");
        var query = path.Contains('%', StringComparison.Ordinal) ? path : Uri.EscapeDataString(path);
        await client.RefusesValue("Invalid path", $"/artifacts/list?run_id={id}&path={query}");
        await client.RefusesValue("Invalid path", $"{Proxy}?path={query}");
        using var content = new StringContent("x");
        using var answer = await client.Http.PutAsync($"{Proxy}/{Uri.EscapeDataString(path)}", content, Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task A_path_is_a_file_or_a_folder_and_not_both()
    {
        var client = shared.Client;
        var root = $"0/{await client.Run("0")}/artifacts";
        await Put($"{root}/a/b", "file");
        foreach (var path in new[] { "a", "a/b/c" })
        {
            using var content = new StringContent("x");
            using var answer = await client.Http.PutAsync($"{Proxy}/{root}/{path}", content, Cancel);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }

        Assert.Equal("file", await client.Http.GetStringAsync($"{Proxy}/{root}/a/b", Cancel));
    }

    [Fact]
    public async Task Files_of_one_project_are_not_reachable_from_another_and_readers_write_none()
    {
        await Put("0/secret.txt", "hush");
        var other = await shared.Server.Client(Role.MlEngineer, "other-team");
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync($"/projects/other-team{Proxy}/0/secret.txt", Cancel)).StatusCode);
        using var content = new StringContent("x");
        var reader = await shared.Server.Client(Role.Viewer);
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.PutAsync($"{Proxy}/0/secret.txt", content, Cancel)).StatusCode);
        Assert.Equal("hush", await reader.GetStringAsync($"{Proxy}/0/secret.txt", Cancel));
    }

    [Fact]
    public async Task Pages_upload_small_files_of_a_run()
    {
        var client = shared.Client;
        var id = await client.Run("0");
        using var content = new StringContent("a,b");
        await MlflowClient.Expect(await client.Http.PostAsync($"/ajax-api/2.0/mlflow/upload-artifact?run_uuid={id}&path=t/x.csv", content, Cancel));
        Assert.Equal("a,b", await client.Http.GetStringAsync($"/get-artifact?run_uuid={id}&path=t/x.csv", Cancel));
        using var big = new ByteArrayContent(new byte[(10 << 20) + 1]);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/ajax-api/2.0/mlflow/upload-artifact?run_uuid={id}&path=big") { Content = big };
        request.Headers.ExpectContinue = true;   // or the server hangs up in the middle of the body
        using var refused = await client.Http.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    [Fact]
    public async Task A_place_that_the_client_chose_is_its_own_to_read()
    {
        var client = shared.Client;
        var experiment = (string)(await client.Post("/experiments/create", new { name = $"elsewhere {Guid.NewGuid():N}", artifact_location = "s3://bucket/p/" }))["experiment_id"]!;
        var id = await client.Run(experiment);
        Assert.Equal($"s3://bucket/p/{id}/artifacts", (string)(await client.Get($"/runs/get?run_id={id}"))["run"]!["info"]!["artifact_uri"]!);
        await client.RefusesValue("s3://bucket/p", $"/artifacts/list?run_id={id}");
    }

    private async Task Put(string path, string text)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        Assert.Equal("{}", (await MlflowClient.Expect(await shared.Client.Http.PutAsync($"{Proxy}/{path}", content, Cancel))).ToJsonString());
    }

    private async Task<JsonObject> List(string folder) => await shared.Client.Get($"{Proxy}?path={Uri.EscapeDataString(folder)}");

    private long BytesOnDisk() =>
        new DirectoryInfo(shared.Server.Root).EnumerateFiles("*", SearchOption.AllDirectories).Where(file => file.Length > 1 << 20 && !file.Name.Contains(".db", StringComparison.Ordinal)).Sum(file => file.Length);
}
