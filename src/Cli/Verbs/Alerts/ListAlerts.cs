using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Spectre.Console;

namespace Assay.Cli.Verbs.Alerts;

/// <summary><c>assay alerts list</c>.</summary>
internal static class ListAlerts
{
    private static readonly Option<string> State = new("--state")
    {
        Description = "active (open or acknowledged), open, acknowledged, closed or all",
        HelpName = "STATE",
        DefaultValueFactory = _ => "active",
    };

    private static readonly Option<string?> Endpoint = new("--endpoint") { Description = "Of this endpoint only", HelpName = "ENDPOINT" };

    private static readonly Option<int> Limit = new("--limit") { Description = "At most so many, 1 to 1000", HelpName = "N", DefaultValueFactory = _ => 100 };

    public static Command Create()
    {
        var verb = new Verb(
            "list", "Lists alerts, newest first; those that last, where nothing else is said",
            "assay alerts list", "assay alerts list --state all --endpoint churn --json").Connected();
        verb.Add(State);
        verb.Add(Endpoint);
        verb.Add(Limit);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var parsed = session.Parsed;
        var state = parsed.GetValue(State);
        var alerts = await session.Client.Alerts.List(state == "all" ? null : state, parsed.GetValue(Endpoint), limit: parsed.GetValue(Limit), cancel: cancel);
        session.Write(alerts.Items, static alerts =>
        {
            var table = Screen.Table("Id", "State", "Severity", "Source", "Raised", "What");
            foreach (var alert in alerts)
            {
                table.AddRow(
                    alert.Id, AlertVerbs.State(alert), alert.Severity.ToString().ToLowerInvariant(), Markup.Escape(alert.Source), Figures.Time(alert.RaisedAt),
                    Markup.Escape(alert.Summary.Length > 0 ? alert.Summary : $"{alert.Endpoint}: {string.Join(", ", alert.Features)}"));
            }

            Screen.Write(table, "There is no such alert.");
        });
        return 0;
    }
}
