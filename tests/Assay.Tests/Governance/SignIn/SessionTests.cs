using System.Net;
using System.Net.Http.Json;
using Assay.Governance.Access;
using Assay.Governance.SignIn;
using Assay.Kernel;
using Assay.Kernel.Paging;

namespace Assay.Tests.Governance.SignIn;

public class SessionTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sessions_are_listed_and_ended_one_by_one_or_everywhere()
    {
        await using var server = await TestServer.Start();
        await server.PersonWithPassword("ada");
        using var here = new Browser(server);
        using var there = new Browser(server);
        await here.SignIn("ada", Browser.GoodPassword);
        await there.SignIn("ada", Browser.GoodPassword);

        var sessions = await List(here);
        Assert.Equal(2, sessions.Count);
        Assert.All(sessions, session => Assert.Equal((SignInMethod.Password, "TestBrowser/1.0"), (session.Method, session.Browser)));
        var other = Assert.Single(sessions, session => !session.IsThis);
        Assert.Equal(HttpStatusCode.NoContent, (await here.Send(new(HttpMethod.Delete, $"/api/v1/account/sessions/{other.Id}"))).StatusCode);
        Assert.False(await there.IsSignedIn());
        Assert.True(await here.IsSignedIn());

        await there.SignIn("ada", Browser.GoodPassword);
        Assert.Equal(HttpStatusCode.NoContent, (await here.Send(new(HttpMethod.Delete, "/api/v1/account/sessions"))).StatusCode);
        Assert.False(await here.IsSignedIn());
        Assert.False(await there.IsSignedIn());
    }

    [Fact]
    public async Task Nobody_ends_a_session_of_somebody_else_but_an_administrator_ends_all_of_a_person()
    {
        await using var server = await TestServer.Start();
        var ada = await server.PersonWithPassword("ada");
        await server.PersonWithPassword("eve");
        using var hers = new Browser(server);
        using var eves = new Browser(server);
        await hers.SignIn("ada", Browser.GoodPassword);
        await eves.SignIn("eve", Browser.GoodPassword);
        var id = Assert.Single(await List(hers)).Id;
        Assert.Equal(HttpStatusCode.NotFound, (await eves.Send(new(HttpMethod.Delete, $"/api/v1/account/sessions/{id}"))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await eves.Send(new(HttpMethod.Delete, $"/api/v1/people/{ada.Id}/sessions"))).StatusCode);
        Assert.True(await hers.IsSignedIn());
        Assert.Equal(HttpStatusCode.NoContent, (await server.Admin.DeleteAsync($"/api/v1/people/{ada.Id}/sessions", Cancel)).StatusCode);
        Assert.False(await hers.IsSignedIn());
        Assert.True(await eves.IsSignedIn());
    }

    [Fact]
    public async Task Who_writes_into_the_database_makes_no_session_of_somebody_else_of_their_own()
    {
        await using var server = await TestServer.Start();
        var ada = await server.PersonWithPassword("ada");
        await server.PersonWithPassword("eve");
        using var eves = new Browser(server);
        await eves.SignIn("eve", Browser.GoodPassword);
        Assert.Equal(1, await server.Tamper($"UPDATE governance_sessions SET principal_id = '{ada.Id}'"));
        Assert.False(await eves.IsSignedIn());
    }

    [Fact]
    public async Task A_session_put_into_a_browser_before_sign_in_is_worth_nothing_after_it()
    {
        await using var server = await TestServer.Start();
        await server.PersonWithPassword("ada");
        using var attacker = new Browser(server);
        await attacker.Submit("/sign-in", "/session", ("token", server.Admin.DefaultRequestHeaders.Authorization!.Parameter!));
        var planted = attacker.Session!;

        using var victim = new Browser(server);
        victim.Cookies.Add(server.Address, new Cookie("assay-session", planted));
        Assert.Equal("/", await victim.SignIn("ada", Browser.GoodPassword));
        Assert.NotEqual(planted, victim.Session);
        Assert.True(await victim.IsSignedIn());
        Assert.False(await attacker.IsSignedIn());
    }

    [Fact]
    public async Task Deactivating_an_account_ends_its_sessions_and_links_for_good()
    {
        await using var server = await TestServer.Start();
        var ada = await server.PersonWithPassword("ada");
        using var browser = new Browser(server);
        await browser.SignIn("ada", Browser.GoodPassword);
        var link = await server.PasswordLink(ada.Id);
        await server.Admin.PatchAsJsonAsync($"/api/v1/people/{ada.Id}", new { active = false }, Cancel);
        Assert.False(await browser.IsSignedIn());
        Assert.Contains("problem=password", await browser.SignIn("ada", Browser.GoodPassword), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, (await server.Admin.PostAsync($"/api/v1/people/{ada.Id}/password-links", null, Cancel)).StatusCode);

        await server.Admin.PatchAsJsonAsync($"/api/v1/people/{ada.Id}", new { active = true }, Cancel);
        Assert.False(await browser.IsSignedIn());
        Assert.Contains("problem=code", await browser.Choose(link, "another good password"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_that_rests_on_a_token_ends_with_it()
    {
        await using var server = await TestServer.Start();
        var viewer = (await server.Client(Role.Viewer)).DefaultRequestHeaders.Authorization!.Parameter!;
        using var browser = new Browser(server);
        Assert.Equal("/", await browser.Submit("/sign-in", "/session", ("token", viewer)));
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.Get("/api/v1/people")).StatusCode);
        await server.Admin.DeleteAsync($"/api/v1/tokens/{viewer.Split('_')[1]}", Cancel);
        Assert.False(await browser.IsSignedIn());
    }

    [Fact]
    public async Task A_session_ends_when_it_is_not_used_and_after_a_week_in_any_case()
    {
        var clock = new HandClock();
        await using var server = await TestServer.Start(adjust: clock.Into);
        await server.PersonWithPassword("ada");
        using var idle = new Browser(server);
        using var busy = new Browser(server);
        await idle.SignIn("ada", Browser.GoodPassword);
        await busy.SignIn("ada", Browser.GoodPassword);
        for (var hours = 0; hours < 13; hours += 4)
        {
            Assert.True(await busy.IsSignedIn());
            clock.Move(TimeSpan.FromHours(4));
        }

        Assert.False(await idle.IsSignedIn());
        for (var hours = 16; hours < 7 * 24; hours += 4)
        {
            Assert.True(await busy.IsSignedIn(), $"after {hours} hours");
            clock.Move(TimeSpan.FromHours(4));
        }

        Assert.False(await busy.IsSignedIn());
    }

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("https://evil.example")]
    [InlineData("/\t/evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("~/x")]
    [InlineData("models")]
    public async Task After_sign_in_nobody_is_led_to_another_site(string returnTo)
    {
        await using var server = await TestServer.Start();
        await server.PersonWithPassword("ada");
        using var browser = new Browser(server);
        Assert.Equal("/sign-in?problem=password", await browser.SignIn("ada", "wrong wrong wrong", returnTo));
        Assert.Equal("/", await browser.SignIn("ada", Browser.GoodPassword, returnTo));
    }

    [Fact]
    public async Task A_form_that_no_page_of_the_console_sent_is_refused()
    {
        await using var server = await TestServer.Start();
        await server.PersonWithPassword("ada");
        using var browser = new Browser(server);
        await browser.SignIn("ada", Browser.GoodPassword);
        foreach (var (action, form) in new (string, Dictionary<string, string>)[]
        {
            ("/session", new() { ["userName"] = "ada", ["password"] = Browser.GoodPassword }),
            ("/session/end", []),
            ("/session/password", new() { ["code"] = "x", ["password"] = "y", ["again"] = "y" }),
        })
        {
            var refused = await browser.Send(new(HttpMethod.Post, action) { Content = new FormUrlEncodedContent(form) });
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        }

        Assert.True(await browser.IsSignedIn());
    }

    [Fact]
    public async Task Failed_sign_ins_are_limited_by_network()
    {
        await using var server = await TestServer.Start();
        using var browser = new Browser(server);
        var answers = new List<string>();
        for (var i = 0; i < 21; i++)
            answers.Add(await browser.Submit("/sign-in", "/session", ("token", "no such token")));
        Assert.Equal(20, answers.Count(answer => answer == "/sign-in?problem=token"));
        Assert.Equal("/sign-in?problem=busy", answers[^1]);
    }

    [Fact]
    public async Task Own_tokens_are_made_in_a_session_of_ones_own_and_never_by_a_token()
    {
        await using var server = await TestServer.Start();
        var ada = await server.PersonWithPassword("ada");
        await server.Bind(ada.Id, Role.Viewer);
        using var browser = new Browser(server);
        await browser.SignIn("ada", Browser.GoodPassword);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.Send(NewToken(new { name = "cli", role = "viewer" }))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.Send(NewToken(new { name = "cli", role = "ml-engineer", expiresInDays = 30 }))).StatusCode);
        var made = await browser.Send(NewToken(new { name = "cli", role = "viewer", expiresInDays = 30 }));
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var token = (await made.Content.ReadFromJsonAsync<CreatedToken>(AssayJson.Options, Cancel))!;
        using var client = server.Connect(token.Token);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/v1/models", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await client.SendAsync(NewToken(new { name = "again", role = "viewer", expiresInDays = 30 }), Cancel)).StatusCode);

        using var eve = await server.As(await server.Account());
        Assert.Equal(HttpStatusCode.NotFound, (await eve.DeleteAsync($"/api/v1/account/tokens/{token.Summary.Id}", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync($"/api/v1/account/tokens/{token.Summary.Id}", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/v1/models", Cancel)).StatusCode);
    }

    private static HttpRequestMessage NewToken(object body) => new(HttpMethod.Post, "/api/v1/account/tokens") { Content = JsonContent.Create(body) };

    private static async Task<IReadOnlyList<SessionSummary>> List(Browser browser) =>
        (await (await browser.Get("/api/v1/account/sessions")).Content.ReadFromJsonAsync<Page<SessionSummary>>(AssayJson.Options, Cancel))!.Items;
}
