using System.Net.Http.Json;
using System.Text;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Feedback;
using Assay.Monitoring.Monitors;
using Assay.Monitoring.Windows;
using Assay.Pipelines;
using Assay.Tests.Pipelines;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Tests.Monitoring;

/// <summary>Nothing stands in for anything here: real training, real endpoint, real predictions.</summary>
public sealed class JourneyTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Steady_rows_are_calm_and_shifted_ones_lead_to_a_retraining_whose_outcome_is_written_down()
    {
        await using var server = await TestServer.Start(adjust: TrainingWork.WithRealSteps);
        var admin = server.Admin;
        await Deploy(admin);
        await Put(admin, "/api/v1/monitors/churn", new MonitorSettings(MinimumRows: 300, Retrain: new RetrainSettings("recent")));

        await Predict(admin, [.. Rows(11), .. Rows(12)]);
        var steady = await Evaluate(admin);
        Assert.Equal((800, false), (steady.Rows, steady.Drifted));

        string[] shifted = [.. Rows(13).Concat(Rows(14)).Concat(Rows(15)).Where(row => Charge(row) > 75)];
        await admin.Upload("/api/v1/datasets/recent", Encoding.UTF8.GetBytes("tenure,charge,contract,churn\n" + string.Join('\n', shifted)));
        await Predict(admin, shifted);
        var window = await Evaluate(admin);
        Assert.True(window.Drifted);

        var alert = await AwaitOutcome(admin);
        Assert.Contains("charge", alert.Features);
        Assert.DoesNotContain("tenure", alert.Features);
        var outcome = alert.Retraining!;
        Assert.Equal((RetrainingState.Finished, 2), (outcome.State, outcome.Candidate));
        var training = await admin.AwaitEnd("", outcome.Training!);
        Assert.Equal(["subscribers", "recent"], training.Datasets.Select(dataset => dataset.Name));
        Assert.Equal(training.Promoted, outcome.Promoted);
        Assert.Contains("Version 2", outcome.Reason, StringComparison.Ordinal);
        Assert.Equal(
            ["monitor.changed", "alert.raised", "feedback.retraining-started", "feedback.retraining-finished"],
            (await Events(server)).Where(type => type.Split('.')[0] is "monitor" or "alert" or "feedback"));
    }

    private static async Task Deploy(HttpClient admin)
    {
        await admin.Upload("/api/v1/datasets/subscribers", Subscribers.Csv());
        var training = await admin.Train("", new("churn", [new("subscribers")], "churn", Promote: true));
        training = await admin.AwaitEnd("", training.Id);
        Assert.True(training.Promoted, training.Problem ?? string.Join("; ", training.Gate?.Rules.Select(rule => rule.ToString()) ?? []));
        await Put(admin, "/api/v1/endpoints/churn", new { model = "churn", version = "Production" });
    }

    private static string[] Rows(int seed) =>
        Encoding.UTF8.GetString(Subscribers.Csv(seed)).Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..];

    private static double Charge(string row) => double.Parse(row.Split(',')[1], System.Globalization.CultureInfo.InvariantCulture);

    private static async Task Predict(HttpClient admin, string[] rows)
    {
        foreach (var batch in rows.Chunk(100))
        {
            var body = "[" + string.Join(',', batch.Select(row => row.Split(',')).Select(cells => $"[{cells[0]},{cells[1]},\"{cells[2]}\"]")) + "]";
            using var answer = await admin.PostAsync("/endpoints/churn/predict", new StringContent(body, Encoding.UTF8, "application/json"), Cancel);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        }
    }

    private static async Task<DriftWindow> Evaluate(HttpClient admin)
    {
        using var answer = await admin.PostAsync("/api/v1/monitors/churn/evaluate", null, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        return (await answer.Content.ReadFromJsonAsync<DriftWindow>(AssayJson.Options, Cancel))!;
    }

    private static async Task<AlertSummary> AwaitOutcome(HttpClient admin)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var alerts = await admin.GetFromJsonAsync<Page<AlertSummary>>("/api/v1/alerts", AssayJson.Options, Cancel);
            var alert = Assert.Single(alerts!.Items);
            if (alert.Retraining!.State != RetrainingState.Running)
                return alert;
            Assert.True(TimeProvider.System.GetElapsedTime(since) < TimeSpan.FromMinutes(4), "The retraining did not end.");
            await Task.Delay(200, Cancel);
        }
    }

    private static async Task Put<T>(HttpClient admin, string path, T body)
    {
        using var answer = await admin.PutAsJsonAsync(path, body, AssayJson.Options, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    private static async Task<List<string>> Events(TestServer server)
    {
        var feed = server.Services.GetRequiredService<ILedgerFeed>();
        var types = new List<string>();
        await foreach (var entry in feed.Follow(0, Cancel))
        {
            types.Add(entry.Type);
            if (entry.Type == "feedback.retraining-finished")
                return types;
        }

        return types;
    }
}
