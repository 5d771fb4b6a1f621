using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Monitoring.Multivariate;
using Assay.Monitoring.Reports;
using Spectre.Console;

namespace Assay.Cli.Verbs.Monitors;

/// <summary><c>assay monitor multivariate</c>.</summary>
internal static class MultivariateVerb
{
    private static readonly Option<bool> Now = new("--now") { Description = "Compare the newest logged rows now" };

    public static Command Create()
    {
        var verb = new Verb(
            "multivariate",
            "Shows whether an endpoint's features go together as they did, by rows of its prediction log",
            "assay monitor multivariate churn",
            "assay monitor multivariate churn --now --json").Connected();
        verb.Add(MonitorVerbs.Endpoint);
        verb.Add(Now);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var endpoint = session.Parsed.GetRequiredValue(MonitorVerbs.Endpoint);
            if (session.Parsed.GetValue(Now))
            {
                session.Write(await session.Client.Monitors.CompareMultivariate(endpoint, cancel), Write);
                return 0;
            }

            var report = await session.Client.Monitors.Multivariate(endpoint, cancel) ?? throw new CommandException($"There is no endpoint '{endpoint}'.");
            session.Write(report, Write);
            return 0;
        }));
        return verb;
    }

    private static void Write(MultivariateReport report)
    {
        Screen.Out.MarkupLine(Markup.Escape(report.Settings is { } settings
            ? $"All features together are compared every {settings.EveryMinutes} minutes, on {settings.Rows} rows of each side."
            : $"All features together are compared when somebody asks: 'assay monitor set {report.Endpoint} --multivariate-minutes 60' does it by itself."));
        foreach (var result in report.Results.Take(1))
            Write(result);
        var table = Screen.Table("", "At", "Version", "Rows", "Least p-value");
        foreach (var result in report.Results)
            table.AddRow(result.Drifted ? "[red]✗[/]" : "[green]✓[/]", Figures.Time(result.At), result.ModelVersion.ToString(), Figures.Number(result.Current.Drawn), Figures.Figure(result.Figures.Min(figure => figure.PValue)));
        Screen.Write(table, "Nothing was compared yet.");
    }

    private static void Write(MultivariateResult result)
    {
        Screen.Out.MarkupLine(Markup.Escape(
            $"{result.Current.Drawn} of {result.Current.Read} rows until {Figures.Time(result.Current.To)}, against {result.Reference.Drawn} of {result.Reference.Read} until {Figures.Time(result.Reference.To)}:"));
        var table = Screen.Table("", "Test", "p-value", "");
        foreach (var figure in result.Figures)
        {
            table.AddRow(
                figure.Verdict switch { ComparisonVerdict.Drift => "[red]✗[/]", ComparisonVerdict.Calm => "[green]✓[/]", _ => "?" },
                figure.Test, Figures.Figure(figure.PValue), Markup.Escape(figure.Because));
        }

        Screen.Write(table, "No test could be made.");
        if (result.Masked.Count > 0)
            Screen.Out.MarkupLine(Markup.Escape($"Masked: {string.Join(", ", result.Masked)}."));
        if (result.LeftOut.Count > 0)
            Screen.Out.MarkupLine(Markup.Escape($"No room for {string.Join(", ", result.LeftOut)}."));
        foreach (var note in result.Notes)
            Screen.Out.MarkupLine(Markup.Escape(note));
    }
}
