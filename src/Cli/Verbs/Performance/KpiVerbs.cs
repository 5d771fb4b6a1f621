using System.CommandLine;
using System.Globalization;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Cli.Verbs.Predictions;
using Assay.Monitoring.Kpis;
using Assay.Monitoring.Performance;
using Spectre.Console;

namespace Assay.Cli.Verbs.Performance;

/// <summary><c>assay kpis</c>.</summary>
internal static class KpiVerbs
{
    private static readonly Argument<string> Id = new("id") { Description = "The answer's Assay-Request-Id", HelpName = "ID" };

    private static readonly Argument<string> Kpi = new("kpi") { Description = "Name of the number, such as revenue", HelpName = "KPI" };

    private static readonly Argument<double> Value = new("value") { Description = "Its value", HelpName = "VALUE" };

    private static readonly Option<int?> Row = new("--row") { Description = "Which row of the request, from 1", HelpName = "N" };

    public static Command Create() => new("kpis", "Numbers of the business that came of predictions") { Add(), Show() };

    /// <summary>Bounds as the command line has them: <c>NAME=MIN..MAX</c> or <c>NAME=learned</c>.</summary>
    public static KpiBounds Bounds(string text)
    {
        var (name, range) = text.Split('=', 2) is [var before, var after] ? (before, after) : ("", "");
        if (name.Length > 0 && range == "learned")
            return new(name, Learned: true);
        return name.Length > 0 && range.Split("..") is [var least, var largest] && Number(least, out var minimum) && Number(largest, out var maximum)
            ? new(name, minimum, maximum)
            : throw new CommandException($"'{text}' is no bound of a number: write it like revenue=40..60, revenue=40.., revenue=..60 or revenue=learned.");
    }

    private static bool Number(string text, out double? number)
    {
        number = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var read) ? read : null;
        return text.Length == 0 || number is not null;
    }

    private static Verb Add()
    {
        var verb = new Verb(
            "add", "Says what one prediction was worth", "assay kpis add churn order-4711 revenue 49.90", "assay kpis add churn order-4711 revenue 49.90 --row 2 --json").Connected();
        verb.Add(PredictionVerbs.Name);
        verb.Add(Id);
        verb.Add(Kpi);
        verb.Add(Value);
        verb.Add(Row);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var parsed = session.Parsed;
            var kpi = new NewKpi(parsed.GetRequiredValue(Id), parsed.GetRequiredValue(Kpi), parsed.GetRequiredValue(Value), parsed.GetValue(Row));
            var posted = await session.Client.Performance.PostKpis(parsed.GetRequiredValue(PredictionVerbs.Name), [kpi], cancel);
            session.Write(posted, static posted => Screen.Line(posted.Added > 0 ? Soon("Added.") : posted.Corrected > 0 ? Soon("Corrected.") : "Known already."));
            return 0;
        }));
        return verb;
    }

    private static string Soon(string done) => done + " It counts with its prediction in some seconds: assay kpis show";

    private static Verb Show()
    {
        var verb = new Verb("show", "Shows the numbers by day and version", "assay kpis show churn", "assay kpis show churn --since 30d --json").Connected().WithTimes();
        verb.Add(PredictionVerbs.Name);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var (from, _) = PredictionVerbs.Times(session.Parsed);
            session.Write(await session.Client.Performance.Kpis(session.Parsed.GetRequiredValue(PredictionVerbs.Name), from, null, cancel), Write);
            return 0;
        }));
        return verb;
    }

    private static void Write(KpiReport report)
    {
        var table = Screen.Table("Window", "Name", "Version", "Predictions", "Sum", "Mean");
        foreach (var row in report.Windows.Concat(report.Totals))
        {
            table.AddRow(
                row.Hours == 0 ? "all" : Figures.Time(row.From), Markup.Escape(row.Name), row.Version.ToString(CultureInfo.InvariantCulture), Figures.Number(row.Mean.Rows),
                Figures.Figure(row.Sum), Markup.Escape(row.Mean.Value is { } mean ? $"{Figures.Figure(mean)} [{Figures.Figure(row.Mean.Low)} to {Figures.Figure(row.Mean.High)}]" : row.Mean.Note ?? ""));
        }

        Screen.Write(table, report.Waiting > 0 ? "No number of predictions of this time is counted yet." : "No number was posted for predictions of this time.");
        if (report.Waiting > 0)
            Screen.Line(report.Waiting == 1 ? "1 number waits for its prediction." : $"{Figures.Number(report.Waiting)} numbers wait for their prediction.");
    }
}
