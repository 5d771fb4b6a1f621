using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Cli.Verbs.Statistics;
using Assay.Cli.Verbs.Alerts;
using Assay.Monitoring.Monitors;
using Spectre.Console;

namespace Assay.Cli.Verbs.Monitors;

/// <summary><c>assay monitor</c>.</summary>
internal static class MonitorVerbs
{
    private const int WindowsShown = 10;

    public static readonly Argument<string> Endpoint = new("endpoint") { Description = "Name of the endpoint", HelpName = "ENDPOINT" };

    public static Command Create()
    {
        var verb = new Verb(
            "show", "Shows an endpoint's drift, window by window, and its alerts", "assay monitor show churn", "assay monitor show churn --json").Connected();
        verb.Add(Endpoint);
        verb.SetAction(Session.Running(Handle));
        return new Command("monitor", "Monitors: drift of what endpoints are asked and answer, and what is done about it")
        {
            FleetVerbs.List(),
            verb,
            FleetVerbs.Evaluate(),
            SetMonitor.Create(),
            DistributionVerb.Create(),
            QualityVerb.Create(),
            MultivariateVerb.Create(),
            AttributionVerb.Create(),
            SegmentsVerb.Create(),
            DatasetMonitorVerbs.Create(),
            RetrainVerbs.Start(),
            RetrainVerbs.Show(),
            RunComparison.Create(),
        };
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var name = session.Parsed.GetRequiredValue(Endpoint);
        var monitor = await session.Client.Monitors.Find(name, cancel) ?? throw new CommandException($"There is no endpoint '{name}'.");
        session.Write(monitor, Show);
        if (!session.Json && await session.Client.Monitors.Quality(name, cancel: cancel) is { } quality)
            QualityVerb.Write(quality);
        return 0;
    }

    private static void Show(MonitorDetail monitor)
    {
        var retrain = monitor.Settings.Retrain is { } feedback ? $", {RetrainVerbs.Words(feedback)}" : "";
        Screen.Out.MarkupLine(
            $"[bold]{Markup.Escape(monitor.Endpoint)}[/]: alert at an index of {Figures.Figure(monitor.Settings.PsiThreshold)}, from {Figures.Number(monitor.Settings.MinimumRows)} rows on, {Markup.Escape(MonitorChoiceOptions.Words(monitor.Settings))}{Markup.Escape(retrain)}");
        var windows = Screen.Table("", "Until", "Version", "Rows", "Largest index", "Of", "Id");
        foreach (var window in monitor.Windows.Take(WindowsShown))
        {
            var worst = window.Features.Append(window.Score).MaxBy(feature => feature.Psi);
            windows.AddRow(
                window.Drifted ? "[red]✗[/]" : "[green]✓[/]", Figures.Time(window.To), window.ModelVersion.ToString(), Figures.Number(window.Rows),
                Figures.Figure(window.MaxPsi), Markup.Escape(worst?.Name ?? ""), window.Id);
        }

        Screen.Write(windows, "No window has been evaluated yet.");
        if (monitor.Windows is [{ Judgement: { } judgement }, ..])
            Screen.Out.MarkupLine(Markup.Escape($"The last one was judged {judgement.Says}. {string.Join(' ', judgement.Notes)}"));
        if (monitor.Attribution is { } reasons)
            Screen.Out.MarkupLine(Markup.Escape(AttributionVerb.Words(reasons)));
        foreach (var alert in monitor.Alerts)
        {
            var outcome = alert.Retraining is { } retraining ? $"; retraining {retraining.State.ToString().ToLowerInvariant()}: {retraining.Reason}" : "";
            Screen.Out.MarkupLine(
                $"Alert {Figures.Time(alert.RaisedAt)} {AlertVerbs.State(alert)}, {Markup.Escape(alert.Source)}: {Markup.Escape(string.Join(", ", alert.Features))}{Markup.Escape(outcome)}");
        }
    }
}
