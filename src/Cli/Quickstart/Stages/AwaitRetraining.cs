using System.Diagnostics;
using Assay.Cli.Connections;
using Assay.Monitoring.Alerts;
using Assay.Pipelines;

namespace Assay.Cli.Quickstart.Stages;

/// <summary>Stage 8: the alert has started a training on old and new rows; its candidate goes through the same gate.</summary>
internal static class AwaitRetraining
{
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(30);

    public static Task<RetrainingReport> Run(Trip trip, AlertSummary? alert, CancellationToken cancel) => trip.Board.Run("feedback", async doing =>
    {
        if (alert is null)
            return (new RetrainingReport(null, false, "No alert was raised, so nothing was retrained."), "no alert, no retraining");
        var outcome = await Wait(trip, alert.Id, doing, cancel);
        var report = outcome is { Candidate: null, State: not RetrainingState.Running }
            ? await Again(trip, doing, cancel)
            : outcome is null ? new RetrainingReport(null, false, "The alert started no retraining.")
            : new RetrainingReport(outcome.Candidate, outcome.Promoted == true, outcome.Reason ?? "");
        var verdict = report.Candidate is null ? "no candidate" : $"version {report.Candidate} {(report.Promoted ? "promoted" : "not promoted")}";
        return (report, $"{verdict}: {report.Reason}");
    }, report => report.Candidate is not null);

    /// <summary>
    /// The alert is of an earlier quickstart whose retraining was interrupted too often and given up: the same training is
    /// started once more, by the same rule that it is promoted only when it is better.
    /// </summary>
    private static async Task<RetrainingReport> Again(Trip trip, Action<string> doing, CancellationToken cancel)
    {
        var started = await trip.Client.Trainings.Start(
            new NewTraining(
                trip.Name, [new DatasetChoice(trip.Source.Name), new DatasetChoice(trip.RecentName)], trip.Source.Label, trip.Options.Task,
                Promote: true, Reason: "quickstart: the retraining of an earlier alert was lost", OnlyIfBetter: true),
            cancel);
        var training = await Trainings.WaitFor(trip.Client, started, now => doing($"retraining: {now.Stage}, {now.Percent} %"), cancel);
        return new(training.Version, training.Promoted == true, training.Problem ?? (training.Promoted == true ? "better than production" : "not better than production"));
    }

    private static async Task<RetrainingOutcome?> Wait(Trip trip, string alertId, Action<string> doing, CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var monitor = await trip.Client.Monitors.Find(trip.Name, cancel);
            var outcome = monitor?.Alerts.FirstOrDefault(alert => alert.Id == alertId)?.Retraining;
            if (outcome is { State: not RetrainingState.Running } || (outcome is null && watch.Elapsed > StartMax))
                return outcome;
            if (outcome?.Training is { } id && await trip.Client.Trainings.Find(id, cancel) is { } training)
                doing($"retraining: {training.Stage}, {training.Percent} %");
            await Task.Delay(TimeSpan.FromMilliseconds(300), cancel);
        }
    }
}
