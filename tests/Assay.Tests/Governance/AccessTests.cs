using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Assay.Governance.Access;
using Assay.Kernel;

namespace Assay.Tests.Governance;

public class AccessTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_guest_is_refused_and_the_refusal_is_recorded()
    {
        await using var server = await TestServer.Start();
        var refused = await server.Guest.GetAsync("/api/v1/projects", Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
        await server.Admin.PostAsync("/api/v1/ledger/verify", null, Cancel);
        var ledger = await server.Admin.GetStringAsync("/api/v1/ledger?type=access.refused", Cancel);
        Assert.Contains("projects.read", ledger, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_says_whether_a_token_is_missing_or_not_known_and_has_a_code()
    {
        await using var server = await TestServer.Start();
        var missing = await Refused(server.Guest, "/api/v1/projects");
        Assert.Equal("unauthorized", missing.GetProperty("code").GetString());
        Assert.StartsWith("Send an access token", missing.GetProperty("detail").GetString(), StringComparison.Ordinal);
        server.Guest.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "bad");
        foreach (var path in new[] { "/api/v1/projects", "/api/v1/endpoints/churn" })
            Assert.Contains("that was sent is not known here", (await Refused(server.Guest, path)).GetProperty("detail").GetString(), StringComparison.Ordinal);

        var denied = await Refused(await server.Client(Role.Viewer, "team-a"), "/api/v1/projects");
        Assert.Equal(("denied", "denied"), (denied.GetProperty("code").GetString(), denied.GetProperty("title").GetString()));
    }

    private static async Task<JsonElement> Refused(HttpClient caller, string path)
    {
        using var answer = await caller.GetAsync(path, Cancel);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
    }

    [Fact]
    public async Task A_token_works_as_the_password_of_basic()
    {
        await using var server = await TestServer.Start();
        var token = server.Admin.DefaultRequestHeaders.Authorization!.Parameter;
        server.Guest.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"admin:{token}")));
        Assert.Equal(HttpStatusCode.OK, (await server.Guest.GetAsync("/api/v1/projects", Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_revoked_token_is_no_longer_good_at_once()
    {
        await using var server = await TestServer.Start();
        var viewer = await server.Client(Role.Viewer);
        Assert.Equal(HttpStatusCode.OK, (await viewer.GetAsync("/api/v1/projects", Cancel)).StatusCode);
        var id = viewer.DefaultRequestHeaders.Authorization!.Parameter!.Split('_')[1];
        Assert.Equal(HttpStatusCode.NoContent, (await server.Admin.DeleteAsync($"/api/v1/tokens/{id}", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await viewer.GetAsync("/api/v1/projects", Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_token_of_one_project_is_no_good_in_another()
    {
        await using var server = await TestServer.Start();
        var editor = await server.Client(Role.MlEngineer, "team-a");
        await server.Admin.PostAsJsonAsync("/api/v1/projects", new { name = "team-b" }, Cancel);
        Assert.Equal(HttpStatusCode.OK, (await editor.GetAsync("/projects/team-a/api/v1/projects", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await editor.GetAsync("/projects/team-b/api/v1/projects", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await editor.GetAsync("/api/v1/projects", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await editor.GetAsync("/projects/no-such/api/v1/projects", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await server.Admin.GetAsync("/projects/no-such/api/v1/projects", Cancel)).StatusCode);
    }

    [Fact]
    public async Task An_editor_can_make_neither_tokens_nor_projects()
    {
        await using var server = await TestServer.Start();
        var editor = await server.Client(Role.MlEngineer);
        Assert.Equal(HttpStatusCode.Forbidden, (await editor.PostAsJsonAsync("/api/v1/tokens", new { name = "x", role = "viewer" }, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await editor.PostAsJsonAsync("/api/v1/projects", new { name = "x" }, Cancel)).StatusCode);
    }

    [Fact]
    public async Task Only_hashes_of_secrets_are_stored()
    {
        await using var server = await TestServer.Start();
        var token = server.Admin.DefaultRequestHeaders.Authorization!.Parameter!;
        await server.Admin.PostAsync("/api/v1/ledger/verify", null, Cancel);
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        foreach (var file in Directory.EnumerateFiles(server.Root, "assay.db*"))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            Assert.DoesNotContain(token, await reader.ReadToEndAsync(Cancel), StringComparison.Ordinal);
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(server.Home.AdminTokenFile));
    }

    [Fact]
    public async Task A_sign_in_link_works_once()
    {
        await using var server = await TestServer.Start();
        var answer = await server.Admin.PostAsync("/api/v1/sign-in-links", null, Cancel);
        var link = (await answer.Content.ReadFromJsonAsync<SignInLink>(AssayJson.Options, Cancel))!;
        var code = link.Path.Split("code=")[1];
        var first = await server.Guest.GetAsync($"/session/code?code={code}", Cancel);
        Assert.Equal("/", first.Headers.Location?.OriginalString);
        Assert.Contains(first.Headers.GetValues("Set-Cookie"), cookie => cookie.Contains("httponly", StringComparison.OrdinalIgnoreCase));
        var second = await server.Guest.GetAsync($"/session/code?code={code}", Cancel);
        Assert.Contains("problem=code", second.Headers.Location?.OriginalString, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("INSERT INTO governance_sign_in_codes (hash, token_id, expires_at, mac) VALUES ('{hash}', '{admin}', 4000000000000, '')")]
    [InlineData("UPDATE governance_sign_in_codes SET hash = '{hash}'")]
    [InlineData("UPDATE governance_sign_in_codes SET expires_at = expires_at + 1000")]
    public async Task A_sign_in_code_put_into_the_database_or_changed_there_lets_nobody_in(string tampering)
    {
        await using var server = await TestServer.Start();
        var link = await (await server.Admin.PostAsync("/api/v1/sign-in-links", null, Cancel)).Content.ReadFromJsonAsync<SignInLink>(AssayJson.Options, Cancel);
        var code = tampering.Contains("{hash}", StringComparison.Ordinal) ? TokenSecrets.NewSecret() : link!.Path.Split("code=")[1];
        var admin = server.Admin.DefaultRequestHeaders.Authorization!.Parameter!.Split('_')[1];
        Assert.Equal(1, await server.Tamper(tampering.Replace("{hash}", TokenSecrets.Hash(code), StringComparison.Ordinal).Replace("{admin}", admin, StringComparison.Ordinal)));
        var answer = await server.Guest.GetAsync($"/session/code?code={code}", Cancel);
        Assert.Contains("problem=code", answer.Headers.Location?.OriginalString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_key_gives_the_same_answer_and_makes_one_thing()
    {
        await using var server = await TestServer.Start();
        server.Admin.DefaultRequestHeaders.Add("Idempotency-Key", "abc");
        var first = await server.Admin.PostAsJsonAsync("/api/v1/projects", new { name = "once" }, Cancel);
        var again = await server.Admin.PostAsJsonAsync("/api/v1/projects", new { name = "once" }, Cancel);
        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        Assert.Equal(HttpStatusCode.Created, again.StatusCode);
        Assert.Equal(await first.Content.ReadAsStringAsync(Cancel), await again.Content.ReadAsStringAsync(Cancel));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Has Space")]
    [InlineData("-dash")]
    public async Task A_project_with_a_name_that_does_not_fit_a_url_is_refused(string name)
    {
        await using var server = await TestServer.Start();
        var refused = await server.Admin.PostAsJsonAsync("/api/v1/projects", new { name }, Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
    }
}
