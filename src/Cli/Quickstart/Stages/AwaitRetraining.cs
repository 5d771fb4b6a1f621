using System.Diagnostics;
using Assay.Monitoring.Alerts;

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
        var report = outcome is null
            ? new RetrainingReport(null, false, "The alert started no retraining.")
            : new RetrainingReport(outcome.Candidate, outcome.Promoted == true, outcome.Reason ?? "");
        var verdict = report.Candidate is null ? "no candidate" : $"version {report.Candidate} {(report.Promoted ? "promoted" : "not promoted")}";
        return (report, $"{verdict}: {report.Reason}");
    }, report => report.Candidate is not null);

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
