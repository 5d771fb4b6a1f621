using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Spectre.Console;

namespace Assay.Cli.Verbs.Models;

/// <summary><c>assay models versions</c>.</summary>
internal static class ListVersions
{
    private static readonly Argument<string> Model = new("model") { Description = "Model whose versions are listed", HelpName = "NAME" };

    public static Command Create()
    {
        var verb = new Verb("versions", "Lists versions of a model, newest first", "assay models versions churn", "assay models versions churn --json").Connected();
        verb.Add(Model);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var model = session.Parsed.GetRequiredValue(Model);
        var versions = await Pages.All((cursor, stop) => session.Client.Models.Versions(model, cursor, 1000, stop), cancel);
        session.Write(versions, static rows =>
        {
            var table = Screen.Table("Version", "Stage", "Aliases", "Metrics", "Run", "Digest", "Registered");
            foreach (var row in rows)
            {
                table.AddRow(
                    $"{row.Version}", Markup.Escape(row.Stage), Markup.Escape(string.Join(", ", row.Aliases)), Markup.Escape(Figures.Metrics(row.Metrics)),
                    Markup.Escape(row.RunId ?? ""), row.Digest, Figures.Time(row.CreatedAt));
            }

            Screen.Write(table, "No version yet.");
        });
        return 0;
    }
}
