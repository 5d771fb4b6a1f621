using System.CommandLine;
using System.Globalization;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Monitoring.Distributions;
using Spectre.Console;

namespace Assay.Cli.Verbs.Monitors;

/// <summary><c>assay monitor distribution</c>.</summary>
internal static class DistributionVerb
{
    private const int BarLength = 24;

    private static readonly Argument<string?> Feature = new("feature") { Description = "Name of a feature. Default: the score", HelpName = "FEATURE", Arity = ArgumentArity.ZeroOrOne };

    private static readonly Option<string?> Window = new("--window") { Description = "Id of an evaluated window. Default: the newest", HelpName = "ID" };

    public static Command Create()
    {
        var verb = new Verb(
            "distribution",
            "Shows a feature of a window bin by bin beside its reference: rows, shares, and what each bin adds to the index",
            "assay monitor distribution churn tenure",
            "assay monitor distribution churn",
            "assay monitor distribution churn tenure --window 0199f3c4a1b27d3e8f00112233445566 --json").Connected();
        verb.Add(MonitorVerbs.Endpoint);
        verb.Add(Feature);
        verb.Add(Window);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var (endpoint, feature) = (session.Parsed.GetRequiredValue(MonitorVerbs.Endpoint), session.Parsed.GetValue(Feature));
            var distribution = await session.Client.Monitors.Distribution(endpoint, feature, session.Parsed.GetValue(Window), cancel)
                ?? throw new CommandException($"There is no endpoint '{endpoint}', no such window of the version that answers, or no such feature of it: 'assay monitor show {endpoint}' lists windows.");
            session.Write(distribution, Write);
            return 0;
        }));
        return verb;
    }

    private static void Write(FeatureDistribution distribution)
    {
        Screen.Out.MarkupLine(
            $"[bold]{Markup.Escape(distribution.Feature)}[/]{(distribution.IsScore ? " (score)" : "")} until {Figures.Time(distribution.To)}: index {Figures.Figure(distribution.Psi)}, bound {Figures.Figure(distribution.Bound)}, p {Figures.Figure(distribution.PValue)}; {Figures.Number(distribution.Rows)} rows against {Figures.Number(distribution.ReferenceRows)} of the reference");
        var most = distribution.Bins.Select(bin => Math.Max(bin.Share ?? 0, bin.ReferenceShare ?? 0)).DefaultIfEmpty(0).Max();
        var table = Screen.Table("Bin", "Reference", "Rows", "Window", "Rows", "Adds to the index", "Reference ░, window █");
        foreach (var bin in distribution.Bins)
        {
            table.AddRow(
                Markup.Escape(bin.Label), Share(bin.ReferenceShare), Figures.Number(bin.ReferenceCount), Share(bin.Share), Figures.Number(bin.Count),
                Figures.Figure(bin.Psi), $"{Bar(bin.ReferenceShare, most, '░')}\n{Bar(bin.Share, most, '█')}");
        }

        Screen.Write(table, "Nothing is known of its bins.");
        foreach (var note in distribution.Notes)
            Screen.Out.MarkupLine(Markup.Escape(note));
    }

    private static string Bar(double? share, double most, char block) => new(block, most > 0 ? (int)Math.Round(BarLength * (share ?? 0) / most) : 0);

    private static string Share(double? share) => share is null ? "?" : (share.Value * 100).ToString("0.##", CultureInfo.InvariantCulture) + " %";
}
