using System.Net;
using System.Net.Http.Json;
using Assay.Inference.Models;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Kernel.Projects;
using Assay.Monitoring;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Performance;
using Assay.Statistics.Estimation;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Tests.Monitoring.Labels;

/// <summary>Bounds that the first days of a version make, by which the newest ones are judged.</summary>
public sealed class LearnedBoundTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Days_that_are_worse_than_the_first_ones_raise_an_alert_though_the_held_out_rows_were_worse_still()
    {
        await using var scene = await LabelScene.Start();   // its held-out AUC was 0.8
        await scene.Set(new() { MinimumLabels = 50, Learned = new(Days: 5), Judged = new(Days: 2) });
        var today = DateTimeOffset.UtcNow.Date;
        for (var day = 30; day > 20; day--)
            await Add(scene, new(today.AddDays(-day), TimeSpan.Zero), right: 97 + (day % 2));
        await Add(scene, new(today.AddDays(-1), TimeSpan.Zero), right: 97);
        await Judge(scene);
        Assert.Empty(await Alerts(scene));

        await Add(scene, new(today, TimeSpan.Zero), right: 75, rows: 4);   // still above the held-out rows' bound of 0.7
        await Judge(scene);

        var alert = Assert.Single(await Alerts(scene));
        Assert.Equal((AlertSources.Performance, AlertState.Open), (alert.Source, alert.State));
        Assert.Contains("its first 5 days had 0.97", alert.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Until_the_days_are_there_the_held_out_rows_hold()
    {
        await using var scene = await LabelScene.Start();
        await scene.Set(new() { MinimumLabels = 50, Learned = new(Days: 5), Judged = new(Days: 2) });
        var today = DateTimeOffset.UtcNow.Date;
        await Add(scene, new(today.AddDays(-5), TimeSpan.Zero), right: 97);
        await Add(scene, new(today, TimeSpan.Zero), right: 50);
        await Judge(scene);

        Assert.Contains("held-out rows had 0.8, bound 0.7.", Assert.Single(await Alerts(scene)).Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_number_of_the_business_is_judged_by_its_first_days()
    {
        await using var scene = await LabelScene.Start();
        await scene.Set(new() { MaxDrop = null, Kpis = [new("revenue", Learned: true)], Learned = new(Days: 4, Deviations: 2), Judged = new(Days: 2) });
        var today = DateTimeOffset.UtcNow.Date;
        for (var day = 30; day > 24; day--)
            await AddKpi(scene, new(today.AddDays(-day), TimeSpan.Zero), 40 + (day % 3));
        await AddKpi(scene, new(today, TimeSpan.Zero), 41);
        await Judge(scene);
        Assert.Empty(await Alerts(scene));

        await AddKpi(scene, new(today.AddHours(1), TimeSpan.Zero), 20);
        await Judge(scene);

        Assert.Contains("revenue of churn", Assert.Single(await Alerts(scene)).Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_is_the_mean_of_the_first_days_and_its_deviations_and_needs_them_all()
    {
        Assert.Null(LearnedLines.Line(new(3), [1, 2]));
        Assert.Null(LearnedLines.Line(new(3), [1, null, 2]));
        var line = LearnedLines.Line(new(3, 2), [1, 2, null, 3, 100])!;
        Assert.Equal((2, 0, 4), (line.Mean, Math.Round(line.Low, 9), line.High));
    }

    [Theory]
    [InlineData("learned", "days", 2)]
    [InlineData("judged", "days", 91)]
    [InlineData("judged", "labels", 3)]
    public async Task Days_that_can_mean_nothing_are_refused(string part, string field, int value)
    {
        await using var scene = await LabelScene.Start();
        var settings = new Dictionary<string, object> { [part] = new Dictionary<string, int> { [field] = value } };

        using var answer = await scene.Server.Admin.PutAsJsonAsync("/api/v1/endpoints/churn/performance-settings", settings, Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    // So many of a hundred pairs of a positive and a negative row stand in the right order.
    private static Task Add(LabelScene scene, DateTimeOffset at, int right, int rows = 1) => Write(scene, at, Slices.All, counts =>
    {
        for (var row = 0; row < 100 * rows; row++)
        {
            var isRight = row % 100 < right;
            var score = isRight == (row % 2 == 0) ? 0.9 : 0.1;
            counts.AddPrediction(ScoreBins.Of(score));
            counts.AddLabel(ModelTask.Classification, ScoreBins.Of(score), score, row % 2 == 0 ? 1 : 0, 1);
        }
    });

    private static Task AddKpi(LabelScene scene, DateTimeOffset at, double value) => Write(scene, at, "kpi:revenue", counts =>
    {
        for (var row = 0; row < 50; row++)
            counts.AddNumber(value + (row % 5), 1);
    });

    private static async Task Write(LabelScene scene, DateTimeOffset at, string slice, Action<PerformanceCounts> fill)
    {
        await using var scope = scene.Server.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<ProjectScope>().Enter("default");
        var db = scope.ServiceProvider.GetRequiredService<AssayDb>();
        var (counts, row) = (new PerformanceCounts(), new PerformanceWindow { Endpoint = "churn", From = at, Hours = 1, Model = "churn", Version = 1, Slice = slice, Value = "" });
        fill(counts);
        row.Write(counts);
        db.PerformanceWindows.Add(row);
        await db.SaveChangesAsync(Cancel);
    }

    private static async Task Judge(LabelScene scene)
    {
        await using var scope = scene.Server.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<ProjectScope>().Enter("default");
        scope.ServiceProvider.GetRequiredService<Assay.Kernel.Permissions.Caller>().Set("system:monitoring");
        var served = scope.ServiceProvider.GetRequiredService<Assay.Serving.IEndpoints>().List().Single(endpoint => endpoint.Name == "churn");
        await scope.ServiceProvider.GetRequiredService<PerformanceJudge>().Run(served, Cancel);
    }

    private static async Task<IReadOnlyList<AlertSummary>> Alerts(LabelScene scene) => (await scene.Get<Page<AlertSummary>>("/api/v1/alerts")).Items;
}
