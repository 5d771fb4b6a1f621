using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Tracking.Purging;
using Spectre.Console;

namespace Assay.Cli.Verbs.Runs;

/// <summary><c>assay runs purge</c>.</summary>
internal static class PurgeRuns
{
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Only say what would go and what would stay" };

    private static readonly Option<int?> OlderThan = new("--older-than") { Description = "Only what was deleted at least so many days ago. Default: the server's Tracking:KeepDeletedDays", HelpName = "DAYS" };

    public static Command Create()
    {
        var verb = new Verb(
            "purge",
            "Takes deleted runs, logged models and experiments away for good; what a registered version comes from stays",
            "assay runs purge --dry-run",
            "assay runs purge --older-than 7 --json").Connected();
        verb.Add(DryRun);
        verb.Add(OlderThan);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var request = new PurgeRunsRequest { DryRun = session.Parsed.GetValue(DryRun), OlderThanDays = session.Parsed.GetValue(OlderThan) };
        var items = new List<PurgeItem>();
        do
        {
            var page = await session.Client.Runs.Purge(request, cancel);
            items.AddRange(page.Items);
            request = request with { Cursor = page.NextCursor };
            if (page.Items.Count > 0 && request.Cursor is not null)
                Screen.Error.MarkupLine($"[grey]{Figures.Number(items.Count)} looked at[/]");
        }
        while (request.Cursor is not null);
        session.Write(items, rows => Show(rows, request.DryRun));
        return 0;
    }

    private static void Show(List<PurgeItem> items, bool dryRun)
    {
        var table = Screen.Table("Kind", "Name", "Id", "Experiment", "Deleted", "Files", "Size", dryRun ? "Would" : "Did");
        foreach (var item in items)
        {
            table.AddRow(
                item.Kind switch { PurgeKind.Run => "run", PurgeKind.LoggedModel => "logged model", _ => "experiment" },
                Markup.Escape(item.Name), Markup.Escape(item.Id), Markup.Escape(item.Experiment), Figures.Time(item.DeletedAt),
                Figures.Number(item.Files), Figures.Bytes(item.SizeBytes), item.KeptBecause is { } reason ? $"stay: {Markup.Escape(reason)}" : "go");
        }

        Screen.Write(table, "Nothing was deleted so long ago.");
        if (items.Count == 0)
            return;
        var gone = items.Where(item => item.KeptBecause is null).ToList();
        Screen.Line($"{gone.Count} {(dryRun ? "would go" : "are gone")}, with {Figures.Number(gone.Sum(item => (long)item.Files))} files of {Figures.Bytes(gone.Sum(item => item.SizeBytes))}; {items.Count - gone.Count} stay.");
    }
}
