using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Cli.Verbs.Predictions;
using Assay.Monitoring.Labels;
using Spectre.Console;

namespace Assay.Cli.Verbs.Performance;

/// <summary><c>assay labels</c>.</summary>
internal static class LabelVerbs
{
    private static readonly Argument<string> Id = new("id") { Description = "The answer's Assay-Request-Id", HelpName = "ID" };

    private static readonly Argument<string> Label = new("label") { Description = "What was true: one of the model's classes, or a number", HelpName = "LABEL" };

    private static readonly Argument<string> File = new("file") { Description = "CSV with the columns id and label, and maybe row and at", HelpName = "FILE" };

    private static readonly Option<int?> Row = new("--row") { Description = "Which row of the request, from 1", HelpName = "N" };

    private static readonly Option<string?> State = new("--state") { Description = "new, waiting, joined or changed", HelpName = "STATE" };

    private static readonly Option<int> Limit = new("--limit") { Description = "Labels to show, up to 1000", HelpName = "N", DefaultValueFactory = _ => 50 };

    public static Command Create() => new("labels", "Labels: what was true of predictions, said once it is known") { Add(), Import(), List(), LabelDataset.Create() };

    private static Verb Add()
    {
        var verb = new Verb(
            "add",
            "Says what was true of one prediction",
            "assay labels add churn 0199d1f0-7c1c-7d07-8d8e-2f6f0e0a4b11 yes",
            "assay labels add churn order-4711 no --row 2 --json").Connected();
        verb.Add(PredictionVerbs.Name);
        verb.Add(Id);
        verb.Add(Label);
        verb.Add(Row);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var parsed = session.Parsed;
            var label = JsonSerializer.SerializeToElement(parsed.GetRequiredValue(Label));
            var posted = await session.Client.Performance.Label(
                parsed.GetRequiredValue(PredictionVerbs.Name), [new NewLabel(parsed.GetRequiredValue(Id), label, parsed.GetValue(Row))], cancel);
            session.Write(posted, Show);
            return 0;
        }));
        return verb;
    }

    private static Verb Import()
    {
        var verb = new Verb(
            "import",
            "Takes labels from a CSV file, however many. Those that are known already change nothing",
            "assay labels import churn labels.csv",
            "assay labels import churn labels.csv --json").Connected();
        verb.Add(PredictionVerbs.Name);
        verb.Add(File);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var (name, path) = (session.Parsed.GetRequiredValue(PredictionVerbs.Name), session.Parsed.GetRequiredValue(File));
            if (!System.IO.File.Exists(path))
                throw new CommandException($"There is no file {path}.");
            var sum = await session.Client.Performance.LabelFromLines(name, System.IO.File.ReadLinesAsync(path, cancel), cancel: cancel);
            if (sum.Digest.Length == 0)
                throw new CommandException($"{path} has no labels: it takes a head with the columns id and label, and a line for each.");
            session.Write(sum, Show);
            return 0;
        }));
        return verb;
    }

    private static Verb List()
    {
        var verb = new Verb(
            "list", "Shows labels and what they were joined with", "assay labels list churn", "assay labels list churn --state waiting --json").Connected();
        verb.Add(PredictionVerbs.Name);
        verb.Add(State);
        verb.Add(Limit);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var parsed = session.Parsed;
            var page = await session.Client.Performance.Labels(
                parsed.GetRequiredValue(PredictionVerbs.Name), parsed.GetValue(State), limit: parsed.GetValue(Limit), cancel: cancel);
            session.Write(page.Items, static labels =>
            {
                var table = Screen.Table("Prediction", "Row", "Label", "Predicted", "Version", "State", "Corrections", "");
                foreach (var label in labels)
                {
                    table.AddRow(
                        Markup.Escape(label.Id), Figures.Number(label.Row), Markup.Escape(label.Label), Figures.Figure(label.Prediction),
                        label.ModelVersion?.ToString(CultureInfo.InvariantCulture) ?? "", label.State.ToString().ToLowerInvariant(),
                        Figures.Number(label.Corrections), Markup.Escape(label.Note ?? ""));
                }

                Screen.Write(table, "No such label was posted.");
            });
            return 0;
        }));
        return verb;
    }

    private static void Show(LabelsPosted posted) => Screen.Line(
        $"{Figures.Number(posted.Added)} added, {Figures.Number(posted.Corrected)} corrected, {Figures.Number(posted.Unchanged)} known already. They count with their predictions in some seconds: assay performance show");
}
