using System.CommandLine;
using System.Globalization;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Governance;
using Assay.Kernel.Paging;
using Spectre.Console;

namespace Assay.Cli.Verbs.Audit;

/// <summary><c>assay audit search</c>.</summary>
internal static class SearchAudit
{
    private static readonly Option<int> Limit = new("--limit") { Description = "How many, 1 to 1,000", HelpName = "N", DefaultValueFactory = _ => 50 };

    private static readonly Option<string?> Cursor = new("--cursor") { Description = "Go on where the page before ended", HelpName = "CURSOR" };

    private static readonly Option<bool> Proof = new("--proof") { Description = "With --json: each entry with its proof of inclusion" };

    public static Command Create()
    {
        var verb = new Verb(
            "search",
            "Finds entries of the ledger by person, resource, action, outcome, project and time, newest first",
            "assay audit search --outcome refused --since 24h",
            "assay audit search --person dora --type 'model.*' --subject 'model:churn@*'",
            "assay audit search --type token.created --json --proof").Connected().WithFilters();
        verb.Add(Limit);
        verb.Add(Cursor);
        verb.Add(Proof);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var parsed = session.Parsed;
        var page = await session.Client.Ledger.List(
            SearchOptions.Read(parsed), parsed.GetValue(Cursor), parsed.GetValue(Limit), parsed.GetValue(Proof), cancel);
        session.Write(page, Show);
        return 0;
    }

    private static void Show(Page<LedgerEntry> page)
    {
        var table = Screen.Table("Place", "When", "Who", "Action", "Resource", "Outcome", "Project");
        foreach (var entry in page.Items)
        {
            table.AddRow(
                entry.Index.ToString(CultureInfo.InvariantCulture), Figures.Time(entry.At), Markup.Escape(entry.Actor), Markup.Escape(entry.Type), Markup.Escape(entry.Subject),
                entry.Outcome == EventOutcome.Success ? "success" : $"[red]{entry.Outcome.ToString().ToLowerInvariant()}[/]", Markup.Escape(entry.Project ?? ""));
        }

        Screen.Write(table, "No entry fits.");
        if (page.NextCursor is { } next)
            Screen.Line($"More: --cursor {next}");
    }
}
