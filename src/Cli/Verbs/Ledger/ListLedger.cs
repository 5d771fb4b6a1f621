using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Spectre.Console;

namespace Assay.Cli.Verbs.Ledger;

/// <summary><c>assay ledger list</c>.</summary>
internal static class ListLedger
{
    private static readonly Option<string?> Type = new("--type") { Description = "Only events of this type; an asterisk at the end matches the rest", HelpName = "TYPE" };

    private static readonly Option<string?> Subject = new("--subject") { Description = "Only events about this; an asterisk at the end matches the rest", HelpName = "SUBJECT" };

    private static readonly Option<int> Limit = new("--limit") { Description = "How many, 1 to 1,000", HelpName = "N", DefaultValueFactory = _ => 50 };

    public static Command Create()
    {
        var verb = new Verb(
            "list",
            "Lists events, newest first",
            "assay ledger list --limit 20",
            "assay ledger list --type 'model.*' --subject 'model:churn@*' --json").Connected();
        verb.Add(Type);
        verb.Add(Subject);
        verb.Add(Limit);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var parsed = session.Parsed;
        var page = await session.Client.Ledger.List(new() { Type = parsed.GetValue(Type), Subject = parsed.GetValue(Subject) }, limit: parsed.GetValue(Limit), cancel: cancel);
        session.Write(page, static entries =>
        {
            var table = Screen.Table("Index", "When", "Event", "About", "Project", "By");
            foreach (var entry in entries.Items)
            {
                table.AddRow(
                    entry.Index.ToString(), Figures.Time(entry.At), Markup.Escape(entry.Type), Markup.Escape(entry.Subject), Markup.Escape(entry.Project ?? ""),
                    Markup.Escape(entry.Actor));
            }

            Screen.Write(table, "No event matches.");
        });
        return 0;
    }
}
