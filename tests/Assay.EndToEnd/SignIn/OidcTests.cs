using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Assay.EndToEnd.Console;
using Assay.EndToEnd.Processes;
using Assay.Server.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Assay.EndToEnd.SignIn;

/// <summary>Sign-in by a real OpenID provider: in a real browser, and by a program.</summary>
public sealed class OidcTests
{
    private const string Audience = "urn:assay";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task People_and_programs_sign_in_by_the_provider_and_get_what_their_groups_and_owners_give()
    {
        Chromium.SkipUnlessInstalled();
        await using var provider = await OidcProvider.Install();
        using var folder = new TemporaryFolder();
        await using var server = await AssayServer.Start(new() { Home = folder.Home, Port = 0, MetricsPort = 0, Settings = Settings(provider) }, Cancel);
        await provider.Start(server.Address);
        using var admin = Client(server, (await File.ReadAllTextAsync(Path.Combine(folder.Home, "admin-token"), Cancel)).Trim());
        using var playwright = await Playwright.CreateAsync();
        await using var chromium = await Chromium.Launch(playwright);

        await A_new_person_comes_in_with_the_roles_of_its_groups(server, chromium, admin);
        await A_known_person_is_recognized_by_a_verified_address_and_not_by_another_nor_by_a_name(server, chromium, admin);
        await A_deactivated_person_stays_out(server, chromium, admin);
        await A_program_calls_once_it_is_registered(server, provider, admin, folder.Home);
        var verified = await (await admin.PostAsync("/api/v1/ledger/verify", null, Cancel)).Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.True(verified.GetProperty("verified").GetBoolean(), verified.ToString());
    }

    private static async Task A_new_person_comes_in_with_the_roles_of_its_groups(AssayServer server, IBrowser chromium, HttpClient admin)
    {
        var page = await SignIn(server, chromium, "ada", "/models");
        await Expect(page.Locator("h1")).ToHaveTextAsync("Models");
        var account = await page.EvaluateAsync<JsonElement>("fetch('/api/v1/account').then(answer => answer.json())");
        Assert.Equal(("ada", "Ada Lovelace"), (account.GetProperty("name").GetString(), account.GetProperty("displayName").GetString()));
        Assert.Equal(["engineers"], account.GetProperty("groups").EnumerateArray().Select(group => group.GetString()));
        Assert.Equal(403, await page.EvaluateAsync<int>("fetch('/api/v1/people').then(answer => answer.status)"));
        await page.GotoAsync(new Uri(server.Address, "/account").ToString());
        await Expect(page.Locator("h1")).ToHaveTextAsync("Your account");
        await Expect(page.GetByRole(AriaRole.Row, new() { Name = "OpenID provider" })).ToContainTextAsync("this one");
        Assert.Empty(await QuickstartedServer.Barriers(page));
        await page.Context.CloseAsync();

        // Out of the group by hand: the next sign-in brings it back, and makes no second account.
        var group = (await Items(admin, "groups")).Single(group => group.GetProperty("name").GetString() == "engineers").GetProperty("id").GetString();
        Assert.Equal(HttpStatusCode.NoContent, (await admin.DeleteAsync($"/api/v1/groups/{group}/members/{account.GetProperty("id").GetString()}", Cancel)).StatusCode);
        page = await SignIn(server, chromium, "ada", "/");
        await Expect(page.Locator("h1")).ToHaveTextAsync("Overview");
        await page.Context.CloseAsync();
        Assert.Single(await Items(admin, "people"), person => person.GetProperty("userName").GetString() == "ada");
    }

    private static async Task A_known_person_is_recognized_by_a_verified_address_and_not_by_another_nor_by_a_name(AssayServer server, IBrowser chromium, HttpClient admin)
    {
        var known = await Post(admin, "people", new { userName = "g.hopper", displayName = "Grace", email = "Grace@example.org" });
        await Post(admin, "bindings", new { principal = known.GetProperty("id").GetString(), role = "viewer" });
        var page = await SignIn(server, chromium, "grace", "/");
        await Expect(page.Locator("h1")).ToHaveTextAsync("Overview");
        Assert.Equal("g.hopper", (await page.EvaluateAsync<JsonElement>("fetch('/api/v1/account').then(answer => answer.json())")).GetProperty("name").GetString());
        await page.Context.CloseAsync();

        page = await SignIn(server, chromium, "mallory", "/");
        Assert.Equal("mallory", (await page.EvaluateAsync<JsonElement>("fetch('/api/v1/account').then(answer => answer.json())")).GetProperty("name").GetString());
        await page.Context.CloseAsync();

        page = await SignIn(server, chromium, "admin", "/");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("has this user name already");
        await page.Context.CloseAsync();
    }

    private static async Task A_deactivated_person_stays_out(AssayServer server, IBrowser chromium, HttpClient admin)
    {
        var ada = (await Items(admin, "people")).Single(person => person.GetProperty("userName").GetString() == "ada").GetProperty("id").GetString();
        Assert.Equal(HttpStatusCode.OK, (await admin.PatchAsJsonAsync($"/api/v1/people/{ada}", new { active = false }, Cancel)).StatusCode);
        var page = await SignIn(server, chromium, "ada", "/");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("deactivated");
        Assert.Equal(401, await page.EvaluateAsync<int>("fetch('/api/v1/account').then(answer => answer.status)"));
        await page.Context.CloseAsync();
    }

    private static async Task A_program_calls_once_it_is_registered(AssayServer server, OidcProvider provider, HttpClient admin, string home)
    {
        using var nightly = Client(server, await Token(provider, "nightly", Audience));
        var refused = await nightly.GetAsync("/api/v1/models", Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Contains("no account here is linked", await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);

        var account = await Post(admin, "service-accounts", new { name = "nightly" });
        var id = account.GetProperty("id").GetString();
        await Post(admin, "bindings", new { principal = id, role = "viewer" });
        var linked = await AssayProcess.Run("access", "logins", "add", "nightly", "--issuer", provider.Authority, "--subject", "nightly", "--server", server.Address.ToString(), "--home", home);
        Assert.True(linked.ExitCode == 0, linked.ToString());
        Assert.Equal(HttpStatusCode.OK, (await nightly.GetAsync("/api/v1/models", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await nightly.GetAsync("/api/v1/people", Cancel)).StatusCode);

        using var elsewhere = Client(server, await Token(provider, "nightly", "urn:another-service"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await elsewhere.GetAsync("/api/v1/models", Cancel)).StatusCode);
        using var stranger = Client(server, await Token(provider, "stranger", Audience));
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync("/api/v1/models", Cancel)).StatusCode);

        Assert.Equal(HttpStatusCode.OK, (await admin.PatchAsJsonAsync($"/api/v1/service-accounts/{id}", new { active = false }, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await nightly.GetAsync("/api/v1/models", Cancel)).StatusCode);
    }

    private static async Task<IPage> SignIn(AssayServer server, IBrowser chromium, string who, string returnTo)
    {
        var page = await (await chromium.NewContextAsync()).NewPageAsync();
        await page.GotoAsync(new Uri(server.Address, "/choose-password?code=x").ToString());
        Assert.Empty(await QuickstartedServer.Barriers(page));
        await page.GotoAsync(new Uri(server.Address, $"/sign-in?returnTo={Uri.EscapeDataString(returnTo)}").ToString());
        Assert.Empty(await QuickstartedServer.Barriers(page));
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in with Example" }).ClickAsync();
        await page.Locator("input[name=login]").FillAsync(who);
        await page.Locator("input[name=password]").FillAsync("any");
        await page.Locator("button[type=submit]").ClickAsync();
        await Expect(page.Locator("input[name=login]")).ToHaveCountAsync(0);

        // The provider asks for consent, and leads back.
        await page.Locator("button[type=submit]").ClickAsync();
        await page.WaitForURLAsync(address => address.StartsWith(server.Address.ToString(), StringComparison.Ordinal));
        return page;
    }

    private static async Task<string> Token(OidcProvider provider, string program, string audience)
    {
        using var http = new HttpClient();
        var answer = await http.PostAsync($"{provider.Authority}/token", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = program,
            ["client_secret"] = $"{program}-secret",
            ["resource"] = audience,
        }), Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement.GetProperty("access_token").GetString()!;
    }

    private static HttpClient Client(AssayServer server, string token) =>
        new() { BaseAddress = server.Address, DefaultRequestHeaders = { Authorization = new("Bearer", token) } };

    private static async Task<List<JsonElement>> Items(HttpClient client, string things) =>
        [.. (await client.GetFromJsonAsync<JsonElement>($"/api/v1/{things}", Cancel)).GetProperty("items").EnumerateArray()];

    private static async Task<JsonElement> Post(HttpClient client, string things, object body)
    {
        var answer = await client.PostAsJsonAsync($"/api/v1/{things}", body, Cancel);
        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync(Cancel));
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
    }

    private static Dictionary<string, string?> Settings(OidcProvider provider) => new()
    {
        ["Oidc:Authority"] = provider.Authority,
        ["Oidc:Name"] = "Example",
        ["Oidc:ClientId"] = "assay",
        ["Oidc:ClientSecret"] = "assay-secret",
        ["Oidc:Audience"] = Audience,
        ["Oidc:RequireHttps"] = "false",
        ["Oidc:LinkByEmail"] = "true",
        ["Oidc:Scopes:0"] = "profile",
        ["Oidc:Scopes:1"] = "email",
        ["Oidc:Scopes:2"] = "groups",
        ["Oidc:Roles:0:Group"] = "engineers",
        ["Oidc:Roles:0:Role"] = "ml-engineer",
    };
}
