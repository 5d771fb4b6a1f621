using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Assay.Data;
using Assay.Data.Checks;
using Assay.Data.Datasets;
using Assay.Governance.Access;
using Assay.Kernel;
using Assay.Kernel.Paging;

namespace Assay.Tests.Data;

public sealed class DatasetRouteTests : IAsyncLifetime
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.Start();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task An_uploaded_table_becomes_a_version_with_digest_profile_and_rules()
    {
        var bytes = Subscribers(300, shift: 0);

        var answer = await Post("subscribers", bytes, "?synthetic=true");

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal("/api/v1/datasets/subscribers/versions/1", answer.Headers.Location?.ToString());
        var detail = await Read<DatasetVersionDetail>(answer);
        Assert.Equal("sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes)), detail.Version.Digest);
        Assert.Equal((1, 300L, 4, true), (detail.Version.Version, detail.Version.Rows, detail.Version.Columns, detail.Version.Synthetic));
        Assert.Equal((0, detail.Checks.Count), (detail.Version.ChecksFailed, detail.Version.ChecksPassed));
        Assert.Equal(["id", "plan", "charge", "active"], detail.Profile.Select(column => column.Name));

        var rules = await Get<List<Rule>>("subscribers/rules");
        Assert.Contains(rules, rule => rule.Name == "unique:id");
        Assert.Contains(rules, rule => rule is { Name: "categories:plan", Values: ["basic", "pro"] });
    }

    [Fact]
    public async Task The_same_bytes_again_are_the_same_version()
    {
        var bytes = Subscribers(50, shift: 0);
        await Post("same", bytes);

        var again = await Post("same", bytes);

        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal(1, (await Read<DatasetVersionDetail>(again)).Version.Version);
        Assert.Single((await Get<Page<DatasetVersionSummary>>("same")).Items);
    }

    [Fact]
    public async Task A_version_with_shifted_values_is_kept_and_names_the_checks_that_it_fails()
    {
        await Post("shifted", Subscribers(300, shift: 0));

        var answer = await Post("shifted", Subscribers(300, shift: 400));

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var detail = await Read<DatasetVersionDetail>(answer);
        var failed = Assert.Single(detail.Checks, check => !check.Passed);
        Assert.Equal(("range:charge", "charge"), (failed.Rule, failed.Column));
        Assert.Equal((2, 1), (detail.Version.Version, detail.Version.ChecksFailed));
        Assert.Equal(2, (await Get<DatasetVersionDetail>("shifted/versions/latest")).Version.Version);
        Assert.Equal([2, 1], (await Get<Page<DatasetVersionSummary>>("shifted")).Items.Select(version => version.Version));
    }

    [Fact]
    public async Task A_download_is_the_upload_byte_for_byte()
    {
        foreach (var (format, bytes) in new[] { ("csv", Subscribers(500, shift: 0)), ("parquet", await File.ReadAllBytesAsync(SharedData.Path("adult.parquet"), Cancel)) })
        {
            var answer = await Post($"bytes-{format}", bytes, $"?format={format}");
            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);

            var downloaded = await _server.Admin.GetAsync($"/api/v1/datasets/bytes-{format}/versions/1/content", Cancel);

            Assert.Equal(bytes, await downloaded.Content.ReadAsByteArrayAsync(Cancel));
            Assert.Equal($"bytes-{format}-1.{format}", downloaded.Content.Headers.ContentDisposition?.FileName);
        }
    }

    [Fact]
    public async Task A_preview_shows_the_first_rows_typed()
    {
        await Post("preview", Encoding.UTF8.GetBytes("n,t,b,d\n1.50,\"x, y\",TRUE,2024-01-01\n?,NA,false,2024-01-02\n3,z,true,2024-01-03\n"));
        await Post("adult", await File.ReadAllBytesAsync(SharedData.Path("adult.parquet"), Cancel), "?format=parquet");

        var csv = await Get<JsonElement>("preview/versions/1/rows?limit=2");
        var parquet = await Get<JsonElement>("adult/versions/latest/rows?limit=3");

        Assert.Equal("""[[1.5,"x, y",true,"2024-01-01"],[null,null,false,"2024-01-02"]]""", csv.GetProperty("rows").GetRawText());
        Assert.Equal("number text boolean time", string.Join(' ', csv.GetProperty("columns").EnumerateArray().Select(column => column.GetProperty("kind").GetString())));
        Assert.Equal(3, parquet.GetProperty("rows").GetArrayLength());
        Assert.StartsWith("[25,\"Private\",226802,", parquet.GetProperty("rows")[0].GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bad", "", "", "The file is empty.")]
    [InlineData("bad", "", "a,b\n", "The file has a header but no rows.")]
    [InlineData("bad", "", "a,b\n1,2\n3\n", "Line 3 has 1 value, and the header names 2 columns.")]
    [InlineData("bad", "?format=parquet", "a,b\n1,2\n", "The file is no Parquet file: it does not begin with PAR1.")]
    [InlineData("bad", "?format=xlsx", "a,b\n1,2\n", "The format 'xlsx' is not known; use csv or parquet.")]
    [InlineData("-bad", "", "a,b\n1,2\n",
        "A dataset's name has 1 to 100 letters, digits, dots, dashes and underscores, and begins with a letter or digit.")]
    public async Task Bad_input_is_answered_with_one_sentence_and_leaves_nothing_behind(string name, string query, string text, string sentence)
    {
        var answer = await Post(name, Encoding.UTF8.GetBytes(text), query);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(sentence, (await Read<JsonElement>(answer)).GetProperty("detail").GetString());
        Assert.Empty((await Get<Page<DatasetSummary>>("")).Items);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_server.Home.Work));
    }

    [Fact]
    public async Task Nothing_of_a_finished_upload_is_left_in_the_scratch_space_and_nothing_is_stored_in_clear()
    {
        await Post("clear", Subscribers(300, shift: 0));

        Assert.Empty(Directory.EnumerateFileSystemEntries(_server.Home.Work));
        foreach (var file in Directory.EnumerateFiles(_server.Home.Blobs, "*", SearchOption.AllDirectories))
            Assert.DoesNotContain("basic", Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, Cancel)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_there_is_answered_404_and_a_bad_version_400()
    {
        await Post("there", Subscribers(20, shift: 0));

        foreach (var path in new[] { "gone", "gone/rules", "gone/versions/latest", "there/versions/2", "there/versions/2/content", "there/versions/2/rows" })
            Assert.Equal(HttpStatusCode.NotFound, (await _server.Admin.GetAsync($"/api/v1/datasets/{path}", Cancel)).StatusCode);
        foreach (var path in new[] { "there/versions/first", "there/versions/-1", "there?cursor=x", "there/versions/1/rows?limit=0", "?limit=0" })
            Assert.Equal(HttpStatusCode.BadRequest, (await _server.Admin.GetAsync($"/api/v1/datasets/{path}", Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_project_sees_its_own_datasets_only_and_a_viewer_adds_none()
    {
        using var editor = await _server.Client(Role.MlEngineer, "team-a");
        using var viewer = await _server.Client(Role.Viewer, "team-a");
        using var other = await _server.Client(Role.MlEngineer, "team-b");
        var bytes = Subscribers(30, shift: 0);
        const string Path = "/projects/team-a/api/v1/datasets/mine";
        Assert.Equal(HttpStatusCode.Created, (await editor.PostAsync($"{Path}/versions", new ByteArrayContent(bytes), Cancel)).StatusCode);

        Assert.Equal(HttpStatusCode.OK, (await viewer.GetAsync($"{Path}/versions/1/content", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.PostAsync($"{Path}/versions", new ByteArrayContent(bytes), Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await _server.Guest.GetAsync(Path, Cancel)).StatusCode);
        Assert.False((await other.GetAsync(Path, Cancel)).IsSuccessStatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync("/projects/team-b/api/v1/datasets/mine/versions/1", Cancel)).StatusCode);
        Assert.Empty((await Get<Page<DatasetSummary>>("")).Items);

        // The same name and bytes in another project are its own first version.
        var theirs = await other.PostAsync("/projects/team-b/api/v1/datasets/mine/versions", new ByteArrayContent(bytes), Cancel);
        Assert.Equal(HttpStatusCode.Created, theirs.StatusCode);
    }

    [Fact]
    public async Task Versions_that_are_added_at_once_get_numbers_without_gaps()
    {
        await Post("race", Subscribers(20, shift: 0));

        var answers = await Task.WhenAll(Enumerable.Range(1, 6).Select(i => Post("race", Subscribers(20, shift: i))));

        Assert.All(answers, answer => Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.Created, HttpStatusCode.Conflict }));
        var versions = (await Get<Page<DatasetVersionSummary>>("race")).Items;
        Assert.Equal(Enumerable.Range(1, 1 + answers.Count(answer => answer.IsSuccessStatusCode)).Reverse(), versions.Select(version => version.Version));
        Assert.Equal(versions.Count, versions.Select(version => version.Digest).Distinct().Count());
    }

    [Fact]
    public async Task A_version_states_itself_in_the_ledger()
    {
        await Post("stated", Subscribers(40, shift: 0));

        var ledger = await _server.Admin.GetStringAsync("/api/v1/ledger?limit=1000", Cancel);

        Assert.Contains("dataset.version-added", ledger, StringComparison.Ordinal);
        Assert.Contains("dataset:stated@1", ledger, StringComparison.Ordinal);
    }

    private static byte[] Subscribers(int rows, double shift)
    {
        var text = new StringBuilder("id,plan,charge,active\n");
        for (var row = 0; row < rows; row++)
            text.Append(CultureInfo.InvariantCulture, $"{row + 1},{(row % 3 == 0 ? "pro" : "basic")},{20.25 + row * 37 % 90 + shift},{(row % 2 == 0 ? "true" : "false")}\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private Task<HttpResponseMessage> Post(string name, byte[] bytes, string query = "") =>
        _server.Admin.PostAsync($"/api/v1/datasets/{name}/versions{query}", new ByteArrayContent(bytes), Cancel);

    private async Task<T> Get<T>(string path) => await Read<T>(await _server.Admin.GetAsync($"/api/v1/datasets/{path}", Cancel));

    private static async Task<T> Read<T>(HttpResponseMessage answer) =>
        JsonSerializer.Deserialize<T>(await answer.Content.ReadAsStringAsync(Cancel), AssayJson.Options)!;
}
