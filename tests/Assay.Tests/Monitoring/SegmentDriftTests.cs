using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.LoggedRows;
using Assay.Monitoring.Monitors;
using Assay.Monitoring.Multivariate;
using Assay.Monitoring.Reports;
using Assay.Monitoring.Segments;
using Assay.Statistics.Profiles;
using Assay.Tests.Monitoring.Labels;
using Assay.Tests.Serving.PredictionLog;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Assay.Tests.Monitoring;

public sealed class SegmentDriftTests
{
    private readonly Random _random = new(5);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_part_that_changes_is_an_alert_that_names_it_though_all_together_it_is_as_before()
    {
        await using var scene = await LabelScene.Start();
        await Set(scene, new(Segments: new(["plan"], MinimumRows: 100), Retrain: new("recent")));
        await Ask(scene, 1000, basicBalance: 300, plusBalance: 900);
        await Ask(scene, 600, basicBalance: 300, plusBalance: 900);
        await scene.Logged(2);

        var calm = await Compare(scene);
        Assert.False(calm.Drifted, string.Join(" ", calm.Segments.Select(segment => segment.Because)));
        Assert.Contains(calm.Segments, segment => segment is { Verdict: ComparisonVerdict.Calm });

        // Both plans change places: of balance alone nothing changes.
        await Ask(scene, 600, basicBalance: 900, plusBalance: 300);
        await scene.Logged(3);
        var turned = await Compare(scene);

        Assert.True(turned.Drifted);
        var part = turned.Segments.First(segment => segment.Verdict == ComparisonVerdict.Drift);
        Assert.Equal(["balance", "probability"], part.Drifted.Select(result => result.Name).Order());   // what was answered, too
        var alert = Assert.Single((await scene.Get<Page<AlertSummary>>("/api/v1/alerts")).Items);
        Assert.Equal(("segments", AlertState.Open), (alert.Source, alert.State));
        Assert.Contains("balance, probability drifted", alert.Summary, StringComparison.Ordinal);
        Assert.NotNull(alert.Retraining);   // which is tried, whatever becomes of it
        var detail = await scene.Get<AlertDetail>($"/api/v1/alerts/{alert.Id}");
        Assert.StartsWith("plan = ", detail.Segment, StringComparison.Ordinal);
        Assert.All(detail.Signals, signal => Assert.Matches("^(balance|probability) where plan = ", signal.Name));

        await Ask(scene, 600, basicBalance: 300, plusBalance: 900);
        await scene.Logged(4);
        Assert.False((await Compare(scene)).Drifted);
        Assert.Equal(AlertState.Closed, Assert.Single((await scene.Get<Page<AlertSummary>>("/api/v1/alerts")).Items).State);
        Assert.Equal(3, (await scene.Get<SegmentReport>("/api/v1/monitors/churn/segments")).Results.Count);
    }

    [Fact]
    public async Task A_part_in_which_values_go_missing_is_told_and_small_ones_are_unknown()
    {
        await using var scene = await LabelScene.Start();
        await Set(scene, new(Segments: new(["plan", "age"], MinimumRows: 100)));
        await Ask(scene, 1000, 300, 900);
        await Ask(scene, 600, 300, 900, missing: 0.4, rare: 30);
        await scene.Logged(2);

        await scene.Server.Services.GetServices<IHostedService>().OfType<RowClock>().Single().Tick(Cancel);

        var result = Assert.Single((await scene.Get<SegmentReport>("/api/v1/monitors/churn/segments")).Results);
        Assert.Contains(result.Segments, segment => segment.Quality.Any(finding => finding is { Feature: "balance", Check: "missing" }));
        var small = Assert.Single(result.Segments, segment => segment is { Feature: "plan", Value: "missing" });
        Assert.Equal((ComparisonVerdict.Unknown, "Too few rows: 0 of at least 100 in the reference."), (small.Verdict, small.Because.Replace("30 of", "0 of", StringComparison.Ordinal)));
        Assert.True(result.Significance < 0.01 / 6);   // a week has seven comparisons
    }

    [Fact]
    public async Task Parts_are_made_by_inputs_of_the_model_alone()
    {
        await using var scene = await LabelScene.Start();

        foreach (var features in (string[][])[["size"], ["plan", "plan"], []])
        {
            using var answer = await scene.Server.Admin.PutAsJsonAsync("/api/v1/monitors/churn", new { segments = new { features } }, Cancel);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }

        using var unasked = await scene.Server.Admin.PostAsync("/api/v1/monitors/churn/segments", null, Cancel);
        Assert.Equal(HttpStatusCode.Conflict, unasked.StatusCode);
        Assert.Contains("No segments are chosen", await unasked.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    // The level of a week with seven comparisons: in 30 of them nothing is found, over features and parts that are many.
    [Fact]
    public async Task Parts_of_steady_traffic_raise_no_alarm()
    {
        string[] names = [.. Enumerable.Range(0, 12).Select(feature => $"f{feature}"), "plan", "region"];
        var alarms = 0;
        for (var round = 0; round < 30; round++)
        {
            var random = new Random(round);
            var (before, now) = (Rows(random, 3000, names), Rows(random, 1500, names));
            var baseline = new BaselineProfile(3000, [.. names.Select((name, place) => place < 12
                ? BaselineBuilder.Numbers(name, [.. before.Rows.Select(row => double.Parse(row[place]!, System.Globalization.CultureInfo.InvariantCulture))])
                : BaselineBuilder.Categories(name, [.. before.Rows.Select(row => row[place])]))], LateBins.Numbers("score"));
            var tests = new SegmentTests(baseline, new(Segments: new(["plan", "region", "f0"], MinimumRows: 100)));
            var (segments, made) = await tests.Run(before, now, before, Cancel);
            alarms += segments.Any(segment => segment.Verdict == ComparisonVerdict.Drift) ? 1 : 0;
            Assert.True(made > 300, $"{made} tests");
        }

        Assert.InRange(alarms, 0, 1);
    }

    [Fact]
    public async Task What_is_answered_in_a_part_is_compared_with_answers_alone()
    {
        string[] names = ["f0", "plan"];
        var random = new Random(3);
        var (trained, first, now) = (Rows(random, 1500), Rows(random, 1500), Rows(random, 1500));
        now = now with { Answers = [.. now.Answers!.Zip(now.Rows, (answer, row) => row[1] == "v1" ? 1 - (answer * answer) : answer)] };   // of one plan alone
        var baseline = new BaselineProfile(1500, [
            BaselineBuilder.Numbers("f0", [.. trained.Rows.Select(row => double.Parse(row[0]!, System.Globalization.CultureInfo.InvariantCulture))]),
            BaselineBuilder.Categories("plan", [.. trained.Rows.Select(row => row[1])])], LateBins.Numbers("score"));
        var tests = new SegmentTests(baseline, new(Segments: new(["plan"], MinimumRows: 100)));
        trained = trained with { Answers = null };

        var part = Assert.Single((await tests.Run(trained, now, first, Cancel)).Segments, segment => segment.Verdict == ComparisonVerdict.Drift);
        Assert.Equal(("plan = v1", "score"), (part.Name, Assert.Single(part.Drifted).Name));
        Assert.DoesNotContain((await tests.Run(trained, now, null, Cancel)).Segments, segment => segment.Verdict == ComparisonVerdict.Drift);

        DrawnRows Rows(Random random, int count) => new(
            new(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, count, count),
            [.. Enumerable.Range(0, count).Select(_ => (IReadOnlyList<string?>)[random.NextDouble().ToString("R", System.Globalization.CultureInfo.InvariantCulture), $"v{random.Next(3)}"])],
            [.. names.Select(_ => true)])
        { Answers = [.. Enumerable.Range(0, count).Select(_ => random.NextDouble())] };
    }

    private static DrawnRows Rows(Random random, int count, string[] names) => new(
        new(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, count, count),
        [.. Enumerable.Range(0, count).Select(_ => (IReadOnlyList<string?>)[.. names.Select((_, place) => place < 12
            ? (random.NextDouble() * (place + 1)).ToString("R", System.Globalization.CultureInfo.InvariantCulture)
            : $"v{(int)Math.Sqrt(random.Next(place == 12 ? 16 : 36))}")])],
        [.. names.Select(_ => true)])
    { Answers = [.. Enumerable.Range(0, count).Select(_ => random.NextDouble())] };

    // Half of the rows have a plan that the baseline knows, and half another one.
    private async Task Ask(LabelScene scene, int rows, double basicBalance, double plusBalance, double missing = 0, int rare = 0)
    {
        var body = Enumerable.Range(0, rows).Select(row =>
        {
            var isPlus = row % 2 == 0;
            var balance = (isPlus ? plusBalance : basicBalance) + (_random.NextDouble() * 200);
            return new object?[] { _random.NextDouble() * 80, isPlus && _random.NextDouble() < missing ? null : balance, row < rare ? null : isPlus ? "plus" : "größer" };
        });
        await LogHost.Call(scene.Server.Admin, JsonSerializer.Serialize(body));
    }

    private static async Task<SegmentComparison> Compare(LabelScene scene)
    {
        using var answer = await scene.Server.Admin.PostAsync("/api/v1/monitors/churn/segments", null, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        return (await answer.Content.ReadFromJsonAsync<SegmentComparison>(AssayJson.Options, Cancel))!;
    }

    private static async Task Set(LabelScene scene, MonitorSettings settings)
    {
        using var answer = await scene.Server.Admin.PutAsJsonAsync("/api/v1/monitors/churn", settings, AssayJson.Options, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }
}
