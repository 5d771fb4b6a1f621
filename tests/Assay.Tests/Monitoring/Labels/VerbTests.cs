using System.Net.Http.Json;
using System.Text.Json;
using Assay.Kernel;
using Assay.Tests.Serving;
using Assay.Tests.Serving.PredictionLog;

namespace Assay.Tests.Monitoring.Labels;

/// <summary>The verbs about what became of predictions, each in a process of its own.</summary>
public sealed class VerbTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Labels_numbers_reviews_and_performance_are_at_hand_on_the_command_line()
    {
        await using var scene = await LabelScene.Start();
        var (first, second) = (await scene.Predict(36), await scene.Predict(60));
        await scene.Logged(2);
        using var folder = new TemporaryFolder();
        var table = Path.Combine(folder.Path, "labels.csv");
        await File.WriteAllTextAsync(table, $"id,label\n{first},yes\n{second},no\n", Cancel);

        Assert.Equal(1, Json(await Run(scene, "labels", "add", "churn", first, "yes", "--json")).GetProperty("added").GetInt32());
        var imported = Json(await Run(scene, "labels", "import", "churn", table, "--json"));
        Assert.Equal((1, 1), (imported.GetProperty("added").GetInt32(), imported.GetProperty("unchanged").GetInt32()));
        Assert.Equal(0, (await Run(scene, "kpis", "add", "churn", first, "revenue", "12.5")).ExitCode);
        await scene.Tick();

        Assert.Contains(second, (await Run(scene, "labels", "list", "churn", "--state", "joined")).Output, StringComparison.Ordinal);
        Assert.Contains("revenue", (await Run(scene, "kpis", "show", "churn")).Output, StringComparison.Ordinal);
        Assert.Contains("2 of at least 50 labelled rows.", (await Run(scene, "performance", "show", "churn")).Output, StringComparison.Ordinal);
        Assert.Contains("2 of at least 100 labels.", (await Run(scene, "performance", "show", "churn")).Output, StringComparison.Ordinal);
        var settings = Json(await Run(scene, "performance", "set", "churn", "--segment", "plan", "--max-drop", "0", "--kpi", "revenue=10..", "--detector", "ddm", "--json"));
        Assert.Equal("ddm", settings.GetProperty("concept").GetProperty("detectors")[0].GetString());
        Assert.Equal((JsonValueKind.Null, 10), (settings.GetProperty("maxDrop").ValueKind, settings.GetProperty("kpis")[0].GetProperty("minimum").GetInt32()));

        var review = Json(await Run(scene, "reviews", "list", "churn", "--json"))[0].GetProperty("id").GetString()!;
        Assert.Contains("Give one verdict", (await Run(scene, "reviews", "decide", "churn", review)).Error, StringComparison.Ordinal);
        Assert.Contains("overridden: no", (await Run(scene, "reviews", "decide", "churn", review, "--override", "no", "--reason", "Moved away")).Output, StringComparison.Ordinal);
        Assert.Contains("Moved away", (await Run(scene, "reviews", "list", "churn", "--decided")).Output, StringComparison.Ordinal);
        Assert.Contains("There is no endpoint 'none'", (await Run(scene, "performance", "show", "none")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_command_line_says_of_labels_numbers_and_settings_is_so()
    {
        await using var scene = await LabelScene.Start();
        using var folder = new TemporaryFolder();
        var table = Path.Combine(folder.Path, "labels.csv");
        await File.WriteAllTextAsync(table, "id,label\n\nsoon,true\nbad,perhaps\n", Cancel);

        Assert.Contains("Line 4: The model knows no class 'perhaps'.", (await Run(scene, "labels", "import", "churn", table)).Error, StringComparison.Ordinal);
        Assert.Equal(0, (await Run(scene, "labels", "add", "churn", "soon", "true")).ExitCode);
        Assert.Equal(0, (await Run(scene, "kpis", "add", "churn", "soon", "revenue", "12.5")).ExitCode);
        Assert.Contains("1 number waits for its prediction.", (await Run(scene, "kpis", "show", "churn")).Output, StringComparison.Ordinal);
        Assert.Contains("There is no endpoint 'nope'", (await Run(scene, "labels", "list", "nope")).Error, StringComparison.Ordinal);
        Assert.Contains("There is no endpoint 'nope'", (await Run(scene, "reviews", "list", "nope")).Error, StringComparison.Ordinal);

        Assert.Contains("--learn-days", (await Run(scene, "performance", "set", "churn", "--deviations", "3")).Error, StringComparison.Ordinal);
        var set = (await Run(scene, "performance", "set", "churn", "--segment", "plan", "--max-drop", "0", "--kpi", "revenue=10..", "--detector", "pageHinkley")).Output;
        foreach (var said in new[] { "Largest drop of AUC: any, without an alert;", "with bounds: revenue.", "looked for by page-hinkley." })
            Assert.Contains(said, set, StringComparison.Ordinal);
        var shown = (await Run(scene, "performance", "show", "churn", "--segment", "plan")).Output;
        Assert.StartsWith("No rows were told apart by 'plan' in this time", shown, StringComparison.Ordinal);
        Assert.Contains("1 label waits for its prediction.", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("Nothing was predicted", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_are_sent_from_a_file_with_whatever_blanks_are_in_it()
    {
        await using var scene = await LabelScene.Start();
        using var folder = new TemporaryFolder();
        var rows = Path.Combine(folder.Path, "rows.json");
        await File.WriteAllTextAsync(rows, "[\n  [36, 500, \"plus\"],\n  [60, null, \"basic\"]\n]\n", Cancel);
        foreach (var verb in new[] { "predict", "explain" })
        {
            var sent = await Run(scene, verb, "churn", $"@{rows}", "--json");
            Assert.True(sent.ExitCode == 0, sent.Error);
            Assert.Contains($"Write @{rows} to send what is in it.", (await Run(scene, verb, "churn", rows)).Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Classes_and_what_they_were_taken_for_are_at_hand_on_the_command_line()
    {
        await using var scene = await LabelScene.Of(("model.onnx", ClassModels.Table(ClassModels.Wines)));
        var id = await LogHost.Call(scene.Server.Admin, "[[0.7,0.2,0.1]]");
        await scene.Logged(1);
        Assert.Equal(0, (await Run(scene, "labels", "add", "churn", id, "white")).ExitCode);
        var shown = await Run(scene, "predict", "churn", "[[0.7,0.2,0.1]]");
        Assert.True(shown.ExitCode == 0, shown.Error);
        Assert.Contains("0.7", shown.Output, StringComparison.Ordinal);
        await scene.Tick();

        var cell = Json(await Run(scene, "performance", "classes", "churn", "--json"))[0].GetProperty("classes").GetProperty("matrix")[0];
        Assert.Equal(("white", "red", 1), (cell.GetProperty("truth").GetString(), cell.GetProperty("predicted").GetString(), cell.GetProperty("rows").GetInt32()));
        Assert.Contains("answered", (await Run(scene, "performance", "classes", "churn")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Monitors_their_distributions_endpoints_and_rewards_are_at_hand_on_the_command_line()
    {
        await using var scene = await LabelScene.Start();
        for (var call = 0; call < 3; call++)
            await scene.Predict(36);

        Assert.Equal(3, Json(await Run(scene, "monitor", "evaluate", "churn", "--json")).GetProperty("rows").GetInt32());
        Assert.Equal("waiting", Json(await Run(scene, "monitor", "list", "--json"))[0].GetProperty("health").GetString());
        var shown = (await Run(scene, "monitor", "distribution", "churn", "age")).Output;
        Assert.Contains("3 rows against", shown, StringComparison.Ordinal);
        Assert.Contains("█", shown, StringComparison.Ordinal);

        await ServingHost.Register(scene.Server, bias: 1);
        using var begun = await scene.Server.Admin.PostAsJsonAsync(
            "/api/v1/endpoints/churn/rollout", new { candidates = new[] { new { version = "2" } }, plan = new { strategy = "bandit" } }, AssayJson.Options, Cancel);
        Assert.True(begun.IsSuccessStatusCode, await begun.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(1, Json(await Run(scene, "rollout", "reward", "churn", "1", "--arm", "candidate", "--json")).GetProperty("counted").GetInt32());
        Assert.Contains("v2", (await Run(scene, "endpoint", "list")).Output, StringComparison.Ordinal);
        var endpoint = (await Run(scene, "endpoint", "show", "churn")).Output;
        foreach (var said in new[] { "v2", "3 requests in the last 5 minutes, 0 without predictions; p50 ", "A roll-out (bandit) goes on", "balance", "plus" })
            Assert.Contains(said, endpoint, StringComparison.Ordinal);
        Assert.Equal("churn", Json(await Run(scene, "endpoint", "show", "churn", "--json")).GetProperty("endpoint").GetProperty("name").GetString());

        using var ended = await scene.Server.Admin.PostAsJsonAsync("/api/v1/endpoints/churn/rollout/abort", new { }, AssayJson.Options, Cancel);
        Assert.True(ended.IsSuccessStatusCode, await ended.Content.ReadAsStringAsync(Cancel));
        Assert.Contains("has ended", (await Run(scene, "endpoint", "delete", "churn")).Output, StringComparison.Ordinal);
        Assert.Contains("There is no endpoint 'churn'", (await Run(scene, "endpoint", "delete", "churn")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Suggested_rules_are_added_to_those_that_somebody_wrote_and_take_their_place_only_when_asked_to()
    {
        await using var scene = await LabelScene.Start();
        using var written = await scene.Server.Admin.PutAsJsonAsync(
            "/api/v1/monitors/churn/rules", new { rules = new[] { new { signal = "errorShare", above = 0.5, severity = "info" } } }, AssayJson.Options, Cancel);
        Assert.True(written.IsSuccessStatusCode, await written.Content.ReadAsStringAsync(Cancel));

        var added = Json(await Run(scene, "alerts", "rules", "churn", "--suggest", "--apply", "--json")).GetProperty("rules");
        Assert.Equal(0.5, Assert.Single(added.EnumerateArray(), rule => rule.GetProperty("signal").GetString() == "errorShare").GetProperty("above").GetDouble());
        Assert.True(added.GetArrayLength() > 5);

        var replaced = Json(await Run(scene, "alerts", "rules", "churn", "--suggest", "--apply", "--replace", "--json")).GetProperty("rules");
        Assert.Equal(0.05, Assert.Single(replaced.EnumerateArray(), rule => rule.GetProperty("signal").GetString() == "errorShare").GetProperty("above").GetDouble());
    }

    [Fact]
    public async Task Measures_of_drift_and_parts_of_the_traffic_are_at_hand_on_the_command_line()
    {
        await using var scene = await LabelScene.Start();
        var set = Json(await Run(scene, "monitor", "set", "churn", "--test", "jensen-shannon", "--test-feature", "age=ks:0.2", "--segment", "plan", "--segment-rows", "50", "--json"));
        var (tests, parts) = (set.GetProperty("tests"), set.GetProperty("segments"));
        Assert.Equal(("jensenShannon", "ks", 0.2), (tests.GetProperty("measure").GetString(), tests.GetProperty("features")[0].GetProperty("measure").GetString(), tests.GetProperty("features")[0].GetProperty("bound").GetDouble()));
        Assert.Equal(("plan", 50), (parts.GetProperty("features")[0].GetString(), parts.GetProperty("minimumRows").GetInt32()));
        Assert.Contains("'chi' is not known", (await Run(scene, "monitor", "set", "churn", "--test", "chi")).Error, StringComparison.Ordinal);
        Assert.Contains("50 are needed", (await Run(scene, "monitor", "segments", "churn", "--now")).Error, StringComparison.Ordinal);

        foreach (var rows in (int[])[600, 200])   // what is compared comes after what it is compared with
            await LogHost.Call(scene.Server.Admin, JsonSerializer.Serialize(Enumerable.Range(0, rows).Select(row => new object?[] { row % 80, 300, row % 2 == 0 ? "plus" : "basic" })));
        await scene.Logged(2);
        var compared = Json(await Run(scene, "monitor", "segments", "churn", "--now", "--json"));
        Assert.Equal(["basic", "plus"], compared.GetProperty("segments").EnumerateArray().Where(part => part.GetProperty("verdict").GetString() == "calm").Select(part => part.GetProperty("value").GetString()).Order());
        Assert.Contains("plan = plus", (await Run(scene, "monitor", "segments", "churn")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Monitors_of_datasets_are_at_hand_on_the_command_line()
    {
        await using var scene = await LabelScene.Start();
        foreach (var shift in (int[])[0, 30])
        {
            var csv = "age\n" + string.Join('\n', Enumerable.Range(0, 200).Select(row => row % 50 + shift));
            using var added = await scene.Server.Admin.PostAsync("/api/v1/datasets/people/versions?format=csv", new StringContent(csv, System.Text.Encoding.UTF8, "text/csv"), Cancel);
            Assert.True(added.IsSuccessStatusCode, await added.Content.ReadAsStringAsync(Cancel));
        }

        using var folder = new TemporaryFolder();
        var page = Path.Combine(folder.Path, "people.html");
        var watched = Json(await Run(scene, "monitor", "dataset", "watch", "people", "--reference", "sliding", "--reference-versions", "2", "--severity", "critical", "--json")).GetProperty("settings");
        Assert.Equal(("sliding", 2, "critical"), (watched.GetProperty("reference").GetString(), watched.GetProperty("versions").GetInt32(), watched.GetProperty("severity").GetString()));
        var report = Json(await Run(scene, "monitor", "dataset", "report", "people", "2", "--now", "--html", page, "--json"));
        Assert.Equal("drift", report.GetProperty("verdict").GetProperty("verdict").GetString());
        Assert.Contains("<svg", await File.ReadAllTextAsync(page, Cancel), StringComparison.Ordinal);
        Assert.Contains("people", (await Run(scene, "monitor", "dataset", "list")).Output, StringComparison.Ordinal);
        Assert.Contains("age", (await Run(scene, "monitor", "dataset", "show", "people")).Output, StringComparison.Ordinal);
        Assert.Contains("has not been compared", (await Run(scene, "monitor", "dataset", "report", "people", "1")).Error, StringComparison.Ordinal);
        Assert.Contains("not watched any more", (await Run(scene, "monitor", "dataset", "unwatch", "people")).Output, StringComparison.Ordinal);
        Assert.Contains("is not watched", (await Run(scene, "monitor", "dataset", "show", "people")).Error, StringComparison.Ordinal);
    }

    private static JsonElement Json((int ExitCode, string Output, string Error) done)
    {
        Assert.True(done.ExitCode == 0, done.Error);
        return JsonDocument.Parse(done.Output).RootElement;
    }

    private static Task<(int ExitCode, string Output, string Error)> Run(LabelScene scene, params string[] arguments) => CommandLine.Run(scene.Server, arguments);
}
