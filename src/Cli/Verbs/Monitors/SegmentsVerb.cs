using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Monitoring.Monitors;
using Assay.Monitoring.Reports;
using Assay.Monitoring.Segments;
using Spectre.Console;

namespace Assay.Cli.Verbs.Monitors;

/// <summary><c>assay monitor segments</c>, and the options of <c>assay monitor set</c> for it.</summary>
internal static class SegmentsVerb
{
    private static readonly Option<bool> Now = new("--now") { Description = "Compare the newest logged rows now" };

    private static readonly Option<string[]> Feature = new("--segment") { Description = "Judge drift and quality within the values of this input, too; give it once for each, five at most", HelpName = "FEATURE" };

    private static readonly Option<int> Minutes = new("--segment-minutes") { Description = "Minutes between two comparisons of them", HelpName = "N", DefaultValueFactory = _ => new SegmentSettings([]).EveryMinutes };

    private static readonly Option<int> Rows = new("--segment-rows") { Description = "Rows that a part needs on either side", HelpName = "N", DefaultValueFactory = _ => new SegmentSettings([]).MinimumRows };

    public static IReadOnlyList<Option> All { get; } = [Feature, Minutes, Rows];

    public static SegmentSettings? Of(ParseResult parsed) =>
        parsed.GetValue(Feature) is { Length: > 0 } features ? new(features, parsed.GetValue(Minutes), parsed.GetValue(Rows)) : null;

    public static Command Create()
    {
        var verb = new Verb(
            "segments",
            "Shows which parts of what an endpoint is asked have changed, by rows of its prediction log",
            "assay monitor segments churn",
            "assay monitor segments churn --now --json").Connected();
        verb.Add(MonitorVerbs.Endpoint);
        verb.Add(Now);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var endpoint = session.Parsed.GetRequiredValue(MonitorVerbs.Endpoint);
            if (session.Parsed.GetValue(Now))
            {
                session.Write(await session.Client.Monitors.CompareSegments(endpoint, cancel), Write);
                return 0;
            }

            session.Write(await session.Client.Monitors.Segments(endpoint, cancel) ?? throw new CommandException($"There is no endpoint '{endpoint}'."), Write);
            return 0;
        }));
        return verb;
    }

    /// <summary>A mark for a verdict.</summary>
    public static string Mark(ComparisonVerdict verdict) => verdict switch
    {
        ComparisonVerdict.Drift => "[red]✗[/]",
        ComparisonVerdict.Calm => "[green]✓[/]",
        _ => "[yellow]?[/]",
    };

    private static void Write(SegmentReport report)
    {
        Screen.Out.MarkupLine(Markup(report.Settings is { } settings
            ? $"Parts by {string.Join(", ", settings.Features)} are compared every {settings.EveryMinutes} minutes, from {settings.MinimumRows} rows on."
            : $"No parts are compared: 'assay monitor set {report.Endpoint} --segment FEATURE' does."));
        foreach (var result in report.Results.Take(1))
            Write(result);
        if (report.Results.Count == 0)
            Screen.Line("Nothing was compared yet.");
    }

    private static void Write(SegmentComparison result)
    {
        Screen.Out.MarkupLine(Markup(
            $"{Figures.Number(result.Current.Drawn)} of {Figures.Number(result.Current.Read)} rows until {Figures.Time(result.Current.To)}, against {Figures.Number(result.Reference.Drawn)} of {Figures.Number(result.Reference.Read)}; {Figures.Number(result.Tests)} tests, level {Figures.Figure(result.Significance)} for all of them:"));
        var table = Screen.Table("", "Part", "Rows", "Reference", "Largest index", "");
        foreach (var part in result.Segments)
            table.AddRow(Mark(part.Verdict), Markup(part.Name), Figures.Number(part.Rows), Figures.Number(part.ReferenceRows), Figures.Figure(part.MaxPsi), Markup(part.Because));
        Screen.Write(table, "There are no parts.");
        if (result.Masked.Count > 0)
            Screen.Out.MarkupLine(Markup($"Masked: {string.Join(", ", result.Masked)}."));
        foreach (var note in result.Notes)
            Screen.Out.MarkupLine(Markup(note));
    }

    private static string Markup(string text) => Spectre.Console.Markup.Escape(text);
}
