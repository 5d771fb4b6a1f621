using System.CommandLine;
using System.Globalization;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Monitoring.Alerts;
using Spectre.Console;

namespace Assay.Cli.Verbs.Alerts;

/// <summary><c>assay alerts show</c>.</summary>
internal static class ShowAlert
{
    public static Command Create()
    {
        var verb = new Verb(
            "show", "Shows an alert: what, how far, since when, and what changed upstream before it",
            "assay alerts show 019ab33c2f0a7d0b8a5d2c3e4f5a6b7c", "assay alerts show 019ab33c2f0a7d0b8a5d2c3e4f5a6b7c --json").Connected();
        verb.Add(AlertVerbs.Id);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var id = await AlertVerbs.Find(session.Client, session.Parsed.GetRequiredValue(AlertVerbs.Id), cancel);
        var alert = await session.Client.Alerts.Find(id, cancel) ?? throw new CommandException($"There is no alert '{id}' in this project.");
        session.Write(alert, Show);
        return 0;
    }

    /// <summary>Writes it for people.</summary>
    public static void Show(AlertDetail detail)
    {
        var alert = detail.Alert;
        Screen.Out.MarkupLine($"{AlertVerbs.State(alert)} {alert.Severity.ToString().ToLowerInvariant()}: {Markup.Escape(alert.Summary)}");
        Screen.Line($"Endpoint {alert.Endpoint}, {alert.Model} version {alert.ModelVersion}; source {alert.Source}");
        Screen.Line($"Since {Figures.Time(detail.Since)}, raised {Figures.Time(alert.RaisedAt)}, found {alert.Times} times, last {Figures.Time(alert.LastSeenAt)}");
        if (detail.Segment is { } segment)
            Screen.Line($"In the segment {segment}");
        if (alert.AcknowledgedAt is { } taken)
            Screen.Line($"Taken on by {alert.AcknowledgedBy} at {Figures.Time(taken)}{(alert.Note is null ? "" : $": {alert.Note}")}");
        if (alert.ClosedAt is { } closed)
            Screen.Line($"Closed {Figures.Time(closed)}: {alert.ClosedBecause}");
        if (alert.Retraining is { } retraining)
            Screen.Line($"Retraining {retraining.State.ToString().ToLowerInvariant()}: {retraining.Reason}");

        var signals = Screen.Table("What", "Measure", "Value", "Bound", "Rows");
        foreach (var signal in detail.Signals)
        {
            signals.AddRow(
                Markup.Escape(signal.Name), Markup.Escape(signal.Measure), Figures.Figure(signal.Value), Figures.Figure(signal.Bound),
                signal.Rows?.ToString("N0", CultureInfo.InvariantCulture) ?? "");
        }

        Screen.Write(signals, "No figures were kept.");
        Screen.Line(detail.Upstream.Count == 0 ? "Nothing changed upstream in the seven days before." : "What changed upstream in the seven days before:");
        foreach (var change in detail.Upstream)
            Screen.Line($"  {Figures.Time(change.At)} {change.What}");
    }
}
