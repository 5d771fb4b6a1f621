using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using Assay.Inference.Models;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Learning.Onnx;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Distributions;
using Assay.Monitoring.Monitors;
using Assay.Monitoring.Quality;
using Assay.Monitoring.Rules;
using Assay.Monitoring.Windows;
using Assay.Serve;
using Assay.Tests.Monitoring.Labels;
using Assay.Tests.Serving;

namespace Assay.Tests.Monitoring;

/// <summary>Drift of the inputs of models that are no table, whatever computes them.</summary>
public sealed class InputDriftTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ModelKind.Tensors, "y")]
    [InlineData(ModelKind.Graph, "answer y")]
    [InlineData(ModelKind.Process, "answer predictions")]
    [InlineData(ModelKind.Remote, "answer y")]
    public async Task An_input_and_the_answer_are_compared_with_the_first_window(ModelKind kind, string answer)
    {
        if (kind == ModelKind.Process)
            PythonModel.Need();
        await using var elsewhere = kind == ModelKind.Remote ? await Elsewhere() : null;
        await using var server = await Serve(kind, elsewhere);
        Assert.Equal(kind, (await ServingHost.Show(server, "churn")).Kind);

        await Ask(server, Numbers(600, 1000));
        var first = await Evaluate(server);
        Assert.Equal((false, 600L, answer), (first.Drifted, first.Rows, first.Score.Name));
        Assert.Equal("x", Assert.Single(first.Features).Name);
        var alone = await Get<FeatureDistribution>(server, "/api/v1/monitors/churn/distribution?feature=x");
        Assert.Equal((600L, 0L), (alone.Rows, alone.ReferenceRows));
        Assert.Contains(alone.Notes, note => note.EndsWith("shown alone.", StringComparison.Ordinal));
        Assert.Equal(ReferenceKind.First, first.Judgement!.Reference);

        await Ask(server, Numbers(600, 1000));
        var alike = await Evaluate(server);
        Assert.False(alike.Drifted);
        Assert.InRange(alike.MaxPsi, 0, 0.1);   // sketches are not exact

        await Ask(server, Numbers(600, 1001));   // one deviation more
        Assert.True((await Evaluate(server)).Drifted);
        var alert = Assert.Single((await Get<Page<AlertSummary>>(server, "/api/v1/alerts")).Items);
        Assert.Equal(new[] { answer, "x" }.Order(), alert.Features.Order());
    }

    [Fact]
    public async Task One_element_that_moves_is_named_and_so_is_one_that_goes_missing()
    {
        await using var scene = await LabelScene.Of(("model.onnx", ClassModels.Nameless(3)));
        using var ruled = await scene.Server.Admin.PutAsJsonAsync(
            "/api/v1/monitors/churn/rules", new RuleSet([new(RuleSignal.Drift), new(RuleSignal.MissingShare, Above: 0.05)]), AssayJson.Options, Cancel);
        ruled.EnsureSuccessStatusCode();
        await Ask(scene.Server, Rows(row => [100, row % 7, row % 5]));
        await Evaluate(scene.Server);
        await Ask(scene.Server, Rows(row => [100, row % 7, 2 + (row % 5)]));

        var window = await Evaluate(scene.Server);

        Assert.Equal(["x[0]", "x[1]", "x[2]"], window.Features.Select(feature => feature.Name));
        Assert.Equal((0, 0), (window.Score.Psi, window.Features[0].Psi));   // what is answered is the same
        Assert.InRange(window.Features[1].Psi, 0, 0.05);   // sketches are not exact
        var alert = Assert.Single((await Get<Page<AlertSummary>>(scene.Server, "/api/v1/alerts")).Items);
        Assert.StartsWith("Drift of churn, version 1: x[2]; stability index", alert.Summary, StringComparison.Ordinal);

        await Ask(scene.Server, Rows(row => [100, row % 2 == 0 ? null : row % 7, row % 5]));
        await Evaluate(scene.Server);
        var quality = await Get<QualityReport>(scene.Server, "/api/v1/monitors/churn/quality");
        Assert.InRange(quality.Features[1].Missing!.Live, 0.45, 0.55);   // of the 341 rows that are looked at
        Assert.Equal(0, quality.Features[1].Missing!.Reference);
        Assert.Contains((await Get<Page<AlertSummary>>(scene.Server, "/api/v1/alerts")).Items, found => found.Summary.StartsWith("Data of churn, version 1: x[1]; missing share", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Texts_are_compared_too_and_an_input_that_nobody_sends_any_more_is_found()
    {
        PythonModel.Need();
        await using var server = await Serve(ModelKind.Process, null);
        await Ask(server, Named("\"a\",\"a\",\"b\"", more: true));
        await Evaluate(server);
        await Ask(server, Named("\"a\",\"a\",\"b\"", more: true));
        Assert.InRange((await Evaluate(server)).MaxPsi, 0, 0.1);
        await Ask(server, Named("\"a\",\"c\",\"c\"", more: false));

        await Evaluate(server);

        var drifted = Assert.Single((await Get<Page<AlertSummary>>(server, "/api/v1/alerts")).Items).Features;
        Assert.Equal(["size", "plan"], drifted.OrderDescending());
        var plans = await Get<FeatureDistribution>(server, "/api/v1/monitors/churn/distribution?feature=plan");
        Assert.Equal([(true, true), (true, false), (false, true)], plans.Bins.Select(bin => (bin.ReferenceCount > 0, bin.Count > 0)));   // a, b, and c that is new
        Assert.Equal(BinKind.Other, plans.Bins[^1].Kind);
        Assert.Contains("none is kept", Assert.Single(plans.Notes), StringComparison.Ordinal);
    }

    // The program answers what it finds in 'x', and the other inputs are nothing to it.
    private static string Named(string plans, bool more) =>
        $$$"""{"inputs":{"x":[{{{Repeat("1,1,1")}}}],"plan":[{{{Repeat(plans)}}}]{{{(more ? $",\"size\":[{Repeat("7,8,9")}]" : "")}}}}}""";

    private static string Repeat(string three) => string.Join(',', Enumerable.Repeat(three, 200));

    private static async Task<TestServer> Serve(ModelKind kind, RunningServe? elsewhere)
    {
        var server = await TestServer.Start(adjust: builder =>
        {
            builder.Configuration["Monitoring:JoinSeconds"] = "80000";
            builder.Configuration["Outbound:AllowPrivateNetworks"] = "true";
            builder.Configuration["ModelProcesses:Enabled"] = "true";
            builder.Configuration["ModelProcesses:AllowedPrograms:0"] = PythonModel.Interpreter;
        });
        var files = kind switch
        {
            ModelKind.Process => PythonModel.Files(),
            ModelKind.Remote => [("serve.yaml", Encoding.UTF8.GetBytes($"url: {new Uri(elsewhere!.Addresses.Predict, "/")}\nprotocol: open-inference\nmodel: number\n"))],
            _ => new[] { ("model.onnx", ClassModels.Number()) },
        };
        await MlflowPackages.Register(server, "made", files);
        if (kind == ModelKind.Graph)
        {
            using var posted = await server.Admin.PostAsJsonAsync("/api/v1/models/chain/graphs", new { graph = "sequence: [{model: models:/made/1}]" }, AssayJson.Options, Cancel);
            posted.EnsureSuccessStatusCode();
        }

        await ServingHost.Deploy(server, "churn", "1", kind == ModelKind.Graph ? "chain" : "made");
        return server;
    }

    private static async Task<RunningServe> Elsewhere()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllBytesAsync(Path.Combine(folder.Path, "model.onnx"), ClassModels.Number(), Cancel);
        return await ServeHost.Start(new ServeOptions(folder.Path, 0, Name: "number"), Cancel);
    }

    private static async Task<DriftWindow> Evaluate(TestServer server)
    {
        using var answer = await server.Admin.PostAsync("/api/v1/monitors/churn/evaluate", null, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        return (await answer.Content.ReadFromJsonAsync<DriftWindow>(AssayJson.Options, Cancel))!;
    }

    private static async Task Ask(TestServer server, string body)
    {
        using var answer = await server.Admin.PostAsync("/endpoints/churn/predict", new StringContent(body, Encoding.UTF8, "application/json"), Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    private static async Task<T> Get<T>(TestServer server, string path) => (await server.Admin.GetFromJsonAsync<T>(path, AssayJson.Options, Cancel))!;

    // Spread evenly over ± √3: with a standard deviation of 1, and the same in each call.
    private static string Numbers(int rows, double mean) =>
        $$$"""{"inputs":{"x":[{{{string.Join(',', Enumerable.Range(0, rows).Select(row => (mean + (1.73205 * ((2.0 * row / (rows - 1)) - 1))).ToString(CultureInfo.InvariantCulture)))}}}]}}""";

    private static string Rows(Func<int, double?[]> row) =>
        $"[{string.Join(',', Enumerable.Range(0, 600).Select(place => $"[{string.Join(',', row(place).Select(value => value?.ToString(CultureInfo.InvariantCulture) ?? "null"))}]"))}]";
}
