using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Assay.Learning.Onnx;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Assay.EndToEnd.Console;

/// <summary>What is done to endpoints and their monitors from the console: deploying, rolling out, trying, watching.</summary>
public sealed class ServingPageTests(QuickstartedServer server)
{
    // One yellow pixel.
    private const string Picture = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8/5+hHgAHggJ/PchI7wAAAABJRU5ErkJggg==";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_endpoint_is_made_rolled_out_taken_back_promoted_and_deleted()
    {
        var page = await Open("/endpoints");
        await page.GetByText("New endpoint").ClickAsync();
        await page.GetByLabel("Name of the endpoint").FillAsync("by-hand");
        await page.GetByLabel("Model").FillAsync("small");
        await page.GetByLabel("Model").PressAsync("Tab");
        await page.GetByLabel("Version").SelectOptionAsync("1");
        await page.GetByText("New endpoint").ClickAsync();
        await Expect(page.GetByLabel("Name of the endpoint")).ToBeHiddenAsync();
        await page.GetByText("New endpoint").ClickAsync();
        await Expect(page.GetByLabel("Name of the endpoint")).ToHaveValueAsync("by-hand");   // as it was typed
        await page.GetByRole(AriaRole.Button, new() { Name = "Make this endpoint" }).ClickAsync();
        await Expect(page.Locator("h1")).ToContainTextAsync("by-hand");
        await Expect(page.Locator(".sub")).ToContainTextAsync("small v1");

        await page.GetByText("Start a roll-out").ClickAsync();
        await page.GetByLabel("New version").SelectOptionAsync("2");
        await page.GetByLabel("Step 1, % of the requests").FillAsync("20");
        await page.GetByLabel("Minutes").First.FillAsync("");   // until somebody goes on
        await page.GetByRole(AriaRole.Button, new() { Name = "Leave out step 3" }).ClickAsync();
        await page.GetByText("Deploy another version").ClickAsync();
        await Expect(page.GetByLabel("Later promotions come")).ToBeVisibleAsync();
        await page.GetByText("Start a roll-out").ClickAsync();
        await Expect(page.GetByLabel("Step 1, % of the requests")).ToHaveValueAsync("20");   // as it was typed
        await page.GetByText("What it is judged by").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a rule" }).ClickAsync();
        await page.GetByLabel("Rule 1", new() { Exact = true }).FillAsync("odd");
        await page.GetByLabel("Breached when").FillAsync("no_such_metric > 1");
        Assert.Empty(await QuickstartedServer.Barriers(page));
        await Start();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("There is no metric 'no_such_metric' here.");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Change “Rule 1, breached when”, and try again.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Leave out rule 1" }).ClickAsync();
        await Start();

        var card = page.Locator("#rollout");
        await Expect(card).ToContainTextAsync("Canary, step 1 of 2, 20 % of the requests.");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Arms" })).ToContainTextAsync("candidate v2");
        await card.GetByLabel("Reason").FillAsync("The figures look odd.");
        await card.GetByRole(AriaRole.Button, new() { Name = "Take it back" }).ClickAsync();
        await Expect(card.Locator("h2 .chip")).ToHaveTextAsync("aborted");
        var timeline = page.Locator("section", new() { Has = page.GetByRole(AriaRole.Heading, new() { Name = "Timeline" }) });
        await Expect(timeline).ToContainTextAsync("Aborted step 1 of 2");
        await Expect(timeline).ToContainTextAsync("The figures look odd.");

        await page.GetByText("Start a roll-out").ClickAsync();
        await page.GetByLabel("Way").SelectOptionAsync("BlueGreen");
        await Start();
        await card.GetByRole(AriaRole.Button, new() { Name = "Promote v2" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Promote" }).ClickAsync();
        await Expect(card.Locator("h2 .chip")).ToHaveTextAsync("promoted");
        await Expect(timeline).ToContainTextAsync("Promoted step 1 of 1, 100 %");
        await Expect(page.Locator(".sub")).ToContainTextAsync("small v2");

        await page.GetByRole(AriaRole.Button, new() { Name = "Delete this endpoint" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("Endpoints");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "by-hand" })).ToHaveCountAsync(0);

        Task Start() => page.GetByRole(AriaRole.Button, new() { Name = "Start this roll-out" }).ClickAsync();
    }

    [Fact]
    public async Task Limits_that_say_nothing_are_refused_in_the_words_of_their_form()
    {
        using var http = await Client();
        await Put(http, "limited", "small", "1");
        var page = await Open("/endpoints/limited");
        await page.GetByText("Change the limits").ClickAsync();
        await page.GetByLabel("Requests at once after a pause").FillAsync("5");
        await page.GetByRole(AriaRole.Button, new() { Name = "Set these limits" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("A burst means nothing without “Requests a second, each caller”. Send both.");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Change “Requests at once after a pause”, and try again.");
        await page.GetByLabel("Requests a second, each caller").FillAsync("2");
        await page.GetByRole(AriaRole.Button, new() { Name = "Set these limits" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Limits and log" })).ToContainTextAsync("2 requests, 5 at once");
    }

    [Fact]
    public async Task What_a_monitor_compares_and_when_it_alerts_is_set_and_a_window_of_a_former_version_says_that_it_is_one()
    {
        using var http = await Client();
        await Put(http, "watched", "small", "1");
        var page = await Open("/monitoring/watched");
        await page.GetByText("Change what is compared").ClickAsync();
        await page.GetByLabel("Rows that it needs").FillAsync("60");
        await page.GetByLabel("Ends after so many rows").FillAsync("50");
        await Set();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("A window of 50 rows is never evaluated");
        await page.GetByLabel("Ends after so many rows").FillAsync("");
        await page.GetByLabel("Or after so many minutes").FillAsync("30");
        await page.GetByLabel("Compared with").SelectOptionAsync("Sliding");
        await page.GetByLabel("PSI from which a feature has drifted").FillAsync("0.3");
        Assert.Empty(await QuickstartedServer.Barriers(page));
        await Set();
        await Expect(page.GetByText("Windows of 30 min, and at least 60 rows, compared with the 10 newest calm windows; drift from a PSI of 0.3 on.")).ToBeVisibleAsync();

        var rules = page.GetByRole(AriaRole.Region, new() { Name = "When it alerts" });
        await rules.GetByText("Add a rule").ClickAsync();
        await rules.GetByLabel("Signal").SelectOptionAsync("SilentMinutes");
        await rules.GetByRole(AriaRole.Button, new() { Name = "Add this rule" }).ClickAsync();
        var silent = rules.GetByRole(AriaRole.Row, new() { Name = "Minutes without a prediction" });
        await Expect(silent).ToContainTextAsync("60 minutes");
        await rules.GetByRole(AriaRole.Button, new() { Name = "Add the usual rules" }).ClickAsync();
        await Expect(rules.GetByRole(AriaRole.Row, new() { Name = "A feature without values" })).ToBeVisibleAsync();
        await silent.GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await Expect(silent).ToHaveCountAsync(0);

        await Send(http, "endpoints/watched/predict", Enumerable.Range(0, 80).Select(row => new object[] { 20 + (row % 50), 50, "Graz" }));
        await page.GetByRole(AriaRole.Button, new() { Name = "Compare now" }).ClickAsync();
        var cells = page.GetByRole(AriaRole.Table, new() { Name = "Drift by feature and window" }).Locator(".heat a");
        await cells.First.FocusAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await Expect(cells.Nth(1)).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Table, new() { Name = "Bin by bin" })).ToBeVisibleAsync();
        await Put(http, "watched", "small", "2");
        var answer = await page.ReloadAsync();
        Assert.Equal(200, answer!.Status);
        await Expect(page.GetByText("The version changed: this window is of version 1, and version 2 answers now")).ToBeVisibleAsync();

        Task Set() => page.GetByRole(AriaRole.Button, new() { Name = "Compare like this" }).ClickAsync();
    }

    [Fact]
    public async Task How_performance_is_judged_is_set_with_detectors_segments_and_numbers_of_the_business()
    {
        using var http = await Client();
        await Put(http, "judged", "small", "1");
        var page = await Open("/monitoring/judged/performance");
        await page.GetByText("Change how it is judged").ClickAsync();
        await page.GetByLabel("Labels that a number needs").FillAsync("20");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a feature" }).ClickAsync();
        await page.GetByLabel("Feature 1", new() { Exact = true }).FillAsync("town");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add bounds" }).ClickAsync();
        await page.GetByLabel("Number 1", new() { Exact = true }).FillAsync("revenue");
        await page.GetByLabel("Mean, at least").FillAsync("5");
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "DDM" }).CheckAsync();
        await page.GetByLabel("DDM, deviations to warn at").FillAsync("2.5");
        Assert.Empty(await QuickstartedServer.Barriers(page));
        await Set();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The model has no input 'town'.");
        await page.GetByLabel("Feature 1", new() { Exact = true }).FillAsync("city");
        await Set();
        await Expect(page.GetByText("A number is shown from 20 labels on")).ToContainTextAsync("rows are told apart by city; means of revenue have bounds.");
        var saved = await http.GetFromJsonAsync<JsonElement>("api/v1/endpoints/judged/performance-settings", Cancel);
        Assert.Equal("""["adwin","ddm"]""", saved.GetProperty("concept").GetProperty("detectors").GetRawText());
        Assert.Equal(2.5, saved.GetProperty("concept").GetProperty("warningLevel").GetDouble());

        Task Set() => page.GetByRole(AriaRole.Button, new() { Name = "Judge like this" }).ClickAsync();
    }

    [Fact]
    public async Task A_model_of_tensors_is_tried_by_fields_and_a_picture()
    {
        using var http = await Client();
        await Register(http, "doubled", Doubling());
        await Put(http, "doubled", "doubled", "1");
        var page = await Open("/endpoints/doubled");
        await page.GetByLabel("sizes[0]").FillAsync("1.5");
        await page.GetByLabel("sizes[1]").FillAsync("many");
        await page.GetByLabel("image, a picture").SetInputFilesAsync(new FilePayload { Name = "yellow.png", MimeType = "image/png", Buffer = Convert.FromBase64String(Picture) });
        await Expect(page.GetByRole(AriaRole.Img, new() { Name = "What the model gets of it" })).ToBeVisibleAsync();
        Assert.Empty(await QuickstartedServer.Barriers(page));
        await Predict();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("'many' is not a number, and sizes[1] needs one.");
        await page.GetByLabel("sizes[1]").FillAsync("4");
        await Predict();
        var said = page.Locator("pre.json");
        await Expect(said).ToContainTextAsync("[3,8]");
        await Expect(said).ToContainTextAsync("[1.772,1.772,1.772,1.772,1.772,1.772,1.772,1.772]");   // yellow is 0.886 of white
        await page.GetByRole(AriaRole.Button, new() { Name = "Explain" }).ClickAsync();
        await Expect(page.GetByText("doubled[1] = 8, where the row that it is compared with has 0")).ToBeVisibleAsync();

        Task Predict() => page.GetByRole(AriaRole.Button, new() { Name = "Predict" }).ClickAsync();
    }

    [Fact]
    public async Task Near_rows_are_found_from_the_form_filled_in_and_predicted()
    {
        var page = await Open("/endpoints/small");
        await Field("age").FillAsync("44");
        await Field("income").FillAsync("51.5");
        await page.GetByLabel("city").First.SelectOptionAsync("Graz");
        await page.GetByText("What would have to differ").ClickAsync();
        await page.GetByLabel("How city may change").SelectOptionAsync("stays");
        Assert.Empty(await QuickstartedServer.Barriers(page));
        await page.GetByLabel("Probability, at least").FillAsync("half");
        await Find();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("'half' is not a number, and 'at least' needs one.");
        await page.GetByLabel("Probability, at least").FillAsync("");
        await Find();
        var found = page.GetByRole(AriaRole.Region, new() { Name = "Near rows" }).GetByRole(AriaRole.Row).Nth(1);
        var prediction = await found.GetByRole(AriaRole.Cell).Nth(0).TextContentAsync();
        await Expect(found).Not.ToContainTextAsync("city");
        Assert.Empty(await QuickstartedServer.Barriers(page));
        await found.GetByRole(AriaRole.Button, new() { Name = "Fill it in" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Predict" }).ClickAsync();
        await Expect(page.GetByText($"with probability {prediction}")).ToBeVisibleAsync();

        ILocator Field(string name) => page.GetByLabel(name, new() { Exact = true });
        Task Find() => page.GetByRole(AriaRole.Button, new() { Name = "Find near rows" }).ClickAsync();
    }

    private async Task<IPage> Open(string path)
    {
        var page = await server.OpenSignedIn();
        await page.GotoAsync(server.Address + path);
        await PageTests.Connected(page);
        return page;
    }

    private async Task<HttpClient> Client()
    {
        await server.Ready();
        return new() { BaseAddress = new(server.Address + "/"), DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", server.Token) } };
    }

    private static async Task Put(HttpClient http, string endpoint, string model, string version)
    {
        using var answer = await http.PutAsJsonAsync($"api/v1/endpoints/{endpoint}", new { model, version }, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    private static async Task<JsonElement> Send(HttpClient http, string path, object body)
    {
        using var answer = await http.PostAsJsonAsync(path, body, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonElement.Parse(text);
    }

    // As MLflow's clients do.
    private static async Task Register(HttpClient http, string model, byte[] graph)
    {
        const string Mlflow = "api/2.0/mlflow";
        var info = (await Send(http, $"{Mlflow}/runs/create", new { experiment_id = "0" })).GetProperty("run").GetProperty("info");
        var (run, root) = (info.GetProperty("run_id").GetString(), info.GetProperty("artifact_uri").GetString()!["mlflow-artifacts:/".Length..]);
        using var stored = await http.PutAsync($"{Mlflow}-artifacts/artifacts/{root}/model/model.onnx", new ByteArrayContent(graph), Cancel);
        stored.EnsureSuccessStatusCode();
        await Send(http, $"{Mlflow}/registered-models/create", new { name = model });
        await Send(http, $"{Mlflow}/model-versions/create", new { name = model, source = $"runs:/{run}/model", run_id = run });
    }

    private static byte[] Doubling()
    {
        var graph = new GraphBuilder();
        var two = graph.Floats("two", [2], 1);
        graph.AddNamed("Mul", [graph.Input("sizes", GraphBuilder.Float, -1, 2), two], "doubled");
        graph.AddNamed("Mul", [graph.Input("image", GraphBuilder.Float, -1, 1, 8, 8), two], "lightened");
        graph.Output("doubled", GraphBuilder.Float, -1, 2);
        graph.Output("lightened", GraphBuilder.Float, -1, 1, 8, 8);
        return graph.Build();
    }
}
