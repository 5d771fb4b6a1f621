using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Spectre.Console;

namespace Assay.Cli.Verbs.Data;

/// <summary><c>assay data list</c>.</summary>
internal static class ListData
{
    public static Command Create()
    {
        var verb = new Verb("list", "Lists datasets", "assay data list", "assay data list --project churn --json").Connected();
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var datasets = await Pages.All((cursor, stop) => session.Client.Datasets.List(cursor, 1000, stop), cancel);
        session.Write(datasets, static rows =>
        {
            var table = Screen.Table("Dataset", "Versions", "Created");
            foreach (var row in rows)
                table.AddRow(Markup.Escape(row.Name), Figures.Number(row.LatestVersion), Figures.Time(row.CreatedAt));
            Screen.Write(table, "No datasets yet: add one with 'assay data add FILE'.");
        });
        return 0;
    }
}
