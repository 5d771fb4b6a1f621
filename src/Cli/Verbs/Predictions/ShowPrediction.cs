using System.CommandLine;
using System.Globalization;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Serving.PredictionLog.Reading;
using Spectre.Console;

namespace Assay.Cli.Verbs.Predictions;

/// <summary><c>assay predictions show</c>.</summary>
internal static class ShowPrediction
{
    private static readonly Argument<string> Id = new("id") { Description = "Id of the call: Assay-Request-Id of its answer", HelpName = "ID" };

    public static Command Create()
    {
        var verb = new Verb("show", "Shows one call with its rows", "assay predictions show churn order-4711", "assay predictions show churn order-4711 --json").Connected();
        verb.Add(PredictionVerbs.Name);
        verb.Add(Id);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var (name, id) = (session.Parsed.GetRequiredValue(PredictionVerbs.Name), session.Parsed.GetRequiredValue(Id));
        var call = await session.Client.Predictions.Find(name, id, cancel)
            ?? throw new CommandException($"There is no logged call '{id}' at the endpoint '{name}': 'assay predictions list {name}' shows the last ones.");
        session.Write(call, Show);
        return 0;
    }

    private static void Show(LoggedPrediction call)
    {
        var model = call.Version is { } version ? $"{call.Model} v{version}" : "no model";
        Screen.Out.MarkupLine($"[bold]{Markup.Escape(call.Id)}[/] {Figures.Time(call.At)} {Markup.Escape(call.Outcome)} {call.Status}, {Markup.Escape(model)}{(call.Arm is { } arm ? $" as {Markup.Escape(arm)}" : "")}, by {Markup.Escape(call.Caller)}");
        var times = call.Milliseconds;
        Screen.Out.MarkupLine(
            $"read {Figures.Figure(times.Read)} ms, waited {Figures.Figure(times.Queue)} ms, computed {Figures.Figure(times.Compute)} ms, wrote {Figures.Figure(times.Write)} ms");
        if (call.Problem is { } problem)
            Screen.Out.MarkupLine(Markup.Escape(problem));
        foreach (var input in call.Inputs?.EnumerateArray() ?? [])
            Screen.Out.MarkupLine(Markup.Escape(input.GetRawText()));
        if (call.Rows.Count == 0)
            return;

        var inputs = call.Rows[0].Inputs.Keys.ToList();
        var table = Screen.Table(["Row", "Prediction", .. inputs.Select(Markup.Escape)]);
        foreach (var row in call.Rows)
        {
            table.AddRow([
                row.Row.ToString(CultureInfo.InvariantCulture), Figures.Figure(row.Prediction),
                .. inputs.Select(input => Markup.Escape(Convert.ToString(row.Inputs[input], CultureInfo.InvariantCulture) ?? ""))]);
        }

        Screen.Write(table, "");
        if (call.RowCount > call.Rows.Count)
            Screen.Out.MarkupLine($"and {Figures.Number(call.RowCount - call.Rows.Count)} more rows: 'assay predictions export' has them all.");
    }
}
