using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Spectre.Console;

namespace Assay.Cli.Verbs.Runs;

/// <summary><c>assay runs files</c>.</summary>
internal static class ListFiles
{
    private static readonly Argument<string> Run = RunVerbs.Named("Run, by its id");

    private static readonly Argument<string?> Folder = new("path") { Description = "Folder to list. Default: the run's root", HelpName = "PATH", Arity = ArgumentArity.ZeroOrOne };

    public static Command Create()
    {
        var verb = new Verb(
            "files",
            "Lists the files of a run, one folder at a time",
            "assay runs files 8f14e45fceea4b5d9e2f0c1a7b3d6e90",
            "assay runs files 8f14e45fceea4b5d9e2f0c1a7b3d6e90 model --json").Connected();
        verb.Add(Run);
        verb.Add(Folder);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var files = await session.Client.Runs.Files(session.Parsed.GetRequiredValue(Run), session.Parsed.GetValue(Folder), cancel);
        session.Write(files, static rows =>
        {
            var table = Screen.Table("Path", "Size", "Digest");
            foreach (var row in rows)
                table.AddRow(Markup.Escape(row.IsFolder ? row.Path + "/" : row.Path), row.IsFolder ? "" : Figures.Bytes(row.SizeBytes), row.Digest ?? "");
            Screen.Write(table, "There is nothing.");
        });
        return 0;
    }
}
