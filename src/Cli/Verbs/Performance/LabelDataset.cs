using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Cli.Verbs.Predictions;
using Assay.Monitoring.Labels.Tables;
using Spectre.Console;

namespace Assay.Cli.Verbs.Performance;

/// <summary><c>assay labels dataset</c>.</summary>
internal static class LabelDataset
{
    private static readonly Argument<string> Dataset = new("dataset") { Description = "Name of the dataset; made when there is none", HelpName = "DATASET" };

    private static readonly Option<int?> Rows = new("--rows") { Description = "At most so many rows, the newest ones. Default: 100,000", HelpName = "N" };

    public static Verb Create()
    {
        var verb = new Verb(
            "dataset",
            "Makes the next version of a dataset out of labelled predictions: their inputs and their labels",
            "assay labels dataset churn churn-labelled",
            "assay labels dataset churn churn-labelled --since 30d --rows 50000 --json").Connected().WithTimes();
        verb.Add(PredictionVerbs.Name);
        verb.Add(Dataset);
        verb.Add(Rows);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var parsed = session.Parsed;
            var (from, to) = PredictionVerbs.Times(parsed);
            var request = new MakeDatasetRequest(parsed.GetRequiredValue(Dataset), from, to);
            if (parsed.GetValue(Rows) is { } rows)
                request = request with { RowsMax = rows };
            session.Write(await session.Client.Performance.MakeDataset(parsed.GetRequiredValue(PredictionVerbs.Name), request, cancel), Show);
            return 0;
        }));
        return verb;
    }

    private static void Show(MadeDataset made)
    {
        Screen.Out.MarkupLine(
            $"[green]✓[/] {Markup.Escape(made.Dataset)} version {made.Version}{(made.IsNew ? "" : " has these rows already")}: {Figures.Number(made.Rows)} rows, predicted by "
            + Markup.Escape(string.Join(", ", made.Predicted.Select(rows => $"{rows.Model} {rows.Version} ({Figures.Number(rows.Rows)})"))) + ".");
        if (made.Note is { } note)
            Screen.Line(note);
    }
}
