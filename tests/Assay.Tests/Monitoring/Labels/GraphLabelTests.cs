using System.Net.Http.Json;
using Assay.Kernel;
using Assay.Tests.Serving;

namespace Assay.Tests.Monitoring.Labels;

/// <summary>Labels of predictions that several models made together.</summary>
public sealed class GraphLabelTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_graph_of_tables_is_judged_by_labels_as_its_members_are()
    {
        await using var scene = await LabelScene.Start();
        await ServingHost.Register(scene.Server, bias: 1);
        using var made = await scene.Server.Admin.PostAsJsonAsync(
            "/api/v1/models/both/graphs", new { graph = "ensemble: [{model: models:/churn/1}, {model: models:/churn/2}]" }, AssayJson.Options, Cancel);
        Assert.True(made.IsSuccessStatusCode, await made.Content.ReadAsStringAsync(Cancel));
        await ServingHost.Deploy(scene.Server, "churn", "1", "both");
        var (young, old) = (await scene.Predict(20), await scene.Predict(75));
        await scene.Logged(2);
        await scene.Post(new { id = young, label = "no" }, new { id = old, label = "yes" });
        await scene.Tick();

        Assert.All(await scene.Labels(), label => Assert.NotNull(label.Prediction));
        var shown = await scene.Show();
        Assert.Equal([("both", 1, 2L, 2L)], shown.Totals.Select(total => (total.Model, total.Version, total.Predictions, total.Labelled)));
        Assert.Empty(Assert.Single(shown.References).Metrics);   // the graph as a whole was never tried on rows held out
    }
}
