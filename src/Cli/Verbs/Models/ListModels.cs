using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Spectre.Console;

namespace Assay.Cli.Verbs.Models;

/// <summary><c>assay model list</c>.</summary>
internal static class ListModels
{
    public static Command Create()
    {
        var verb = new Verb("list", "Lists models and what of them is in production", "assay model list", "assay model list --json").Connected();
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var models = await Pages.All((cursor, stop) => session.Client.Models.List(cursor, 1000, stop), cancel);
        session.Write(models, static rows =>
        {
            var table = Screen.Table("Model", "Newest", "In production", "Created");
            foreach (var row in rows)
                table.AddRow(Markup.Escape(row.Name), Figures.Number(row.LatestVersion), row.ProductionVersion?.ToString() ?? "-", Figures.Time(row.CreatedAt));
            Screen.Write(table, "No models yet: train one with 'assay train DATASET --label COLUMN'.");
        });
        return 0;
    }
}
