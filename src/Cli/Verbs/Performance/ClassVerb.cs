using System.CommandLine;
using System.Globalization;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Cli.Verbs.Predictions;
using Assay.Monitoring.Performance;
using Spectre.Console;

namespace Assay.Cli.Verbs.Performance;

/// <summary><c>assay performance classes</c>.</summary>
internal static class ClassVerb
{
    private const int ShownMax = 12;

    public static Verb Create()
    {
        var verb = new Verb(
            "classes",
            "Shows how a model of several classes does by class, and which it takes for which",
            "assay performance classes wine",
            "assay performance classes wine --since 30d --json").Connected().WithTimes();
        verb.Add(PredictionVerbs.Name);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var name = session.Parsed.GetRequiredValue(PredictionVerbs.Name);
            var (from, to) = PredictionVerbs.Times(session.Parsed);
            var report = await session.Client.Performance.Show(name, new() { From = from, To = to }, cancel) ?? throw new CommandException($"There is no endpoint '{name}'.");
            session.Write(report.Totals.Where(total => total.Classes is not null).ToList(), Write);
            return 0;
        }));
        return verb;
    }

    /// <summary>A line for each class.</summary>
    public static void WriteClasses(PerformanceRow total)
    {
        var table = Screen.Table($"Class (version {total.Version})", "Predictions", "Labelled", "Precision", "Recall", "F1");
        foreach (var row in total.Classes!.Classes)
        {
            table.AddRow(
                Markup.Escape(row.Class), Figures.Number(row.Predictions), Figures.Number(row.Labelled),
                Markup.Escape(Text(row.Precision)), Markup.Escape(Text(row.Recall)), Markup.Escape(Text(row.F1)));
        }

        Screen.Write(table, "No class was answered in this time.");
    }

    private static void Write(List<PerformanceRow> totals)
    {
        if (totals.Count == 0)
            Screen.Line("No version of several classes predicted in this time.");
        foreach (var total in totals)
        {
            WriteClasses(total);
            WriteMatrix(total);
            WriteEstimated(total);
        }
    }

    // Before labels, where the probabilities of every class are known.
    private static void WriteEstimated(PerformanceRow total)
    {
        if (total.Classes!.Estimated is not { } estimated)
            return;
        var table = Screen.Table($"Estimated (version {total.Version})", "Expected rows", "Precision", "Recall", "F1");
        foreach (var row in estimated.Classes)
            table.AddRow(Markup.Escape(row.Class), Figures.Number((long)Math.Round(row.Expected)), Markup.Escape(Text(row.Precision)), Markup.Escape(Text(row.Recall)), Markup.Escape(Text(row.F1)));
        Screen.Write(table, "");
    }

    private static void WriteMatrix(PerformanceRow total)
    {
        var rows = total.Classes!.Matrix.ToDictionary(cell => (cell.Truth, cell.Predicted), cell => cell.Rows);
        string[] classes = [.. total.Classes.Classes.Select(row => row.Class).Where(name => rows.Keys.Any(cell => cell.Truth == name || cell.Predicted == name)).Take(ShownMax)];
        if (classes.Length == 0)
            return;
        var table = Screen.Table(["True \\ answered", .. classes.Select(Markup.Escape)]);
        foreach (var truth in classes)
            table.AddRow([Markup.Escape(truth), .. classes.Select(answered => rows.GetValueOrDefault((truth, answered)).ToString("N0", CultureInfo.InvariantCulture))]);
        Screen.Write(table, "");
        if (total.Classes.Classes.Count > ShownMax)
            Screen.Line($"The {ShownMax} classes with most labelled rows; --json has all that are told apart.");
    }

    private static string Text(Measure measure) =>
        measure.Value is null ? measure.Note ?? "" : $"{Figures.Figure(measure.Value)} [{Figures.Figure(measure.Low)} to {Figures.Figure(measure.High)}]";
}
