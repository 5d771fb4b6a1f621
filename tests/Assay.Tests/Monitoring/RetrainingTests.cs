using System.Net;
using System.Net.Http.Json;
using Assay.Kernel;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.DatasetMonitors;
using Assay.Monitoring.Feedback;
using Assay.Monitoring.Monitors;
using Assay.Pipelines;
using Assay.Registry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Assay.Tests.Monitoring;

public sealed class RetrainingTests
{
    private const string Retrainings = "/api/v1/monitors/churn/retrainings";

    [Fact]
    public async Task A_new_version_of_the_dataset_starts_a_retraining_by_itself_and_only_once()
    {
        await using var watched = await Watching(new("telco-recent", OnAlert: false, OnNewVersion: true));

        await watched.Tick();
        await Finish(watched);
        await watched.Tick();

        var run = Assert.Single((await List(watched)).Items);
        Assert.Equal((RetrainingTrigger.NewVersion, 1), (run.Trigger, run.DatasetVersion));
        await watched.AddRecentRows(200);
        await watched.Tick();
        Assert.Equal([2, 1], (await List(watched)).Items.Select(each => each.DatasetVersion));
    }

    [Fact]
    public async Task Rows_that_the_version_in_production_was_trained_on_are_not_new()
    {
        await using var watched = await Watching(new("telco-recent", OnNewVersion: true));
        watched.Trainings.Recipe = watched.Trainings.Recipe! with { Datasets = [new("telco", 3), new("telco-recent", 1)] };

        await watched.Tick();

        Assert.Empty((await List(watched)).Items);
    }

    [Fact]
    public async Task A_monitor_that_starts_nothing_at_alerts_leaves_an_alert_alone()
    {
        await using var watched = await Watching(new("telco-recent", OnAlert: false));
        watched.Traffic.Predict(700, shift: 1.5);
        await watched.Evaluate();

        Assert.Null(Assert.Single(await watched.Alerts()).Retraining);
        Assert.Empty(watched.Trainings.Asked);
    }

    [Fact]
    public async Task A_retraining_that_is_asked_for_is_refused_while_it_must_cool_down()
    {
        await using var watched = await Watching(new("telco-recent", CoolDownHours: 2));
        (await Ask(watched)).EnsureSuccessStatusCode();
        await Finish(watched);

        var refused = await Ask(watched);

        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("2 hours must pass", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("2 hours must pass", (await List(watched)).Held, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_more_are_started_in_a_week_than_are_allowed()
    {
        await using var watched = await Watching(new("telco-recent", MaximumPerWeek: 2));
        for (var time = 0; time < 2; time++)
        {
            (await Ask(watched)).EnsureSuccessStatusCode();
            await Finish(watched);
        }

        Assert.Contains("2 are allowed", (await List(watched)).Held, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, (await Ask(watched)).StatusCode);
    }

    [Fact]
    public async Task A_schedule_starts_one_so_many_hours_after_the_settings_and_after_the_last_one()
    {
        await using var watched = await Watching(new("telco-recent", OnAlert: false, EveryHours: 24));
        watched.Clock.Move(TimeSpan.FromHours(23));
        await watched.Tick();
        Assert.Empty((await List(watched)).Items);

        watched.Clock.Move(TimeSpan.FromHours(1));
        await watched.Tick();
        await Finish(watched);
        await watched.Tick();
        Assert.Equal(RetrainingTrigger.Schedule, Assert.Single((await List(watched)).Items).Trigger);

        watched.Clock.Move(TimeSpan.FromHours(24));
        await watched.Tick();
        Assert.Equal(2, (await List(watched)).Items.Count);
    }

    [Fact]
    public async Task The_minutes_of_a_week_are_spent_and_come_back()
    {
        await using var watched = await Watching(new("telco-recent", BudgetMinutesPerWeek: 30));
        (await Ask(watched)).EnsureSuccessStatusCode();
        watched.Clock.Move(TimeSpan.FromMinutes(40));
        await Finish(watched);
        Assert.Contains("the budget is 30", (await List(watched)).Held, StringComparison.Ordinal);

        watched.Clock.Move(TimeSpan.FromDays(7));

        Assert.Null((await List(watched)).Held);
    }

    [Fact]
    public async Task A_retraining_waits_for_so_many_new_rows()
    {
        await using var watched = await Watching(new("telco-recent", MinimumNewRows: 50));
        (await Ask(watched)).EnsureSuccessStatusCode();
        await Finish(watched);
        await watched.AddRecentRows(120);
        Assert.Contains("has gained 20 rows", (await List(watched)).Held, StringComparison.Ordinal);

        await watched.AddRecentRows(150);

        Assert.Null((await List(watched)).Held);
    }

    [Fact]
    public async Task One_goes_on_at_a_time()
    {
        await using var watched = await Watching(new("telco-recent"));
        (await Ask(watched)).EnsureSuccessStatusCode();

        Assert.Equal(HttpStatusCode.Conflict, (await Ask(watched)).StatusCode);
        Assert.Single(watched.Trainings.Asked);
    }

    [Fact]
    public async Task An_alert_that_is_held_back_says_why_and_starts_its_training_when_nothing_holds_it_any_more()
    {
        await using var watched = await Watching(new("telco-recent"));
        (await Ask(watched)).EnsureSuccessStatusCode();
        watched.Traffic.Predict(700, shift: 1.5);
        await watched.Evaluate();
        var waiting = Assert.Single(await watched.Alerts()).Retraining!;
        Assert.Equal((RetrainingState.Running, null), (waiting.State, waiting.Training));
        Assert.Contains("is not over", waiting.Reason, StringComparison.Ordinal);

        await Finish(watched);
        await watched.Tick();
        await watched.Tick();

        Assert.Equal(2, watched.Trainings.Asked.Count);
        Assert.Single(await watched.Events(), type => type == "feedback.retraining-held");
    }

    [Fact]
    public async Task While_an_alert_lasts_whose_candidate_was_no_better_newer_rows_start_another_retraining()
    {
        await using var watched = await Watching(new("telco-recent"));
        watched.Traffic.Predict(700, shift: 1.5);
        await watched.Evaluate();
        await Finish(watched, promoted: false);
        await watched.Tick();
        Assert.Single(watched.Trainings.Asked);

        await watched.AddRecentRows(300);
        await watched.Tick();

        Assert.Equal([2, 1], (await List(watched)).Items.Select(run => run.DatasetVersion));
    }

    [Fact]
    public async Task Drift_of_the_dataset_itself_starts_a_retraining_once_and_its_story_begins_with_that()
    {
        await using var watched = await Watching(new("telco-recent"));
        (await watched.Server.Admin.PutAsJsonAsync("/api/v1/dataset-monitors/telco-recent", new { }, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
        await Compare(watched);
        await watched.AddRecentRows(140);
        await Compare(watched);
        await watched.Tick();
        Assert.Empty((await List(watched)).Items);

        await watched.AddRecentRows(20, times: 5);
        await Compare(watched);
        await watched.Tick();
        await Finish(watched, promoted: false);
        await watched.Tick();

        var (run, alert) = (Assert.Single((await List(watched)).Items), Assert.Single(await watched.Alerts()));
        Assert.Equal((RetrainingTrigger.Alert, alert.Id, 3), (run.Trigger, run.Alert, run.DatasetVersion));
        Assert.Equal("dataset:telco-recent", alert.Endpoint);
        Assert.Null(alert.Retraining);   // another endpoint may be trained with the dataset, too
        Assert.Equal("alert", (await watched.Get<RetrainingStory>($"{Retrainings}/{run.Id}")).Steps[0].Kind);
    }

    [Fact]
    public async Task The_story_goes_from_the_alert_to_the_outcome()
    {
        await using var watched = await Watching(new("telco-recent"));
        watched.Traffic.Predict(700, shift: 1.5);
        await watched.Evaluate();
        await Finish(watched);

        var run = Assert.Single((await List(watched)).Items);
        var story = await watched.Get<RetrainingStory>($"{Retrainings}/{run.Id}");

        Assert.Equal(["alert", "training", "outcome"], story.Steps.Select(step => step.Kind));
        Assert.Equal((RetrainingState.Finished, 2, true), (story.Retraining.State, story.Retraining.Candidate, story.Retraining.Promoted));
        Assert.Equal(run.Id, story.Retraining.Id);
        Assert.Equal((await watched.Alerts())[0].Id, story.Retraining.Alert);
    }

    [Fact]
    public async Task Guards_are_kept_with_the_settings()
    {
        var settings = new MonitorSettings(
            250, 0.3, new("telco-recent", OnAlert: false, OnNewVersion: true, EveryHours: 24, CoolDownHours: 1.5, MinimumNewRows: 10, MaximumPerWeek: 3, BudgetMinutesPerWeek: 60));
        await using var watched = await Watching(settings.Retrain!);
        await watched.Set(settings);

        Assert.Equal(settings, (await watched.Show()).Settings);
    }

    private static async Task<WatchedServer> Watching(RetrainSettings settings)
    {
        var watched = await WatchedServer.Start();
        await watched.AddRecentRows(100);
        await watched.Set(new(Retrain: settings));
        return watched;
    }

    private static Task Compare(WatchedServer watched) =>
        watched.Server.Services.GetServices<IHostedService>().OfType<DatasetClock>().Single().Tick(TestContext.Current.CancellationToken);

    private static Task<RetrainingList> List(WatchedServer watched) => watched.Get<RetrainingList>(Retrainings);

    private static Task<HttpResponseMessage> Ask(WatchedServer watched) =>
        watched.Server.Admin.PostAsync(Retrainings, null, TestContext.Current.CancellationToken);

    /// <summary>What is being trained succeeds, and the loop notices.</summary>
    private static async Task Finish(WatchedServer watched, bool promoted = true)
    {
        watched.Trainings.Became = training => training with
        {
            Status = TrainingStatus.Succeeded,
            Version = 2,
            Promoted = promoted,
            Gate = new(promoted, [new("auc", true, "0.86", "at least 0.7")], "sha256:0", DateTimeOffset.UnixEpoch),
        };
        await watched.Tick();
        watched.Trainings.Became = training => training;
    }
}
