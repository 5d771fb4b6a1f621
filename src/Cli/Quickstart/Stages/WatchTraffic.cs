using System.Diagnostics;
using System.Net;
using Assay.Cli.Output;
using Assay.Client;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Feedback;
using Assay.Monitoring.Monitors;
using Assay.Monitoring.Windows;

namespace Assay.Cli.Quickstart.Stages;

/// <summary>What the monitor made of some rows.</summary>
/// <param name="Windows">Every window that was evaluated over them.</param>
/// <param name="Alert">The alert that belongs to a drifted one; null when all were calm.</param>
internal sealed record Watched(IReadOnlyList<DriftWindow> Windows, AlertSummary? Alert)
{
    public double MaxPsi => Windows.Count == 0 ? 0 : Windows.Max(window => window.MaxPsi);
}

/// <summary>
/// Stage 7: held-out rows, which must be calm, and then shifted ones, which must raise an alert. The rows behind the
/// alert are added with their labels first, so that the alert can start a retraining on them.
/// </summary>
internal static class WatchTraffic
{
    private const int BatchRows = 250;
    private const int SteadyRowsMax = 5_000;
    private static readonly TimeSpan EvaluationMax = TimeSpan.FromSeconds(30);

    public static Task<Watched> Steady(Trip trip, PlayedRows rows, CancellationToken cancel) => trip.Board.Run("steady", async doing =>
    {
        // Without feedback: what an earlier quickstart set must not start a training here.
        await SetFeedback(trip, null, cancel);
        var watched = await Play(trip, rows, [.. rows.HeldOut.Take(SteadyRowsMax)], doing, cancel);
        return (watched, $"{Figures.Number(Math.Min(rows.HeldOut.Count, SteadyRowsMax))} held-out rows: "
            + $"{(watched.Alert is null ? "no alert" : "an alert")}, largest stability index {Figures.Figure(watched.MaxPsi)}");
    }, watched => watched.Alert is null);

    public static Task<Watched> Shifted(Trip trip, PlayedRows rows, CancellationToken cancel) => trip.Board.Run("shifted", async doing =>
    {
        doing("adding the recent rows with their labels");
        using var file = new MemoryStream();
        TableRows.WriteCsv(rows.Table, rows.Shift.Rows, file);
        file.Position = 0;
        await trip.Client.Datasets.Add(trip.RecentName, file, "csv", trip.Source.IsSynthetic, cancel);
        await SetFeedback(trip, new RetrainSettings(trip.RecentName), cancel);

        var watched = await Play(trip, rows, rows.Shift.Rows, doing, cancel);
        return (watched, watched.Alert is { } alert
            ? $"{Figures.Number(rows.Shift.Rows.Count)} rows favouring one end of {rows.Shift.Feature}: alert on {string.Join(", ", alert.Features)}; largest index {Figures.Figure(watched.MaxPsi)}"
            : $"{Figures.Number(rows.Shift.Rows.Count)} rows favouring one end of {rows.Shift.Feature}: no alert, largest index {Figures.Figure(watched.MaxPsi)}");
    }, watched => watched.Alert is not null);

    private static async Task SetFeedback(Trip trip, RetrainSettings? retrain, CancellationToken cancel)
    {
        var monitor = await trip.Client.Monitors.Find(trip.Name, cancel);
        await trip.Client.Monitors.Set(trip.Name, (monitor?.Settings ?? new MonitorSettings()) with { Retrain = retrain }, cancel);
    }

    private static async Task<Watched> Play(Trip trip, PlayedRows rows, IReadOnlyList<int> positions, Action<string> doing, CancellationToken cancel)
    {
        // Rows that an interrupted quickstart has sent get a window of their own: they are no part of what is played now.
        await Evaluate(trip, cancel);
        var before = (await trip.Client.Monitors.Find(trip.Name, cancel))?.Windows is [{ } newest, ..] ? newest.Id : null;
        var sent = 0;
        foreach (var batch in positions.Chunk(BatchRows))
        {
            await trip.Client.Endpoints.Predict(trip.Name, rows.Body(batch), cancel);
            doing($"predicting, {Figures.Number(sent += batch.Length)} rows");
        }

        doing("comparing with the baseline");
        return await Evaluated(trip, before, sent, cancel);
    }

    /// <summary>Asks for an evaluation until all rows that were sent are in a window; the monitor may have begun by itself.</summary>
    private static async Task<Watched> Evaluated(Trip trip, string? before, int rows, CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            await Evaluate(trip, cancel);
            var monitor = (await trip.Client.Monitors.Find(trip.Name, cancel))!;
            var windows = monitor.Windows.TakeWhile(window => window.Id != before).ToList();
            if (windows.Sum(window => window.Rows) >= rows || watch.Elapsed > EvaluationMax)
                return new(windows, Alert(monitor, windows));
            await Task.Delay(TimeSpan.FromMilliseconds(300), cancel);
        }
    }

    private static async Task Evaluate(Trip trip, CancellationToken cancel)
    {
        try
        {
            await trip.Client.Monitors.Evaluate(trip.Name, cancel);
        }
        catch (AssayException nothing) when (nothing.Status == HttpStatusCode.Conflict)
        {
            // The monitor has evaluated these rows already, or has not counted them yet: the windows tell.
        }
    }

    private static AlertSummary? Alert(MonitorDetail monitor, List<DriftWindow> windows)
    {
        if (!windows.Exists(window => window.Drifted))
            return null;
        var raised = monitor.Alerts.FirstOrDefault(alert => windows.Exists(window => window.Id == alert.Window));
        return raised ?? monitor.Alerts.FirstOrDefault(alert => alert.Source == AlertSources.Drift);
    }
}
