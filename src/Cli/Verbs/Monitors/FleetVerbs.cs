using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Monitoring.Monitors;
using Assay.Monitoring.Windows;
using Spectre.Console;

namespace Assay.Cli.Verbs.Monitors;

/// <summary><c>assay monitor list</c> and <c>assay monitor evaluate</c>.</summary>
internal static class FleetVerbs
{
    private const int WorstShown = 10;

    public static Verb List()
    {
        var verb = new Verb("list", "Lists every endpoint's monitor, the worst first: health, alerts that last, drift of the last window", "assay monitor list", "assay monitor list --json").Connected();
        verb.SetAction(Session.Running(static async (session, cancel) =>
        {
            var monitors = await Pages.All((cursor, stop) => session.Client.Monitors.List(cursor, 1000, stop), cancel);
            session.Write(
                (IReadOnlyList<MonitorSummary>)[.. monitors
                    .OrderByDescending(row => row.Alerts.Critical).ThenByDescending(row => row.Health == MonitorHealth.Drifting)
                    .ThenByDescending(row => row.Alerts.Warning).ThenByDescending(row => row.LastMaxPsi ?? -1)],
                Write);
            return 0;
        }));
        return verb;
    }

    public static Verb Evaluate()
    {
        var verb = new Verb(
            "evaluate", "Compares what an endpoint predicted since the last window with its reference, now, however few rows", "assay monitor evaluate churn", "assay monitor evaluate churn --json").Connected();
        verb.Add(MonitorVerbs.Endpoint);
        verb.SetAction(Session.Running(static async (session, cancel) =>
        {
            session.Write(await session.Client.Monitors.Evaluate(session.Parsed.GetRequiredValue(MonitorVerbs.Endpoint), cancel), Write);
            return 0;
        }));
        return verb;
    }

    private static void Write(IReadOnlyList<MonitorSummary> monitors)
    {
        var table = Screen.Table("", "Endpoint", "Health", "Critical", "Warnings", "Model", "Version", "Largest index", "Bound", "Rows waiting", "Last evaluated");
        foreach (var row in monitors)
        {
            table.AddRow(
                Mark(row.Health), Markup.Escape(row.Endpoint), row.Health.ToString().ToLowerInvariant(), Figures.Number(row.Alerts.Critical), Figures.Number(row.Alerts.Warning),
                Markup.Escape(row.Model), row.ModelVersion?.ToString() ?? "-", Figures.Figure(row.LastMaxPsi), Figures.Figure(row.PsiThreshold), Figures.Number(row.PendingRows),
                row.LastEvaluatedAt is { } at ? Figures.Time(at) : "-");
        }

        Screen.Write(table, "No endpoint answers yet: 'assay deploy MODEL VERSION --endpoint NAME' makes one, and its monitor comes by itself.");
    }

    private static void Write(DriftWindow window)
    {
        Screen.Out.MarkupLine(
            $"{(window.Drifted ? "[red]✗[/] Drift" : "[green]✓[/] Calm")}: {Figures.Number(window.Rows)} rows of version {window.ModelVersion}, largest index {Figures.Figure(window.MaxPsi)}. [grey]{window.Id}[/]");
        var table = Screen.Table("", "Index", "Jensen-Shannon", "p", "Rows");
        foreach (var result in window.Features.OrderByDescending(feature => feature.Psi).Take(WorstShown).Append(window.Score))
        {
            table.AddRow(
                Markup.Escape(ReferenceEquals(result, window.Score) ? $"{result.Name} (score)" : result.Name), Figures.Figure(result.Psi), Figures.Figure(result.JensenShannon),
                Figures.Figure(result.PValue), Figures.Number(result.Rows));
        }

        Screen.Out.Write(table);
        if (window.Judgement is { } judgement)
            Screen.Out.MarkupLine(Markup.Escape($"Judged {judgement.Says}. {string.Join(' ', judgement.Notes)}"));
    }

    private static string Mark(MonitorHealth health) => health switch
    {
        MonitorHealth.Drifting or MonitorHealth.Alerting => "[red]✗[/]",
        MonitorHealth.Healthy => "[green]✓[/]",
        _ => "…",
    };
}
