using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Assay.EndToEnd.Console;

/// <summary>Experiments and runs in the browser: a long table, a run that is at work, a comparison, files of strangers.</summary>
public sealed partial class RunPageTests(QuickstartedServer server)
{
    private const int Runs = 350;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_long_table_is_scrolled_filtered_as_one_types_ordered_and_compared()
    {
        var page = await server.OpenSignedIn();
        using var http = Connect();
        var experiment = await Experiment(http, "long");
        for (var i = 0; i < Runs; i++)
            await Run(http, experiment, $"trial {i}", [("auc", 0, i / (double)Runs)], ("depth", $"{i % 7}"));

        await page.GotoAsync($"{server.Address}/experiments/{experiment}");
        await PageTests.Connected(page);
        var rows = page.Locator("table.runs tbody");
        await Expect(rows).ToContainTextAsync("trial 349");
        await page.Locator(".table-box.tall").EvaluateAsync("box => box.scrollTop = 1e9");
        await Expect(rows).ToContainTextAsync("trial 0");

        var filter = page.GetByLabel("Filter runs");
        await filter.FillAsync("metrics.auc >");
        await Expect(page.Locator("#filter-trouble")).ToContainTextAsync("Invalid clause(s)");
        await Expect(page.GetByText("350 runs")).ToBeVisibleAsync();
        await filter.FillAsync("metrics.auc > 0.5 and params.depth = '3'");
        await Expect(page.GetByText("25 runs")).ToBeVisibleAsync();
        await Expect(page.Locator("#filter-trouble")).ToBeEmptyAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "auc", Exact = true }).ClickAsync();
        await Expect(page.Locator("th[aria-sort=descending]")).ToContainTextAsync("auc");
        await Expect(rows.Locator("a").First).ToHaveTextAsync("trial 346");
        await Expect(page).ToHaveURLAsync(Address());
        Assert.Empty(await QuickstartedServer.Barriers(page));

        await page.ReloadAsync();
        await PageTests.Connected(page);
        await Expect(page.GetByText("25 runs")).ToBeVisibleAsync();
        await page.GetByLabel("Choose trial 346").CheckAsync();
        await page.GetByLabel("Choose trial 339").CheckAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Compare" }).ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("2 runs compared");
    }

    [Fact]
    public async Task A_view_is_kept_under_a_name_and_columns_are_remembered()
    {
        var page = await server.OpenSignedIn();
        using var http = Connect();
        var experiment = await Experiment(http, "views");
        await Run(http, experiment, "only", [("auc", 0, 0.7), ("loss", 0, 0.2)], ("depth", "3"));
        await page.GotoAsync($"{server.Address}/experiments/{experiment}?filter=metrics.auc%20%3E%200.5");
        await PageTests.Connected(page);
        await page.GetByText("Views", new() { Exact = true }).ClickAsync();
        await page.GetByLabel("Name of what is shown now").FillAsync("good ones");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save view" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "good ones" })).ToBeVisibleAsync();
        Assert.Empty(await QuickstartedServer.Barriers(page));

        await page.GotoAsync($"{server.Address}/experiments/{experiment}");
        await PageTests.Connected(page);
        await page.GetByText("Columns", new() { Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "loss" }).UncheckAsync();
        await Expect(page.GetByRole(AriaRole.Columnheader, new() { Name = "loss" })).ToHaveCountAsync(0);
        await page.GotoAsync($"{server.Address}/experiments/{experiment}");
        await PageTests.Connected(page);
        await Expect(page.GetByRole(AriaRole.Columnheader, new() { Name = "loss" })).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Columnheader, new() { Name = "auc" })).ToBeVisibleAsync();
        await page.GetByText("Views", new() { Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "good ones" }).ClickAsync();
        await Expect(page.GetByLabel("Filter runs")).ToHaveValueAsync("metrics.auc > 0.5");
        await Expect(page.GetByRole(AriaRole.Columnheader, new() { Name = "loss" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_run_at_work_draws_what_is_logged_meanwhile()
    {
        var page = await server.OpenSignedIn(390, dark: true);
        using var http = Connect();
        var experiment = await Experiment(http, "live");
        var run = await Run(http, experiment, "at work", [("loss", 0, 1), ("loss", 1, 0.8)], ("lr", "0.1"));
        await page.GotoAsync($"{server.Address}/runs/{run}");
        await PageTests.Connected(page);
        await Expect(page.GetByText("2 points drawn")).ToBeVisibleAsync();
        await Expect(page.Locator(".canvas svg")).ToBeVisibleAsync();
        await Log(http, run, [("loss", 2, 0.5)]);
        await Expect(page.GetByText("3 points drawn")).ToBeVisibleAsync();
        await Post(http, "runs/update", new { run_id = run, status = "FINISHED", end_time = 1_700_000_100_000 });
        await Expect(page.Locator("header .chip.ok")).ToHaveTextAsync("finished");
        await Expect(page.GetByText("live", new() { Exact = true })).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Button, new() { Name = "Compare with the seal" }).ClickAsync();
        await Expect(page.Locator("#seal .chip")).ToBeVisibleAsync();
        Assert.Empty(await QuickstartedServer.Barriers(page));
    }

    [Fact]
    public async Task A_comparison_draws_lines_points_and_histories_and_shows_first_what_differs()
    {
        var problems = new List<string>();
        var page = await server.OpenSignedIn();
        PageTests.Listen(page, problems);
        using var http = Connect();
        var experiment = await Experiment(http, "compared");
        var ids = new List<string>();
        foreach (var depth in new[] { 3, 5, 9 })
            ids.Add(await Run(http, experiment, $"deep {depth}", [("auc", 0, 0.5), ("auc", 1, 0.5 + (depth / 30.0)), ("loss", 0, 1.0 / depth)], ("depth", $"{depth}"), ("all alike", "yes")));
        await page.GotoAsync($"{server.Address}/runs/compare?{string.Join('&', ids.Select(id => $"run={id}"))}");
        await PageTests.Connected(page);
        await Expect(page.Locator(".canvas svg")).ToHaveCountAsync(3);
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Parameters" }).Locator("tbody th")).ToHaveTextAsync(["depth", "all alike"]);
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Parameters" }).Locator("tr.differs")).ToHaveCountAsync(1);
        problems.AddRange(await QuickstartedServer.Barriers(page));
        await page.GetByLabel("Leave deep 5 out").ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("2 runs compared");
        await page.GetByLabel("Leave deep 3 out").ClickAsync();
        await Expect(page.GetByText("Choose 2 to 20 runs")).ToBeVisibleAsync();
        Assert.Empty(problems);
    }

    [Fact]
    public async Task Files_are_shown_and_nothing_in_them_runs()
    {
        var problems = new List<string>();
        var page = await server.OpenSignedIn();
        PageTests.Listen(page, problems);
        using var http = Connect();
        var experiment = await Experiment(http, "files");
        var run = await Run(http, experiment, "with files", []);
        foreach (var (path, text) in new[]
        {
            ("report.md", "# Report\n\n<script>document.title='owned'</script> [x](javascript:alert(1))"),
            ("page.html", "<script>document.title='owned'</script>"),
            ("plots/a.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"40\" height=\"30\"><script>document.title='owned'</script><rect width=\"40\" height=\"30\"/></svg>"),
            ("rows.csv", "name,score\nann,1\n"),
        })
        {
            using var stored = await http.PutAsync($"/api/2.0/mlflow-artifacts/artifacts/{experiment}/{run}/artifacts/{path}", new StringContent(text), Cancel);
            stored.EnsureSuccessStatusCode();
        }

        await page.GotoAsync($"{server.Address}/runs/{run}");
        await PageTests.Connected(page);
        await page.GetByLabel("Run").GetByRole(AriaRole.Link, new() { Name = "Files" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "rows.csv" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Cell, new() { Name = "ann" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "report.md" }).ClickAsync();
        await Expect(page.Locator(".preview .doc h1")).ToHaveTextAsync("Report");
        Assert.Empty(await QuickstartedServer.Barriers(page));
        await page.GetByRole(AriaRole.Link, new() { Name = "page.html" }).ClickAsync();
        await Expect(page.Locator(".preview pre")).ToContainTextAsync("<script>");
        await page.GetByRole(AriaRole.Link, new() { Name = "plots/" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "a.svg" }).ClickAsync();
        await Expect(page.Locator(".preview img")).ToHaveJSPropertyAsync("naturalWidth", 40);
        Assert.DoesNotContain("owned", await page.TitleAsync(), StringComparison.Ordinal);
        Assert.Empty(await QuickstartedServer.Barriers(page));
        Assert.Empty(problems);
    }

    private HttpClient Connect()
    {
        var http = new HttpClient { BaseAddress = new(server.Address) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.Token);
        return http;
    }

    private static async Task<string> Experiment(HttpClient http, string name) =>
        (await Post(http, "experiments/create", new { name = $"{name} {Guid.NewGuid():N}" })).GetProperty("experiment_id").GetString()!;

    private static async Task<string> Run(
        HttpClient http, string experiment, string name, (string Key, int Step, double Value)[] metrics, params (string Key, string Value)[] @params)
    {
        var made = await Post(http, "runs/create", new { experiment_id = experiment, run_name = name, start_time = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() });
        var id = made.GetProperty("run").GetProperty("info").GetProperty("run_id").GetString()!;
        await Log(http, id, metrics, @params);
        return id;
    }

    private static Task<JsonElement> Log(HttpClient http, string run, (string Key, int Step, double Value)[] metrics, params (string Key, string Value)[] @params) =>
        Post(http, "runs/log-batch", new
        {
            run_id = run,
            metrics = metrics.Select(metric => new { key = metric.Key, value = metric.Value, timestamp = 1, step = metric.Step }),
            @params = @params.Select(param => new { key = param.Key, value = param.Value }),
        });

    private static async Task<JsonElement> Post(HttpClient http, string path, object body)
    {
        using var answer = await http.PostAsJsonAsync($"/api/2.0/mlflow/{path}", body, Cancel);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
    }

    [GeneratedRegex("filter=metrics\\.auc.*&order=metrics\\.auc%20DESC")]
    private static partial Regex Address();
}
