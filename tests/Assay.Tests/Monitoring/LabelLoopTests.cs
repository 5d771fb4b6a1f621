using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Assay.Kernel;
using Assay.Monitoring.Feedback;
using Assay.Monitoring.Labels;
using Assay.Monitoring.Monitors;
using Assay.Monitoring.Performance;
using Assay.Pipelines;
using Assay.Tests.Pipelines;
using Assay.Tests.Serving;
using Assay.Tests.Serving.PredictionLog;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Assay.Tests.Monitoring;

/// <summary>The loop with no hand on it: labels come, a dataset is made of them, a model is trained, and the gate judges it.</summary>
public sealed class LabelLoopTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task So_many_new_labels_make_a_version_of_the_dataset_and_start_a_training_on_it_and_the_gate_judges()
    {
        await using var server = await TestServer.Start(adjust: Adjust);
        var admin = server.Admin;
        await admin.Upload("/api/v1/datasets/telco", Subscribers.Csv());
        var first = await admin.AwaitEnd("", (await admin.Train("", new("churn", [new("telco")], "churn", Promote: true))).Id);
        Assert.True(first.Promoted, first.Problem);
        await ServingHost.Deploy(server, "churn", "Production");
        var settings = new MonitorSettings(Retrain: new("churn-labelled", NewLabels: 300, FromLabels: true, CoolDownHours: 1));
        using var set = await admin.PutAsJsonAsync("/api/v1/monitors/churn", settings, AssayJson.Options, Cancel);
        set.EnsureSuccessStatusCode();

        await Predict(admin, "early", 8, 100);
        await Tick(server);
        Assert.Empty((await List(admin)).Items);   // 100 labels are too few

        await Predict(admin, "late", 9, 400);
        await Tick(server);
        var run = Assert.Single((await List(admin)).Items);
        Assert.Equal((RetrainingTrigger.NewLabels, "churn-labelled", 1), (run.Trigger, run.Dataset, run.DatasetVersion));
        Assert.StartsWith("500 labels came, and 300 start a retraining.", run.Because, StringComparison.Ordinal);

        var training = await admin.AwaitEnd("", run.Training);
        Assert.True(training.Status == TrainingStatus.Succeeded, training.Problem);
        Assert.Equal(["churn-labelled", "telco"], training.Datasets.Select(dataset => dataset.Name).Order());
        Assert.NotNull(training.Gate);
        await Tick(server);
        Assert.Single((await List(admin)).Items);
    }

    private static void Adjust(WebApplicationBuilder builder)
    {
        TrainingWork.WithRealSteps(builder);
        builder.Configuration["Monitoring:JoinSeconds"] = "80000";
    }

    private static async Task Tick(TestServer server)
    {
        var hosted = server.Services.GetServices<IHostedService>().ToList();
        await hosted.OfType<PerformanceClock>().Single().Tick(Cancel);
        await hosted.OfType<LabelClock>().Single().Tick(Cancel);
    }

    private static async Task<RetrainingList> List(HttpClient admin) =>
        (await admin.GetFromJsonAsync<RetrainingList>("/api/v1/monitors/churn/retrainings", AssayJson.Options, Cancel))!;

    // Predicts subscribers in one call, and says what became of each.
    private static async Task Predict(HttpClient admin, string id, int seed, int count)
    {
        var rows = System.Text.Encoding.UTF8.GetString(Subscribers.Csv(seed)).Trim().Split('\n').Skip(1).Take(count).Select(line => line.Split(',')).ToList();
        var body = rows.ConvertAll(row => new object[] { double.Parse(row[0], CultureInfo.InvariantCulture), double.Parse(row[1], CultureInfo.InvariantCulture), row[2] });
        await LogHost.Call(admin, JsonSerializer.Serialize(body), id);
        await ServingHost.Until(async () => (await LogHost.List(admin)).Items.Any(call => call.Id == id && call.Outcome == "ok"));
        var labels = rows.Select((row, place) => new { id, row = place + 1, label = row[3] });
        using var posted = await admin.PostAsJsonAsync("/api/v1/endpoints/churn/labels", labels, AssayJson.Options, Cancel);
        Assert.True(posted.IsSuccessStatusCode, await posted.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(count, (await posted.Content.ReadFromJsonAsync<LabelsPosted>(AssayJson.Options, Cancel))!.Added);
    }
}
