using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Tracking;
using Spectre.Console;

namespace Assay.Cli.Verbs.Experiments;

/// <summary><c>assay experiments list</c>.</summary>
internal static class ListExperiments
{
    private static readonly Option<bool> Deleted = new("--deleted") { Description = "Those that are deleted and can be restored" };

    public static Command Create()
    {
        var verb = new Verb("list", "Lists experiments and how many runs each has", "assay experiments list", "assay experiments list --deleted --json").Connected();
        verb.Add(Deleted);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var shown = session.Parsed.GetValue(Deleted) ? Shown.Deleted : Shown.Active;
        var experiments = await Pages.All((cursor, stop) => session.Client.Experiments.List(shown, cursor, 1000, stop), cancel);
        session.Write(experiments, static rows =>
        {
            var table = Screen.Table("Experiment", "Id", "Runs", "Created");
            foreach (var row in rows)
                table.AddRow(Markup.Escape(row.Name), row.Id, Figures.Number(row.Runs), Figures.Time(row.CreatedAt));
            Screen.Write(table, "None is deleted.");
        });
        return 0;
    }
}
