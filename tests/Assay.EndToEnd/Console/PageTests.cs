using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Assay.EndToEnd.Console;

/// <summary>Every page of the console, in a real browser over a server that quickstart has filled.</summary>
public sealed partial class PageTests(QuickstartedServer server)
{
    private const int FirstPageBytesMax = 700_000;

    public static TheoryData<string, string> Pages => new()
    {
        { "/", "Overview" },
        { "/data", "Data" },
        { "/data/small", "small" },
        { "/data/small/1", "small v1" },
        { "/experiments", "Experiments" },
        { "/experiments/0", "Default" },
        { "/experiments?shown=deleted", "Experiments" },
        { "/runs/compare", "Compare runs" },
        { "/trainings", "Trainings" },
        { "/models", "Models" },
        { "/models/small", "small" },
        { "/models/small/1", "small v1" },
        { "/models/small/2", "small v2" },
        { "/models/small/1/card", "Card of small v1" },
        { "/models/small/1/decision/Production", "small v1" },
        { "/approvals", "Approvals" },
        { "/endpoints", "Endpoints" },
        { "/endpoints/small", "small" },
        { "/monitoring", "Monitoring" },
        { "/monitoring/small", "small" },
        { "/monitoring/small/distribution?feature=age", "age" },
        { "/monitoring/small/distribution", "Score" },
        { "/monitoring/small/performance", "Performance" },
        { "/monitoring/small/reviews", "Reviews" },
        { "/ledger", "Ledger" },
        { "/ledger/3", "Entry 3" },
        { "/account", "Your account" },
        { "/ledger?outcome=refused&since=2026-01-01", "Ledger" },
        { "/retention", "Retention" },
        { "/webhooks", "Webhooks" },
        { "/keys", "Signing key" },
        { "/tokens", "Access tokens" },
        { "/access", "People" },
        { "/access/accounts/admin", "Administrator" },
        { "/access/groups", "Groups" },
        { "/access/roles", "Roles" },
        { "/access/bindings", "Bindings" },
        { "/access/who?resource=models%2Fsmall", "Who may do what" },
        { "/docs", "Docs" },
        { "/docs/tutorials/quickstart", "" },
    };

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_page_has_no_barrier_no_script_error_and_no_sideways_scrolling(string address, string title)
    {
        var problems = new List<string>();
        foreach (var (width, dark) in new[] { (1280, false), (390, true) })
        {
            var page = await server.OpenSignedIn(width, dark);
            Listen(page, problems);
            await page.GotoAsync(server.Address + address);
            await Connected(page);
            if (title.Length > 0)
                await Expect(page.Locator("h1")).ToContainTextAsync(title);
            await Expect(page.Locator(".waiting")).ToHaveCountAsync(0);
            await Expect(page.Locator("[role=alert]")).ToHaveCountAsync(0);
            problems.AddRange(await QuickstartedServer.Barriers(page));
            if (await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth"))
                problems.Add($"{address} scrolls sideways at {width}");
            await page.Context.CloseAsync();
        }

        Assert.Empty(problems);
    }

    [Fact]
    public async Task The_first_page_is_small_and_shows_what_is_in_production()
    {
        var page = await server.OpenSignedIn();
        var finished = new ConcurrentQueue<IRequest>();
        page.RequestFinished += (_, request) => finished.Enqueue(request);
        await page.GotoAsync(server.Address);
        await Connected(page);
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "small" }).First).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { NameRegex = LedgerHead() })).ToBeVisibleAsync();

        var received = 0L;
        foreach (var request in finished)
            received += (await request.SizesAsync()).ResponseBodySize;
        Assert.InRange(received, 1, FirstPageBytesMax);
    }

    [Fact]
    public async Task An_endpoint_predicts_from_the_form_and_draws_its_charts()
    {
        var page = await server.OpenSignedIn();
        await page.GotoAsync($"{server.Address}/endpoints/small");
        await Connected(page);
        await Expect(page.Locator(".canvas svg").First).ToBeVisibleAsync();
        await page.GetByLabel("age", new() { Exact = true }).FillAsync("44");
        await page.GetByLabel("income", new() { Exact = true }).FillAsync("51.5");
        await page.GetByLabel("city").First.SelectOptionAsync("Graz");
        await page.GetByRole(AriaRole.Button, new() { Name = "Predict" }).ClickAsync();
        await Expect(page.GetByText(Probability())).ToBeVisibleAsync();

        await page.GetByLabel("age", new() { Exact = true }).FillAsync("old");
        await page.GetByRole(AriaRole.Button, new() { Name = "Predict" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("'old' is not a number, and age needs one.");
    }

    [Fact]
    public async Task A_feature_of_the_heat_map_leads_to_its_distribution_beside_the_reference()
    {
        var page = await server.OpenSignedIn();
        await page.GotoAsync($"{server.Address}/monitoring/small");
        await Connected(page);
        await page.GetByRole(AriaRole.Table, new() { Name = "Drift by feature and window" }).GetByRole(AriaRole.Link, new() { Name = "city", Exact = true }).ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("city");
        await Expect(page.Locator(".canvas svg")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Table, new() { Name = "Bin by bin" })).ToContainTextAsync("Graz");
        var newest = page.Url;
        await page.GetByRole(AriaRole.Link, new() { Name = "Window before" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Window after" })).ToBeVisibleAsync();
        Assert.NotEqual(newest, page.Url);
    }

    [Fact]
    public async Task A_file_of_labels_is_posted_from_the_page_of_performance()
    {
        var page = await server.OpenSignedIn();
        await page.GotoAsync($"{server.Address}/monitoring/small/performance");
        await Connected(page);
        await Choose("id,label\nfrom-a-file-1,yes\nfrom-a-file-2,no\n");
        await Expect(page.GetByText("2 posted, 0 corrected, 0 known already.")).ToBeVisibleAsync();
        await Choose("id,label\nfrom-a-file-1,perhaps\n");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("perhaps");

        Task Choose(string csv) => page.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "labels.csv", MimeType = "text/csv", Buffer = System.Text.Encoding.UTF8.GetBytes(csv) });
    }

    [Fact]
    public async Task When_a_model_is_trained_again_is_set_on_the_page_of_its_monitor()
    {
        var page = await server.OpenSignedIn();
        await page.GotoAsync($"{server.Address}/monitoring/small");
        await Connected(page);
        await page.GetByText("Change when it trains again").ClickAsync();
        await page.GetByLabel("After so many new labels").FillAsync("500");
        await page.GetByRole(AriaRole.Button, new() { Name = "Set this" }).ClickAsync();
        await Expect(page.GetByText("after 500 new labels")).ToBeVisibleAsync();

        await page.GetByLabel("After so many new labels").FillAsync("9");   // the browser lets it through no more than the API does
        await page.GetByRole(AriaRole.Button, new() { Name = "Set this" }).ClickAsync();
        await page.ReloadAsync();
        await Expect(page.GetByText("after 500 new labels")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_dataset_that_can_not_be_made_of_labels_says_why()
    {
        var page = await server.OpenSignedIn();
        await page.GotoAsync($"{server.Address}/monitoring/small/performance");
        await Connected(page);
        var made = page.GetByRole(AriaRole.Region, new() { Name = "Datasets of labels" });
        await Expect(made.GetByLabel("Dataset", new() { Exact = true })).ToHaveValueAsync("small-labelled");
        await made.GetByRole(AriaRole.Button, new() { Name = "Make its next version" }).ClickAsync();
        await Expect(made.GetByRole(AriaRole.Alert)).ToContainTextAsync("No dataset was made.");
    }

    [Fact]
    public async Task Runs_of_a_training_say_what_they_were_made_from_and_which_version_they_became()
    {
        var page = await server.OpenSignedIn();
        await page.GotoAsync($"{server.Address}/experiments");
        await Connected(page);
        await page.Locator("tbody").GetByRole(AriaRole.Link, new() { Name = "small" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Columnheader, new() { Name = "auc", Exact = true })).ToBeVisibleAsync();
        await page.GotoAsync($"{server.Address}/models/small/2");
        await Connected(page);
        await page.Locator("#run h2 a").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Parameters" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "small v2", Exact = true })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Lineage" }).GetByRole(AriaRole.Link, new() { Name = "small v2" })).ToBeVisibleAsync();   // drawn, too
        Assert.Empty(await QuickstartedServer.Barriers(page));
    }

    [Fact]
    public async Task A_training_shows_its_leaderboard_and_leads_to_the_version_that_it_made()
    {
        var page = await server.OpenSignedIn();
        await page.GotoAsync($"{server.Address}/trainings");
        await Connected(page);
        await page.Locator("tbody tr").First.GetByRole(AriaRole.Link, new() { Name = "small" }).ClickAsync();
        await Expect(page.GetByText("logistic-regression")).ToBeVisibleAsync();
        Assert.Empty(await QuickstartedServer.Barriers(page));
        await page.GetByRole(AriaRole.Link, new() { Name = "small v2" }).ClickAsync();
        await Expect(page.Locator("h1")).ToContainTextAsync("small v2");
    }

    [Fact]
    public async Task A_chart_has_a_table_with_the_same_numbers()
    {
        var page = await server.OpenSignedIn();
        await page.GotoAsync($"{server.Address}/data/small/1");
        await Connected(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "city", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Show table" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Rowheader, new() { Name = "Graz" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_version_shows_its_marks_its_gate_and_a_signature_that_verifies()
    {
        var page = await server.OpenSignedIn();
        await page.GotoAsync($"{server.Address}/models/small/1");
        await Connected(page);
        await Expect(page.Locator(".mark.whole", new() { HasTextString = "Signed" })).ToBeVisibleAsync();
        await Expect(page.Locator("#gate .rules li").First).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Verify signature" }).ClickAsync();
        await Expect(page.Locator("#signature .chip.ok")).ToHaveTextAsync("verified");
    }

    [Fact]
    public async Task An_entry_of_the_ledger_proves_itself_and_the_whole_ledger_verifies()
    {
        var page = await server.OpenSignedIn();
        await page.GotoAsync($"{server.Address}/ledger/0");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Proof of inclusion holds" })).ToBeVisibleAsync();
        await page.GotoAsync($"{server.Address}/ledger?type=model.*");
        await Connected(page);
        await Expect(page.Locator("tbody tr").First).ToContainTextAsync("model.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Verify now" }).ClickAsync();
        await Expect(page.GetByText("The ledger holds")).ToBeVisibleAsync();
    }

    /// <summary>The page answers to clicks once its connection stands.</summary>
    internal static Task Connected(IPage page) => page.Locator("html[data-connected]").WaitForAsync(new() { State = WaitForSelectorState.Attached });

    internal static void Listen(IPage page, List<string> problems)
    {
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                problems.Add($"{page.Url}: {message.Text}");
        };
        page.PageError += (_, error) => problems.Add($"{page.Url}: {error}");
    }

    [GeneratedRegex("ledger head [0-9,]+ · verified")]
    private static partial Regex LedgerHead();

    [GeneratedRegex("bought = yes with probability 0\\.[0-9]+")]
    private static partial Regex Probability();
}
