using System.Net.Http.Json;
using Assay.Data.Lineage;
using Assay.Kernel;
using Assay.Tests.Pipelines;

namespace Assay.Tests.Lineage;

/// <summary>What Assay has made itself, from its dataset to the endpoint.</summary>
public sealed class TrainedLineageTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_dataset_leads_to_the_endpoint_and_back_by_the_run_and_the_version()
    {
        await using var server = await TestServer.Start(adjust: TrainingWork.WithRealSteps);
        var admin = server.Admin;
        await admin.Upload("/api/v1/datasets/telco", Subscribers.Csv());
        await admin.Upload("/api/v1/datasets/recent", Subscribers.Csv(8));
        var training = await admin.AwaitEnd("", (await admin.Train("", new("churn", [new("telco"), new("recent")], "churn", Promote: true))).Id);
        Assert.True(training.Promoted, training.Problem);
        (await admin.PutAsJsonAsync("/api/v1/endpoints/live", new { model = "churn", version = "Production" }, Cancel)).EnsureSuccessStatusCode();

        var back = await Lineage(admin, "endpoints:/live");
        var forth = await Lineage(admin, "datasets:/recent/latest");

        Assert.Equal(["datasets:/recent/1", "datasets:/telco/1", "models:/churn/1"], back.Nodes.Where(node => node.Kind is LineageKind.Dataset or LineageKind.ModelVersion).Select(node => node.Id).Order(StringComparer.Ordinal));
        Assert.Equal([0, 1, 2, 3], forth.Nodes.Where(node => node.Id != "datasets:/telco/1").Select(node => node.Column).Order());
        var run = Assert.Single(back.Nodes, node => node.Kind == LineageKind.Run).Id;
        Assert.Equal(
            [$"datasets:/recent/1 → {run}", $"datasets:/telco/1 → {run}", "models:/churn/1 → endpoints:/live", $"{run} → models:/churn/1"],
            back.Edges.Select(edge => $"{edge.From} → {edge.To}").Order(StringComparer.Ordinal));
        Assert.Contains(forth.Edges, edge => edge == new LineageEdge("datasets:/recent/1", run, "trained on"));
        Assert.Contains(forth.Edges, edge => edge == new LineageEdge("models:/churn/1", "endpoints:/live", "served at"));
        Assert.Contains("comes from", await Printed(server, "endpoints:/live"), StringComparison.Ordinal);
    }

    private static async Task<LineageGraph> Lineage(HttpClient client, string of) =>
        (await client.GetFromJsonAsync<LineageGraph>($"/api/v1/lineage?of={of}", AssayJson.Options, Cancel))!;

    private static async Task<string> Printed(TestServer server, string of)
    {
        var printed = await CommandLine.Run(server, "lineage", of);
        Assert.True(printed.ExitCode == 0, printed.Error);
        return printed.Output;
    }
}
