using System.Net;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Assay.EndToEnd.Console;

/// <summary>What a reader does with the console as a whole: come in, find, switch, go.</summary>
public sealed class ReaderTests(QuickstartedServer server)
{
    [Fact]
    public async Task A_guest_is_led_to_the_form_and_after_signing_in_to_the_page_that_was_asked_for()
    {
        var problems = new List<string>();
        var page = await server.OpenAsGuest();
        PageTests.Listen(page, problems);
        await page.GotoAsync($"{server.Address}/models");
        await Expect(page.Locator("h1")).ToHaveTextAsync("Sign in");
        problems.AddRange(await QuickstartedServer.Barriers(page));

        await page.GetByLabel("Access token").FillAsync("not a token");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with the token" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("is not known");

        await page.GotoAsync($"{server.Address}/models");
        await page.GetByLabel("Access token").FillAsync(server.Token);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("h1")).ToHaveTextAsync("Models");
        Assert.Empty(problems);
    }

    [Fact]
    public async Task A_sign_in_link_works_once()
    {
        var page = await server.OpenAsGuest();
        await page.GotoAsync(server.UsedLink);
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("was used already or has expired");
    }

    [Fact]
    public async Task After_signing_out_the_console_is_closed()
    {
        var page = await server.OpenAsGuest();
        await page.GotoAsync($"{server.Address}/sign-in");
        await page.GetByLabel("Access token").FillAsync(server.Token);
        await page.Keyboard.PressAsync("Enter");
        await PageTests.Connected(page);
        await page.Locator("header.top summary").Last.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("Sign in");
        await page.GotoAsync(server.Address);
        await Expect(page.Locator("h1")).ToHaveTextAsync("Sign in");
    }

    [Fact]
    public async Task Search_is_driven_by_keyboard_alone()
    {
        var page = await server.OpenSignedIn();
        await page.GotoAsync(server.Address);
        await PageTests.Connected(page);
        await page.Keyboard.PressAsync("Control+k");
        await page.Keyboard.TypeAsync("sma");
        await Expect(page.GetByRole(AriaRole.Option).First).ToContainTextAsync("small");
        Assert.Empty(await QuickstartedServer.Barriers(page));
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("h1")).ToContainTextAsync("small");
    }

    [Fact]
    public async Task Dark_is_chosen_remembered_and_there_from_the_first_byte()
    {
        var page = await server.OpenSignedIn();
        await page.GotoAsync(server.Address);
        await PageTests.Connected(page);
        await page.Locator("header.top summary").Last.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Dark", Exact = true }).ClickAsync();
        await Expect(page.Locator("html.dark")).ToHaveCountAsync(1);
        var answer = await page.GotoAsync($"{server.Address}/models");
        Assert.Contains("class=\"dark\"", await answer!.TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_menu_opens_on_a_narrow_screen_and_leads_on()
    {
        var page = await server.OpenSignedIn(390);
        await page.GotoAsync(server.Address);
        await PageTests.Connected(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Menu" }).ClickAsync();
        Assert.Empty(await QuickstartedServer.Barriers(page));
        await page.GetByRole(AriaRole.Link, new() { Name = "Endpoints" }).ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("Endpoints");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Endpoints" })).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_token_is_made_shown_once_and_revoked()
    {
        var page = await server.OpenSignedIn();
        await page.GotoAsync($"{server.Address}/tokens");
        await PageTests.Connected(page);
        await page.GetByLabel("What it is for").FillAsync("dashboard");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make token" }).ClickAsync();
        await Expect(page.Locator(".notice.ok code")).ToBeVisibleAsync();
        var secret = await page.Locator(".notice.ok code").InnerTextAsync();

        using var http = new HttpClient { BaseAddress = new(server.Address) };
        http.DefaultRequestHeaders.Authorization = new("Bearer", secret);
        var cancel = TestContext.Current.CancellationToken;
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/api/v1/models", cancel)).StatusCode);

        await page.GetByRole(AriaRole.Button, new() { Name = "Revoke dashboard" }).ClickAsync();
        Assert.Empty(await QuickstartedServer.Barriers(page));
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Revoke" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Row, new() { Name = "dashboard" })).ToContainTextAsync("revoked");
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("/api/v1/models", cancel)).StatusCode);
    }

    [Fact]
    public async Task An_address_that_leads_nowhere_says_so()
    {
        var page = await server.OpenSignedIn();
        var answer = await page.GotoAsync($"{server.Address}/nowhere");
        Assert.Equal(404, answer!.Status);
        await Expect(page.Locator("h1")).ToHaveTextAsync("There is no such page");
        Assert.Empty(await QuickstartedServer.Barriers(page));
    }

    [Fact]
    public async Task A_thing_that_is_not_there_says_so()
    {
        var page = await server.OpenSignedIn();
        await page.GotoAsync($"{server.Address}/models/no-such/1");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("There is no such thing in this project.");
        Assert.Empty(await QuickstartedServer.Barriers(page));
    }
}
