using Assay.Monitoring.Alerts;
using Assay.Monitoring.Feedback;
using Assay.Monitoring.Monitors;
using Assay.Pipelines;
using Assay.Registry;

namespace Assay.Tests.Monitoring;

public sealed class FeedbackTests
{
    [Fact]
    public async Task An_alert_starts_a_training_on_the_old_rows_and_the_newest_ones()
    {
        await using var watched = await Drifted();

        var asked = Assert.Single(watched.Trainings.Asked);
        Assert.Equal([new("telco", 3), new("telco-recent", 2)], asked.Datasets);
        Assert.Equal(("churn-model", "churn", 77, true, true), (asked.Model, asked.Label, asked.Seed, asked.Promote, asked.OnlyIfBetter));
        var alert = Assert.Single(await watched.Alerts());
        Assert.Equal(RetrainingState.Running, alert.Retraining!.State);
        Assert.NotNull(alert.Retraining.Training);
        Assert.Equal(["alert.raised", "feedback.retraining-started"], (await watched.Events())[1..]);
    }

    [Fact]
    public async Task Further_drifted_windows_of_the_episode_start_nothing()
    {
        await using var watched = await Drifted();

        watched.Traffic.Predict(700, shift: 1.5);
        await watched.Evaluate();

        Assert.Single(watched.Trainings.Asked);
    }

    [Fact]
    public async Task An_alert_that_was_raised_without_feedback_starts_its_training_once_the_monitor_names_a_dataset()
    {
        await using var watched = await WatchedServer.Start();
        await watched.AddRecentRows(100);
        watched.Traffic.Predict(700, shift: 1.5);
        await watched.Evaluate();
        Assert.Null(Assert.Single(await watched.Alerts()).Retraining);

        await watched.Set(new(Retrain: new RetrainSettings("telco-recent")));
        for (var window = 0; window < 2; window++)
        {
            watched.Traffic.Predict(700, shift: 1.5);
            await watched.Evaluate();
        }

        Assert.Single(watched.Trainings.Asked);
        Assert.NotNull(Assert.Single(await watched.Alerts()).Retraining!.Training);
        Assert.Equal(
            ["alert.raised", "monitor.changed", "feedback.retraining-asked", "feedback.retraining-started"], await watched.Events());
    }

    [Fact]
    public async Task A_promoted_candidate_is_written_on_the_alert_and_in_the_ledger()
    {
        await using var watched = await Drifted();
        watched.Trainings.Became = training => training with
        {
            Status = TrainingStatus.Succeeded,
            Version = 2,
            Promoted = true,
            Gate = new(true, [new("auc", true, "0.86", "at least 0.7")], "sha256:0", DateTimeOffset.UnixEpoch),
        };

        await watched.Tick();
        await watched.Tick();

        var outcome = Assert.Single(await watched.Alerts()).Retraining!;
        Assert.Equal((RetrainingState.Finished, 2, true), (outcome.State, outcome.Candidate, outcome.Promoted));
        Assert.Contains("auc: 0.86", outcome.Reason, StringComparison.Ordinal);
        Assert.Single(await watched.Events(), type => type == "feedback.retraining-finished");
    }

    [Fact]
    public async Task A_candidate_that_is_no_better_is_written_down_with_the_rule_that_kept_it_out()
    {
        await using var watched = await Drifted();
        watched.Trainings.Became = training => training with
        {
            Status = TrainingStatus.Succeeded,
            Version = 2,
            Promoted = false,
            Gate = new(
                false,
                [new("auc", true, "0.84", "at least 0.7"), new("compare auc", false, "+0.001", "better than production")],
                "sha256:0",
                DateTimeOffset.UnixEpoch),
        };

        await watched.Tick();

        var outcome = Assert.Single(await watched.Alerts()).Retraining!;
        Assert.Equal((RetrainingState.Finished, 2, false), (outcome.State, outcome.Candidate, outcome.Promoted));
        Assert.Contains("compare auc: +0.001", outcome.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("0.84", outcome.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_training_that_fails_is_written_down_with_its_problem()
    {
        await using var watched = await Drifted();
        watched.Trainings.Became = training => training with { Status = TrainingStatus.Failed, Problem = "The label has one value." };

        await watched.Tick();

        var outcome = Assert.Single(await watched.Alerts()).Retraining!;
        Assert.Equal((RetrainingState.Failed, false, "The label has one value."), (outcome.State, outcome.Promoted, outcome.Reason));
    }

    [Fact]
    public async Task An_alert_stands_even_if_nothing_can_be_started_and_says_why()
    {
        await using var watched = await Drifted(trainings => trainings.Recipe = null);

        var alert = Assert.Single(await watched.Alerts());
        Assert.Equal((AlertState.Open, RetrainingState.Failed), (alert.State, alert.Retraining!.State));
        Assert.Contains("was not trained here", alert.Retraining.Reason, StringComparison.Ordinal);
        Assert.Equal("feedback.retraining-finished", (await watched.Events())[^1]);
    }

    [Fact]
    public async Task An_older_version_of_the_feedback_dataset_gives_way_to_the_newest()
    {
        await using var watched = await Drifted(trainings => trainings.Recipe =
            trainings.Recipe! with { Datasets = [new("telco", 3), new("telco-recent", 1)] });

        Assert.Equal([new("telco", 3), new("telco-recent", 2)], Assert.Single(watched.Trainings.Asked).Datasets);
    }

    [Fact]
    public async Task A_full_queue_is_tried_again()
    {
        await using var watched = await Drifted(trainings => trainings.Trouble = AskedTrainings.QueueFull);
        var waiting = Assert.Single(await watched.Alerts()).Retraining!;
        Assert.Equal((null, RetrainingState.Running), (waiting.Training, waiting.State));

        watched.Trainings.Trouble = null;
        await watched.Tick();

        Assert.NotNull(Assert.Single(await watched.Alerts()).Retraining!.Training);
        Assert.Single(watched.Trainings.Asked);
    }

    [Fact]
    public async Task The_alert_is_not_raised_without_the_training_that_it_starts()
    {
        await using var watched = await WatchedServer.Start();
        await watched.AddRecentRows(100);
        await watched.Set(new(Retrain: new RetrainSettings("telco-recent")));
        watched.Trainings.Trouble = new IOException("the machine stops here");
        watched.Traffic.Predict(700, shift: 1.5);

        await watched.Tick();

        Assert.Empty(await watched.Alerts());
        Assert.Empty((await watched.Show()).Windows);
        Assert.Equal(["monitor.changed"], await watched.Events());
    }

    private static async Task<WatchedServer> Drifted(Action<AskedTrainings>? prepare = null)
    {
        var watched = await WatchedServer.Start();
        await watched.AddRecentRows(100);
        await watched.AddRecentRows(200);
        prepare?.Invoke(watched.Trainings);
        await watched.Set(new(Retrain: new RetrainSettings("telco-recent")));
        watched.Traffic.Predict(700, shift: 1.5);
        await watched.Evaluate();
        return watched;
    }
}
