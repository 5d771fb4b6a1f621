using System.CommandLine;
using System.Globalization;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Serving.PredictionLog.Reading;
using Spectre.Console;

namespace Assay.Cli.Verbs.Predictions;

/// <summary><c>assay predictions list</c>.</summary>
internal static class ListPredictions
{
    private static readonly Option<string?> Outcome = new("--outcome") { Description = "ok, invalid, limited, unavailable, failed or cancelled", HelpName = "OUTCOME" };

    private static readonly Option<string?> Caller = new("--caller") { Description = "Only calls of this caller, as the ledger names it", HelpName = "ID" };

    private static readonly Option<int> Limit = new("--limit") { Description = "Calls to show, up to 200", HelpName = "N", DefaultValueFactory = _ => 20 };

    public static Command Create()
    {
        var verb = new Verb(
            "list",
            "Shows the last calls of an endpoint, newest first",
            "assay predictions list churn",
            "assay predictions list churn --outcome invalid --since 24h --json").Connected().WithTimes();
        verb.Add(PredictionVerbs.Name);
        verb.Add(Outcome);
        verb.Add(Caller);
        verb.Add(Limit);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var parsed = session.Parsed;
        var (from, to) = PredictionVerbs.Times(parsed);
        var search = new PredictionSearch { From = from, To = to, Outcome = parsed.GetValue(Outcome), Caller = parsed.GetValue(Caller), Limit = parsed.GetValue(Limit) };
        var page = await session.Client.Predictions.List(parsed.GetRequiredValue(PredictionVerbs.Name), search, cancel);
        session.Write(page.Items, static calls =>
        {
            var table = Screen.Table("Began", "Id", "Outcome", "Version", "Arm", "Rows", "Prediction", "ms", "Caller");
            foreach (var call in calls)
            {
                table.AddRow(
                    Figures.Time(call.At), Markup.Escape(call.Id), Ended(call), call.Version?.ToString(CultureInfo.InvariantCulture) ?? "", Markup.Escape(call.Arm ?? ""),
                    Figures.Number(call.RowCount), Figures.Figure(call.Rows.Count > 0 ? call.Rows[0].Prediction : null),
                    Figures.Figure(Total(call)), Markup.Escape(call.Caller));
            }

            Screen.Write(table, "No call is logged there.");
        });
        return 0;
    }

    public static double Total(LoggedPrediction call) =>
        call.Milliseconds.Read + call.Milliseconds.Queue + call.Milliseconds.Compute + call.Milliseconds.Write;

    private static string Ended(LoggedPrediction call) => call.Outcome == "ok" ? "[green]ok[/]" : $"[red]{Markup.Escape(call.Outcome)}[/] {call.Status}";
}
