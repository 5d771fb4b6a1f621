using System.CommandLine;
using System.Globalization;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Monitoring.Attribution;
using Spectre.Console;

namespace Assay.Cli.Verbs.Monitors;

/// <summary><c>assay monitor attribution</c>.</summary>
internal static class AttributionVerb
{
    private const int InputsShown = 10;

    private static readonly Option<bool> Now = new("--now") { Description = "Explain the newest logged rows now" };

    public static Command Create()
    {
        var verb = new Verb(
            "attribution",
            "Shows whether predictions have the reasons that they had: which inputs matter, by rows of the prediction log",
            "assay monitor attribution churn",
            "assay monitor attribution churn --now --json").Connected();
        verb.Add(MonitorVerbs.Endpoint);
        verb.Add(Now);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var endpoint = session.Parsed.GetRequiredValue(MonitorVerbs.Endpoint);
            if (session.Parsed.GetValue(Now))
            {
                session.Write(await session.Client.Monitors.CompareAttribution(endpoint, cancel), Write);
                return 0;
            }

            var report = await session.Client.Monitors.Attribution(endpoint, cancel) ?? throw new CommandException($"There is no endpoint '{endpoint}'.");
            session.Write(report, Write);
            return 0;
        }));
        return verb;
    }

    /// <summary>A comparison in one sentence.</summary>
    public static string Words(AttributionResult result) => string.Create(
        CultureInfo.InvariantCulture,
        $"Reasons of {result.Current.Drawn:N0} predictions until {Figures.Time(result.Current.To)}: the order of the inputs agrees with the reference by {result.Agreement:0.###} ({result.Interval.Low:0.###} to {result.Interval.High:0.###}).");

    private static void Write(AttributionReport report)
    {
        Screen.Out.MarkupLine(Markup.Escape(report.Settings is { } settings
            ? $"Reasons are compared every {settings.EveryMinutes} minutes, on {settings.Rows} rows of each side."
            : $"Reasons are compared when somebody asks, or a rule on attributionChange needs it: 'assay monitor set {report.Endpoint} --attribution-minutes 60' does it by itself."));
        foreach (var result in report.Results.Take(1))
            Write(result);
        var table = Screen.Table("", "At", "Version", "Rows", "Agreement");
        foreach (var result in report.Results)
            table.AddRow(result.Drifted ? "[red]✗[/]" : "[green]✓[/]", Figures.Time(result.At), result.ModelVersion.ToString(), Figures.Number(result.Current.Drawn), Figures.Figure(result.Agreement));
        Screen.Write(table, "Nothing was compared yet.");
    }

    private static void Write(AttributionResult result)
    {
        Screen.Out.MarkupLine(Markup.Escape(Words(result)));
        var table = Screen.Table("Input", "Share", "Reference", "Place", "Reference");
        foreach (var input in result.Inputs.Take(InputsShown))
            table.AddRow(Markup.Escape(input.Input), Share(input.Share), Share(input.ReferenceShare), Figures.Number(input.Place), Figures.Number(input.ReferencePlace));
        Screen.Write(table, "The model has no input.");
        foreach (var note in result.Notes)
            Screen.Out.MarkupLine(Markup.Escape(note));
    }

    private static string Share(double share) => share.ToString("P1", CultureInfo.InvariantCulture);
}
