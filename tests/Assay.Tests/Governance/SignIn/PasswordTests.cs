using System.Net;
using System.Net.Http.Json;
using Assay.Governance;
using Assay.Governance.Access;
using Assay.Governance.SignIn;
using Assay.Kernel;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Tests.Governance.SignIn;

public class PasswordTests
{
    private const string Wrong = "wrong wrong wrong";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_person_chooses_a_password_by_a_link_that_works_once_and_signs_in_with_it()
    {
        await using var server = await TestServer.Start();
        var ada = await server.Person("Ada");
        var link = await server.PasswordLink(ada.Id);
        using var first = new Browser(server);
        Assert.EndsWith("problem=weak", await first.Choose(link, "short"), StringComparison.Ordinal);
        Assert.EndsWith("problem=weak", await first.Choose(link, "i am ada lovelace"), StringComparison.Ordinal);
        Assert.EndsWith("problem=different", await first.Choose(link, Browser.GoodPassword, "something else at all"), StringComparison.Ordinal);
        Assert.False(await first.IsSignedIn());
        Assert.Equal("/", await first.Choose(link, Browser.GoodPassword));
        Assert.True(await first.IsSignedIn());

        using var second = new Browser(server);
        Assert.Contains("problem=code", await second.Choose(link, "another good password"), StringComparison.Ordinal);
        Assert.Contains("problem=password", await second.SignIn("ada", Wrong), StringComparison.Ordinal);
        Assert.Equal("/models", await second.SignIn("ADA", Browser.GoodPassword, "/models"));
        var account = await (await second.Get("/api/v1/account")).Content.ReadFromJsonAsync<OwnAccount>(AssayJson.Options, Cancel);
        Assert.Equal((ada.Id, "ada", true), (account!.Id, account.Name, account.HasPassword));

        var ledger = await Ledger(server);
        foreach (var type in new[] { "password.link-issued", "password.changed", "session.started", "session.refused" })
            Assert.Contains(type, ledger, StringComparison.Ordinal);
        Assert.DoesNotContain("\"ada", ledger, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_new_link_makes_the_older_one_worthless()
    {
        await using var server = await TestServer.Start();
        var ada = await server.Person("ada");
        var older = await server.PasswordLink(ada.Id);
        await server.PasswordLink(ada.Id);
        using var browser = new Browser(server);
        Assert.Contains("problem=code", await browser.Choose(older, Browser.GoodPassword), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_has_less_than_a_person_gives_no_link_for_it()
    {
        await using var server = await TestServer.Start();
        var account = await server.Account();
        await server.Admin.PutAsJsonAsync("/api/v1/roles/people-admin", new { permissions = new[] { "access.admin", "access.read" } }, Cancel);
        await server.Bind(account.Id, "people-admin");
        var helpDesk = await server.As(account);
        var admin = (await server.Admin.GetFromJsonAsync<OwnAccount>("/api/v1/account", AssayJson.Options, Cancel))!.Id;
        Assert.Equal(HttpStatusCode.Forbidden, (await helpDesk.PostAsync($"/api/v1/people/{admin}/password-links", null, Cancel)).StatusCode);
        var ada = await server.Person("ada");
        Assert.Equal(HttpStatusCode.OK, (await helpDesk.PostAsync($"/api/v1/people/{ada.Id}/password-links", null, Cancel)).StatusCode);
    }

    [Fact]
    public async Task Wrong_passwords_lock_a_name_for_longer_and_longer_whether_or_not_somebody_has_it()
    {
        var clock = new HandClock();
        await using var server = await TestServer.Start(adjust: clock.Into);
        var ada = await server.PersonWithPassword("ada");
        using var browser = new Browser(server);
        foreach (var name in new[] { "ada", "nobody" })
        {
            clock.Move(TimeSpan.FromMinutes(2));
            for (var i = 0; i < 4; i++)
                Assert.Equal("/sign-in?problem=password", await browser.SignIn(name, Wrong));
            Assert.Equal("/sign-in?problem=locked&wait=30", await browser.SignIn(name, Wrong));
            Assert.StartsWith("/sign-in?problem=locked&wait=", await browser.SignIn(name, name == "ada" ? Browser.GoodPassword : Wrong), StringComparison.Ordinal);
            clock.Move(TimeSpan.FromSeconds(31));
            Assert.Equal("/sign-in?problem=locked&wait=60", await browser.SignIn(name, Wrong));
        }

        Assert.Contains($"\"{ada.Id}\"", await Ledger(server, "person.locked"), StringComparison.Ordinal);
        clock.Move(TimeSpan.FromSeconds(61));
        Assert.Equal("/", await browser.SignIn("ada", Browser.GoodPassword));
        Assert.Equal("/sign-in?problem=password", await browser.SignIn("ada", Wrong));
    }

    [Fact]
    public async Task An_unknown_name_a_wrong_password_and_an_inactive_account_get_the_same_answer_for_the_same_work()
    {
        await using var server = await TestServer.Start();
        var gone = await server.PersonWithPassword("gone");
        await server.PersonWithPassword("ada");
        await server.Admin.PatchAsJsonAsync($"/api/v1/people/{gone.Id}", new { active = false }, Cancel);
        using var browser = new Browser(server);
        var hashes = server.Services.GetRequiredService<PasswordHashes>();
        foreach (var (name, password) in new[] { ("ada", Wrong), ("nobody", Wrong), ("gone", Browser.GoodPassword) })
        {
            // The hash is nearly all of the time that an answer takes: a path that left it out would stand out by far.
            var before = hashes.Computed;
            Assert.Equal("/sign-in?problem=password", await browser.SignIn(name, password));
            Assert.Equal((name, 1), (name, hashes.Computed - before));
        }
    }

    [Fact]
    public async Task The_own_password_changes_with_the_old_one_and_ends_all_sessions()
    {
        await using var server = await TestServer.Start();
        await server.PersonWithPassword("ada");
        using var here = new Browser(server);
        using var elsewhere = new Browser(server);
        await here.SignIn("ada", Browser.GoodPassword);
        await elsewhere.SignIn("ada", Browser.GoodPassword);
        Assert.Equal(HttpStatusCode.BadRequest, await Change(here, Wrong, "a quite different one"));
        Assert.Equal(HttpStatusCode.BadRequest, await Change(here, Browser.GoodPassword, "short"));
        Assert.True(await elsewhere.IsSignedIn());
        Assert.Equal(HttpStatusCode.NoContent, await Change(here, Browser.GoodPassword, "a quite different one"));
        Assert.False(await here.IsSignedIn());
        Assert.False(await elsewhere.IsSignedIn());
        Assert.Contains("problem=password", await here.SignIn("ada", Browser.GoodPassword), StringComparison.Ordinal);
        Assert.Equal("/", await here.SignIn("ada", "a quite different one"));
    }

    [Fact]
    public async Task Hashes_are_those_of_argon2_and_are_made_anew_when_the_parameters_are_raised()
    {
        // By another implementation of Argon2: hash-wasm.
        const string Foreign = "$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$gy5SuVm5Z7Vw7keB9se9p87QGcomaseB/S2U1OhTsM0";
        await using var server = await TestServer.Start();
        var ada = await server.PersonWithPassword("ada");
        using var weaker = new PasswordHashes(await File.ReadAllBytesAsync(Path.Combine(server.Home.Keys, "passwords.key"), Cancel), memoryKibibytes: 4096);
        Assert.True(await weaker.Matches("correct horse battery staple", Foreign, Cancel));
        Assert.False(await weaker.Matches("correct horse battery stapler", Foreign, Cancel));

        var weak = await weaker.Make(ada.Id, Browser.GoodPassword, Cancel);
        Assert.StartsWith("$argon2id$v=19$m=4096,t=2,p=1$", weak, StringComparison.Ordinal);
        Assert.Equal(1, await server.Tamper($"UPDATE governance_passwords SET hash = '{weak}'"));
        using var browser = new Browser(server);
        Assert.Equal("/", await browser.SignIn("ada", Browser.GoodPassword));
        Assert.Contains("password.rehashed", await Ledger(server), StringComparison.Ordinal);
        Assert.Equal(1, await server.Tamper("UPDATE governance_passwords SET hash = hash WHERE hash LIKE '$argon2id$v=19$m=19456,t=2,p=1$%'"));
        Assert.Equal("/", await browser.SignIn("ada", Browser.GoodPassword));
    }

    [Fact]
    public async Task A_hash_put_into_the_database_lets_nobody_in_and_is_found()
    {
        await using var server = await TestServer.Start();
        var ada = await server.PersonWithPassword("ada");
        var eve = await server.PersonWithPassword("eve");
        using var stranger = new PasswordHashes(new byte[32]);
        using var browser = new Browser(server);
        await server.Tamper($"UPDATE governance_passwords SET hash = '{await stranger.Make(ada.Id, Browser.GoodPassword, Cancel)}' WHERE person_id = '{ada.Id}'");
        Assert.Contains("problem=password", await browser.SignIn("ada", Browser.GoodPassword), StringComparison.Ordinal);
        await server.Tamper($"UPDATE governance_passwords SET hash = (SELECT hash FROM governance_passwords WHERE person_id = '{eve.Id}') WHERE person_id = '{ada.Id}'");
        Assert.Contains("problem=password", await browser.SignIn("ada", Browser.GoodPassword), StringComparison.Ordinal);
        var found = await (await server.Admin.PostAsync("/api/v1/ledger/verify", null, Cancel)).Content.ReadFromJsonAsync<LedgerVerification>(AssayJson.Options, Cancel);
        Assert.Contains(found!.Problems, problem => problem.Contains("governance_passwords", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("INSERT INTO governance_password_links (hash, person_id, expires_at, mac) VALUES ('{hash}', '{ada}', 4000000000000, '')")]
    [InlineData("INSERT INTO governance_password_links (hash, person_id, expires_at, mac) SELECT '{hash}', '{ada}', expires_at, mac FROM governance_password_links")]
    [InlineData("UPDATE governance_password_links SET person_id = '{ada}'")]
    [InlineData("UPDATE governance_password_links SET expires_at = expires_at + 1000")]
    public async Task A_link_put_into_the_database_or_turned_into_somebody_elses_sets_no_password(string tampering)
    {
        await using var server = await TestServer.Start();
        var ada = await server.Person("ada");
        var eve = await server.Person("eve");
        var code = (await server.PasswordLink(eve.Id)).Split("code=")[1];
        if (tampering.StartsWith("INSERT", StringComparison.Ordinal))
            code = TokenSecrets.NewSecret();
        Assert.Equal(1, await server.Tamper(tampering.Replace("{hash}", TokenSecrets.Hash(code), StringComparison.Ordinal).Replace("{ada}", ada.Id, StringComparison.Ordinal)));
        using var browser = new Browser(server);
        Assert.Contains("problem=code", await browser.Submit(
            "/sign-in", "/session/password", ("code", code), ("password", Browser.GoodPassword), ("again", Browser.GoodPassword)), StringComparison.Ordinal);
        Assert.False(await browser.IsSignedIn());
    }

    [Fact]
    public async Task A_password_is_no_good_for_the_api()
    {
        await using var server = await TestServer.Start();
        await server.PersonWithPassword("ada");
        server.Guest.DefaultRequestHeaders.Authorization =
            new("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"ada:{Browser.GoodPassword}")));
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.Guest.GetAsync("/api/v1/account", Cancel)).StatusCode);
    }

    private static async Task<HttpStatusCode> Change(Browser browser, string oldPassword, string newPassword) =>
        (await browser.Send(new(HttpMethod.Put, "/api/v1/account/password") { Content = JsonContent.Create(new { oldPassword, newPassword }) })).StatusCode;

    private static async Task<string> Ledger(TestServer server, string? type = null)
    {
        await server.Admin.PostAsync("/api/v1/ledger/verify", null, Cancel);
        return await server.Admin.GetStringAsync($"/api/v1/ledger?limit=200{(type is null ? "" : $"&type={type}")}", Cancel);
    }
}
