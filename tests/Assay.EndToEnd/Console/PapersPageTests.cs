using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Assay.EndToEnd.Console;

/// <summary>The statements behind the marks, and the card that people write.</summary>
public sealed partial class PapersPageTests(QuickstartedServer server)
{
    [Fact]
    public async Task A_mark_leads_to_what_was_signed_and_to_its_place_in_the_ledger()
    {
        var page = await server.OpenSignedIn();
        await page.GotoAsync($"{server.Address}/models/small/1");
        await PageTests.Connected(page);
        await page.GetByLabel("Marks").GetByRole(AriaRole.Link, new() { NameRegex = Tested() }).ClickAsync();

        await Expect(page.Locator("h1")).ToContainTextAsync("Gate verdict");
        await Expect(page.GetByText("verified", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(page.Locator("pre")).ToContainTextAsync("\"verificationResult\": \"PASSED\"");
        Assert.Empty(await QuickstartedServer.Barriers(page));

        await page.GetByRole(AriaRole.Link, new() { NameRegex = Entry() }).ClickAsync();
        await Expect(page.Locator("h1")).ToContainTextAsync("Entry");
        await Expect(page.Locator("pre").First).ToContainTextAsync("https://slsa.dev/verification_summary/v1");
    }

    [Fact]
    public async Task Every_statement_of_a_version_is_listed_and_verified()
    {
        var page = await server.OpenSignedIn();
        await page.GotoAsync($"{server.Address}/models/small/1");
        await PageTests.Connected(page);
        var papers = page.Locator("#papers");
        foreach (var kind in new[] { "Training provenance", "Data checks", "Evaluation", "Gate verdict" })
            await Expect(papers.GetByRole(AriaRole.Link, new() { Name = kind }).First).ToBeVisibleAsync();
        await papers.GetByRole(AriaRole.Button, new() { Name = "Verify statements" }).ClickAsync();
        await Expect(papers.GetByText("all hold")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_card_is_written_in_the_form_and_is_signed()
    {
        var page = await server.OpenSignedIn();
        await page.GotoAsync($"{server.Address}/models/small/2/card");
        await PageTests.Connected(page);
        await page.GetByLabel("Overview").FillAsync("Says who is likely to leave.");
        await page.GetByLabel("Limits").FillAsync("Not for customers of less than a month");
        await page.GetByLabel("Ethical considerations").FillAsync("Calls may annoy | At most one call a month");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign card 1" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Sign card 2" })).ToBeVisibleAsync();
        await Expect(page.Locator("li", new() { HasText = "Calls may annoy | At most one call a month" })).ToBeVisibleAsync();
        Assert.Empty(await QuickstartedServer.Barriers(page));
        await page.GetByRole(AriaRole.Link, new() { Name = "what was signed" }).ClickAsync();
        await Expect(page.Locator("h1")).ToContainTextAsync("Model card and bill of materials");
        await Expect(page.Locator("pre")).ToContainTextAsync("\"mitigationStrategy\": \"At most one call a month\"");
    }

    [GeneratedRegex("^Tested")]
    private static partial Regex Tested();

    [GeneratedRegex("^entry ")]
    private static partial Regex Entry();
}
