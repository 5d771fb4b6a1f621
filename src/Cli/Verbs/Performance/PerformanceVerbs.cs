using System.CommandLine;
using System.Globalization;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Cli.Verbs.Predictions;
using Assay.Monitoring.Performance;
using Spectre.Console;

namespace Assay.Cli.Verbs.Performance;

/// <summary><c>assay performance</c>.</summary>
internal static class PerformanceVerbs
{
    private static readonly Option<string?> By = new("--by") { Description = "Windows of an hour or a day", HelpName = "hour|day" };

    private static readonly Option<string?> Segment = new("--segment") { Description = "Tell rows apart by this feature", HelpName = "FEATURE" };

    private static readonly Option<string[]> Segments = new("--segment") { Description = "A feature to tell rows apart by; repeat it for several", HelpName = "FEATURE" };

    private static readonly Option<int?> MinimumLabels = new("--minimum-labels") { Description = "Labelled rows that a number needs", HelpName = "N" };

    private static readonly Option<double?> MaxDrop = new("--max-drop") { Description = "Largest drop of AUC below the held-out rows before an alert; 0 for no alert", HelpName = "N" };

    private static readonly Option<double?> MaxErrorRise = new("--max-error-rise") { Description = "Largest rise of a regression's error, as a part of it, before an alert; 0 for no alert", HelpName = "N" };

    private static readonly Option<double?> MinRatio = new("--min-positive-rate-ratio") { Description = "Least ratio of the share decided positive between segments before an alert", HelpName = "N" };

    private static readonly Option<string[]> Kpis = new("--kpi") { Description = "Bounds of a number's mean, as NAME=MIN..MAX, either end left out, or NAME=learned; repeat it for several", HelpName = "NAME=MIN..MAX" };

    private static readonly Option<int?> LearnDays = new("--learn-days") { Description = "Learn bounds from so many first days of the version, in place of those against the held-out rows", HelpName = "N" };

    private static readonly Option<double?> Deviations = new("--deviations") { Description = "With --learn-days: standard deviations off the mean of these days. Default: 3", HelpName = "K" };

    private static readonly Option<int?> JudgedDays = new("--judged-days") { Description = "Judge the newest days, so many at most. Default: of seven those that have plenty of labels", HelpName = "N" };

    private static readonly Option<long?> JudgedLabels = new("--judged-labels") { Description = "Judge as many of the newest days as have so many labels", HelpName = "N" };

    public static Command Create() => new("performance", "How right endpoints are: from labels, and estimated before they come") { Show(), ClassVerb.Create(), Set() };

    private static Verb Show()
    {
        var verb = new Verb(
            "show",
            "Shows realised and estimated performance, window by window",
            "assay performance show churn",
            "assay performance show churn --by hour --since 24h",
            "assay performance show churn --segment plan --json").Connected().WithTimes();
        verb.Add(PredictionVerbs.Name);
        verb.Add(By);
        verb.Add(Segment);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var parsed = session.Parsed;
            var name = parsed.GetRequiredValue(PredictionVerbs.Name);
            var (from, to) = PredictionVerbs.Times(parsed);
            var search = new PerformanceSearch { From = from, To = to, By = parsed.GetValue(By), Segment = parsed.GetValue(Segment) };
            session.Write(await session.Client.Performance.Show(name, search, cancel) ?? throw new CommandException($"There is no endpoint '{name}'."), Write);
            return 0;
        }));
        return verb;
    }

    private static Verb Set()
    {
        var verb = new Verb(
            "set",
            "Changes how performance is counted and judged; what is left out goes back to its default",
            "assay performance set churn --segment plan --segment age",
            "assay performance set churn --max-drop 0.05 --kpi revenue=40..",
            "assay performance set churn --minimum-labels 200 --detector adwin --detector ddm --json").Connected();
        verb.Add(PredictionVerbs.Name);
        verb.Add(Segments);
        foreach (var option in new Option[] { MinimumLabels, MaxDrop, MaxErrorRise, MinRatio, Kpis, LearnDays, Deviations, JudgedDays, JudgedLabels }.Concat(ConceptOptions.All))
            verb.Add(option);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var parsed = session.Parsed;
            if (parsed.GetValue(Deviations) is not null && parsed.GetValue(LearnDays) is null)
                throw new CommandException("--deviations are of bounds that are learned: say from how many days with --learn-days, or leave it out.");
            var usual = new PerformanceSettings();
            var settings = new PerformanceSettings
            {
                Segments = parsed.GetValue(Segments) ?? [],
                MinimumLabels = parsed.GetValue(MinimumLabels) ?? usual.MinimumLabels,
                MaxDrop = Bound(parsed.GetValue(MaxDrop), usual.MaxDrop),
                MaxErrorRise = Bound(parsed.GetValue(MaxErrorRise), usual.MaxErrorRise),
                MinPositiveRateRatio = parsed.GetValue(MinRatio),
                Kpis = [.. (parsed.GetValue(Kpis) ?? []).Select(KpiVerbs.Bounds)],
                Learned = parsed.GetValue(LearnDays) is { } days ? new(days, parsed.GetValue(Deviations) ?? new LearnedBounds().Deviations) : null,
                Judged = (parsed.GetValue(JudgedDays), parsed.GetValue(JudgedLabels)) is (null, null) ? null : new(parsed.GetValue(JudgedDays) ?? new JudgedTime().Days, parsed.GetValue(JudgedLabels)),
                Concept = ConceptOptions.Read(parsed),
            };
            session.Write(await session.Client.Performance.Set(parsed.GetRequiredValue(PredictionVerbs.Name), settings, cancel), Write);
            return 0;
        }));
        return verb;
    }

    private static double? Bound(double? given, double? usual) => given switch { null => usual, 0 => null, { } bound => bound };

    private static void Write(PerformanceReport report)
    {
        var table = Screen.Table("Window", "Version", report.Segment ?? "", "Predictions", "Labelled", "Realised", "Estimated");
        foreach (var row in report.Windows.Concat(report.Totals))
        {
            table.AddRow(
                row.Hours == 0 ? "all" : Figures.Time(row.From), row.Version.ToString(CultureInfo.InvariantCulture), Markup.Escape(row.Value ?? ""),
                Figures.Number(row.Predictions), row.Coverage is { } share ? $"{Figures.Number(row.Labelled)} ({share:P0})" : Figures.Number(row.Labelled),
                Markup.Escape(Measures(row.Realised)), Markup.Escape(Measures(row.Estimated)));
        }

        // Where there are no windows, the first note says why.
        var why = table.Rows.Count == 0 ? report.Notes.Take(1).ToList() : [];
        Screen.Write(table, string.Concat(why));
        ConceptOptions.Write(report.Concept);
        foreach (var total in report.Totals.Where(total => total.Classes is not null))
            ClassVerb.WriteClasses(total);
        foreach (var row in report.Fairness)
            Screen.Line($"{row.Value} against {row.Against}: decided positive {Measures([row.PositiveRateDifference, row.PositiveRateRatio])}; {Measures([row.TruePositiveRateDifference, row.TruePositiveRateRatio])}");
        foreach (var reference in report.References)
            Screen.Line($"Version {reference.Version}{(reference.Metrics.Count > 0 ? $" held out: {Figures.Metrics(reference.Metrics)}." : " has no held-out metrics.")} {reference.EstimatedBy}");
        if (report.WaitingLabels > 0)
            Screen.Line(report.WaitingLabels == 1 ? "1 label waits for its prediction." : $"{Figures.Number(report.WaitingLabels)} labels wait for their prediction.");
        foreach (var note in report.Notes.Skip(why.Count))
            Screen.Line(note);
    }

    private static void Write(PerformanceSettings settings) => Screen.Line(
        $"A number needs {Figures.Number(settings.MinimumLabels)} labelled rows; rows are told apart by {(settings.Segments.Count == 0 ? "nothing" : string.Join(", ", settings.Segments))}. "
        + $"Largest drop of AUC: {Largest(settings.MaxDrop)}; largest rise of error: {Largest(settings.MaxErrorRise)}; numbers of the business with bounds: {(settings.Kpis.Count == 0 ? "none" : string.Join(", ", settings.Kpis.Select(kpi => kpi.Name)))}. {ConceptOptions.Words(settings.Concept)}");

    private static string Largest(double? bound) => bound is null ? "any, without an alert" : Figures.Figure(bound);

    // The sentence about too few rows is the same for all measures, so it is said once.
    private static string Measures(IReadOnlyList<Measure> measures) => measures.Any(measure => measure.Value is not null)
        ? string.Join(", ", measures.Where(measure => measure.Value is not null)
            .Select(measure => $"{measure.Name} {Figures.Figure(measure.Value)} [{Figures.Figure(measure.Low)} to {Figures.Figure(measure.High)}]"))
        : measures.Count > 0 ? measures[0].Note ?? "" : "";
}
