using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Spectre.Console;

namespace Assay.Cli.Verbs.Access;

/// <summary><c>assay access who [PERMISSION] [--on RESOURCE]</c>.</summary>
internal static class WhoVerb
{
    private static readonly Argument<string?> What = new("what")
    {
        Description = "Permission, such as models.approve. Default: all, or all of the resource's kind",
        HelpName = "WHAT",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string?> On = new("--on") { Description = "Resource, such as models/churn. Default: all of the project", HelpName = "KIND/NAME" };

    public static Command Create()
    {
        var verb = new Verb(
            "who", "Says who may do something in the project, or to one resource", "assay access who models.approve", "assay access who --on models/churn --json").Connected();
        verb.Add(What);
        verb.Add(On);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var (what, on) = (session.Parsed.GetValue(What), session.Parsed.GetValue(On));
        var holders = await Pages.All((cursor, stop) => session.Client.Accounts.Holders(what, on, cursor, 1000, stop), cancel);
        session.Write(holders, static rows =>
        {
            var table = Screen.Table("Who", "Name", "May", "Because");
            foreach (var row in rows)
                table.AddRow(Markup.Escape(row.Account.Name), Markup.Escape(row.Account.DisplayName), Markup.Escape(string.Join(", ", row.Permissions)), Markup.Escape(row.Because));
            Screen.Write(table, "Nobody may.");
        });
        return 0;
    }
}
