using System.Net;
using Assay.Monitoring.Monitors;
using Assay.Monitoring.Windows;
using Assay.Statistics.Drift;

namespace Assay.Tests.Monitoring;

public sealed class MonitorChoiceTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_window_by_time_is_evaluated_when_its_time_is_over_and_it_has_the_minimum_of_rows()
    {
        await using var watched = await WatchedServer.Start();
        await watched.Set(new(MinimumRows: 100, Window: new(Seconds: 3600)));
        watched.Traffic.Predict(700);
        await watched.Tick();
        Assert.Empty((await watched.Show()).Windows);

        watched.Clock.Move(TimeSpan.FromMinutes(61));
        await watched.Tick();
        Assert.Equal(700, Assert.Single((await watched.Show()).Windows).Rows);

        watched.Traffic.Predict(20);
        await watched.Tick();
        watched.Clock.Move(TimeSpan.FromMinutes(61));
        await watched.Tick();
        Assert.Single((await watched.Show()).Windows);
    }

    [Fact]
    public async Task A_window_by_count_is_evaluated_when_it_has_its_rows()
    {
        await using var watched = await WatchedServer.Start();
        await watched.Set(new(MinimumRows: 100, Window: new(Rows: 2000)));
        watched.Traffic.Predict(1900);
        await watched.Tick();
        Assert.Empty((await watched.Show()).Windows);

        watched.Traffic.Predict(200);
        await watched.Tick();
        Assert.Equal(2100, Assert.Single((await watched.Show()).Windows).Rows);
    }

    [Fact]
    public async Task Windows_are_compared_with_a_window_that_somebody_chose_and_say_so()
    {
        await using var watched = await WatchedServer.Start();
        var first = await Window(watched, shift: 1.5);
        Assert.True(first.Drifted);
        Assert.Equal("against the training data", first.Judgement!.Says);

        await watched.Set(new(Reference: new(ReferenceKind.Fixed, first.Id)));
        var alike = await Window(watched, shift: 1.5);
        Assert.Equal((false, ReferenceKind.Fixed, 700), (alike.Drifted, alike.Judgement!.Reference, alike.Judgement.ReferenceRows));
        Assert.Contains($"against window {first.Id}", Assert.Single(await watched.Alerts()).ClosedBecause!, StringComparison.Ordinal);

        Assert.True((await Window(watched)).Drifted);
        var alert = (await watched.Alerts())[0];
        Assert.Contains($"against window {first.Id}", alert.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_window_of_a_former_version_is_no_reference_for_another_and_the_window_says_what_held_instead()
    {
        await using var watched = await WatchedServer.Start();
        var first = await Window(watched);
        await watched.Set(new(Reference: new(ReferenceKind.Fixed, first.Id)));
        watched.Traffic.Serve(2);

        var judgement = (await Window(watched)).Judgement!;

        Assert.Equal(ReferenceKind.Training, judgement.Reference);
        Assert.Contains("another version", Assert.Single(judgement.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_window_that_is_the_reference_stays_however_many_come_after_it()
    {
        await using var watched = await WatchedServer.Start();
        var first = await Window(watched);
        await watched.Set(new(Reference: new(ReferenceKind.Fixed, first.Id)));
        for (var i = 0; i < 12; i++)
            await Window(watched);

        var windows = (await watched.Show()).Windows;
        Assert.Equal((first.Id, 11), (windows[^1].Id, windows.Count));
        Assert.Equal(ReferenceKind.Fixed, windows[0].Judgement!.Reference);
    }

    [Fact]
    public async Task A_sliding_reference_says_how_many_of_its_windows_are_there_and_then_takes_calm_ones_alone()
    {
        await using var watched = await WatchedServer.Start();
        await watched.Set(new(Reference: new(ReferenceKind.Sliding, Windows: 3)));
        var gathered = new List<DriftWindow>();
        for (var i = 0; i < 3; i++)
            gathered.Add(await Window(watched, shift: 1.5));
        Assert.All(gathered, window => Assert.True(window.Drifted));
        Assert.StartsWith("2 of 3 windows of the reference are there", Assert.Single(gathered[2].Judgement!.Notes), StringComparison.Ordinal);

        var alike = await Window(watched, shift: 1.5);
        Assert.False(alike.Drifted);
        Assert.Equal(gathered.Select(window => window.Id).Reverse(), alike.Judgement!.ReferenceWindows);

        var other = await Window(watched);
        Assert.True(other.Drifted);
        Assert.Contains("against the 3 calm windows before", (await watched.Alerts())[0].Summary, StringComparison.Ordinal);
        Assert.DoesNotContain(other.Id, (await Window(watched, shift: 1.5)).Judgement!.ReferenceWindows);
    }

    [Fact]
    public async Task Learned_bounds_hold_once_their_windows_are_there_and_take_a_steady_difference_as_usual()
    {
        await using var watched = await WatchedServer.Start();
        await watched.Set(new(Bounds: new(BoundKind.Learned, Windows: 4, Deviations: 6)));
        for (var i = 0; i < 4; i++)
        {
            var early = await Window(watched, shift: 0.9);
            Assert.True(early.Drifted);
            Assert.Contains($"{i} of 4 windows to learn bounds from are there; until then the bound is 0.15", Assert.Single(early.Judgement!.Notes), StringComparison.Ordinal);
        }

        var usual = await Window(watched, shift: 0.9);
        Assert.Equal((false, BoundKind.Learned), (usual.Drifted, usual.Judgement!.Bounds));
        Assert.True(usual.MaxPsi > 0.15);

        Assert.True((await Window(watched, shift: 3)).Drifted);
        var alert = (await watched.Alerts())[0];
        Assert.Contains("by learned bounds", alert.Summary, StringComparison.Ordinal);
        Assert.True((await watched.Get<Assay.Monitoring.Alerts.AlertDetail>($"/api/v1/alerts/{alert.Id}")).Signals[0].Bound > 0.15);
    }

    [Fact]
    public async Task A_learned_bound_is_never_below_what_chance_explains()
    {
        await using var watched = await WatchedServer.Start();
        await watched.Set(new(Bounds: new(BoundKind.Learned, Windows: 3, Deviations: 1)));
        for (var i = 0; i < 3; i++)
            await Window(watched);

        var window = await Window(watched);

        Assert.False(window.Drifted);
        Assert.All(window.Features, feature => Assert.True(feature.Bound >= LearnedBound.Noise(10, 5600, 700, 0.01 / 21)));
    }

    [Fact]
    public async Task Choices_are_kept_shown_and_stated_in_the_ledger()
    {
        await using var watched = await WatchedServer.Start();
        var settings = new MonitorSettings(
            MinimumRows: 200, Window: new(1000, 60), Reference: new(ReferenceKind.Sliding, Windows: 5), Bounds: new(BoundKind.Learned, 5, 4), Attribution: new(30, 100));
        await watched.Set(settings);
        await watched.Set(settings);

        Assert.Equal(settings, (await watched.Show()).Settings);
        Assert.Equal(["monitor.changed"], await watched.Events());
    }

    [Theory]
    [InlineData("""{"minimumRows":500,"window":{"rows":100}}""", "window.rows")]
    [InlineData("""{"window":{"seconds":0}}""", "seconds")]
    [InlineData("""{"reference":{"kind":"fixed"}}""", "reference.window")]
    [InlineData("""{"reference":{"kind":"fixed","window":"0199"}}""", "no evaluated window")]
    [InlineData("""{"reference":{"kind":"sliding","window":"0199"}}""", "reference.window")]
    [InlineData("""{"reference":{"kind":"training","windows":5}}""", "reference.windows")]
    [InlineData("""{"reference":{"kind":"sliding","windows":1}}""", "windows")]
    [InlineData("""{"reference":{"kind":"sliding","windows":5},"bounds":{"kind":"learned","windows":10}}""", "bounds.windows")]
    [InlineData("""{"bounds":{"kind":"learned","windows":2}}""", "windows")]
    public async Task A_choice_that_can_mean_nothing_is_refused_by_its_field(string settings, string word)
    {
        await using var watched = await WatchedServer.Start();

        var answer = await watched.Server.Admin.PutAsync(
            "/api/v1/monitors/churn", new StringContent(settings, System.Text.Encoding.UTF8, "application/json"), Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(word, await answer.Content.ReadAsStringAsync(Cancel), StringComparison.OrdinalIgnoreCase);
    }

    private static async Task<DriftWindow> Window(WatchedServer watched, double shift = 0)
    {
        watched.Traffic.Predict(700, shift);
        return await watched.Evaluate();
    }
}
