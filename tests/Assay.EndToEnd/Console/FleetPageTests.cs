using Assay.EndToEnd.Processes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Assay.EndToEnd.Console;

/// <summary>The overview of monitoring with as many endpoints as a project may have.</summary>
public sealed class FleetPageTests(ITestOutputHelper output)
{
    private const int Fleet = 199;   // and the one of quickstart
    private const int RowsDrawnMax = 60;

    [Fact]
    public async Task Two_hundred_endpoints_begin_with_the_worst_and_are_filtered_as_one_types()
    {
        Chromium.SkipUnlessInstalled();
        using var folder = new TemporaryFolder();
        await HomeServer.Make(folder);
        await using var server = await HomeServer.Start(folder.Home);
        for (var place = 0; place < Fleet; place++)
            await server.Send(HttpMethod.Put, $"/api/v1/endpoints/fleet-{place:000}", new { model = "small", version = "1" });
        await server.Send(HttpMethod.Post, "/endpoints/fleet-150/predict", Enumerable.Range(0, 200).Select(_ => new object[] { 95, 300, "Graz" }));
        await server.Send(HttpMethod.Post, "/api/v1/monitors/fleet-150/evaluate", null);

        using var playwright = await Playwright.CreateAsync();
        await using var browser = await Chromium.Launch(playwright);
        var page = await browser.NewPageAsync();
        await page.GotoAsync(server.SignInLink);
        await Expect(page.Locator("h1")).ToHaveTextAsync("Overview");
        var began = TimeProvider.System.GetTimestamp();
        await page.GotoAsync(new Uri(server.Client.BaseAddress!, "monitoring").ToString());
        var rows = page.GetByRole(AriaRole.Table, new() { Name = "Monitors" }).Locator("tbody tr");

        // Quickstart's own endpoint may have drifted as well, and nobody else has.
        await Expect(rows.Filter(new() { HasText = "fleet-150" })).ToContainTextAsync("drift");
        output.WriteLine($"shown after {TimeProvider.System.GetElapsedTime(began).TotalMilliseconds:0} ms");
        var first = await rows.AllInnerTextsAsync();
        Assert.Contains(first.Where(text => text.Trim().Length > 0).Take(2), text => text.Contains("fleet-150", StringComparison.Ordinal));
        Assert.InRange(first.Count, 2, RowsDrawnMax);
        await page.GetByPlaceholder("Filter 200 rows").PressSequentiallyAsync("fleet-042");
        await Expect(rows).ToHaveCountAsync(1);
        await Expect(rows).ToContainTextAsync("fleet-042");
    }
}
