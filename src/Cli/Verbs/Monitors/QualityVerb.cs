using System.CommandLine;
using System.Globalization;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Monitoring.Quality;
using Spectre.Console;

namespace Assay.Cli.Verbs.Monitors;

/// <summary><c>assay monitor quality</c>.</summary>
internal static class QualityVerb
{
    private const int FeaturesShown = 30;

    private static readonly Option<string?> Window = new("--window") { Description = "Id of an evaluated window. Default: the newest", HelpName = "ID" };

    public static Command Create()
    {
        var verb = new Verb(
            "quality",
            "Shows the quality of what an endpoint was asked: missing values, values out of range or never seen, features that broke, refused calls",
            "assay monitor quality churn",
            "assay monitor quality churn --window 0199f3c4a1b27d3e8f00112233445566 --json").Connected();
        verb.Add(MonitorVerbs.Endpoint);
        verb.Add(Window);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var endpoint = session.Parsed.GetRequiredValue(MonitorVerbs.Endpoint);
            var report = await session.Client.Monitors.Quality(endpoint, session.Parsed.GetValue(Window), cancel)
                ?? throw new CommandException($"There is no endpoint '{endpoint}', or no such window of the version that answers: 'assay monitor show {endpoint}' lists them.");
            session.Write(report, Write);
            return 0;
        }));
        return verb;
    }

    /// <summary>The worst features first; those in which nothing differs from the reference are left out.</summary>
    public static void Write(QualityReport report)
    {
        var table = Screen.Table("Feature", "Missing", "Out of range", "Unseen", "Refused calls", "");
        foreach (var feature in report.Features.Where(IsShown).OrderByDescending(Worst).Take(FeaturesShown))
        {
            table.AddRow(
                Markup.Escape(feature.Name), Share(feature.Missing), Share(feature.Outside), Share(feature.Unseen), Figures.Number(feature.Refused ?? 0),
                feature.State switch
                {
                    FeatureState.Vanished => "[red]no value any more[/]",
                    FeatureState.Constant => "[red]one value only[/]",
                    _ => "",
                });
        }

        Screen.Write(table, $"Quality: in {Figures.Number(report.Rows)} rows no feature has more missing, out of range or unseen values than the reference.");
        if (report.Calls is { Refused: > 0, Share: { } share, Interval: { } interval } calls)
            Screen.Out.MarkupLine($"Refused: {Figures.Number(calls.Refused)} of {Figures.Number(calls.Refused + calls.Answered)} calls, {Percent(share)} ({Percent(interval.Low)} to {Percent(interval.High)}).");
        foreach (var note in report.Notes)
            Screen.Out.MarkupLine(Markup.Escape(note));
    }

    private static bool IsShown(FeatureQuality feature) =>
        feature.State != FeatureState.Fine || feature.Refused > 0 || feature.Missing?.Interval.Low > 0 || feature.Outside?.Interval.Low > 0 || feature.Unseen?.Interval.Low > 0;

    private static double Worst(FeatureQuality feature) => feature.State != FeatureState.Fine
        ? 2
        : Math.Max(Math.Max(feature.Missing?.Above ?? 0, feature.Outside?.Above ?? 0), feature.Unseen?.Above ?? 0);

    private static string Share(QualityShare? share) => share is null
        ? "?"
        : Markup.Escape($"{Percent(share.Live)} ({(share.Above >= 0 ? "+" : "")}{Percent(share.Above)}, {Percent(share.Interval.Low)} to {Percent(share.Interval.High)})");

    private static string Percent(double share) => (share * 100).ToString("0.##", CultureInfo.InvariantCulture) + " %";
}
