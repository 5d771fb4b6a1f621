using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Spectre.Console;

namespace Assay.Cli.Verbs.Webhooks;

/// <summary><c>assay webhook add</c>.</summary>
internal static class AddWebhook
{
    private static readonly Argument<string> Name = new("name") { Description = "What it is for, unique in the project", HelpName = "NAME" };

    private static readonly Argument<string> Url = new("url") { Description = "Where to post", HelpName = "URL" };

    private static readonly Option<string[]> Types = new("--type")
    {
        Description = "Type of events, or a beginning with an asterisk; may be given several times",
        HelpName = "TYPE",
        DefaultValueFactory = _ => ["*"],
    };

    private static readonly Option<bool> Everywhere = new("--everywhere") { Description = "Events of all projects" };

    public static Command Create()
    {
        var verb = new Verb(
            "add",
            "Posts every event of these types from now on, and shows the signing secret, once",
            "assay webhook add siem https://siem.example.com/assay --everywhere",
            "assay webhook add releases https://chat.example.com/hook --type 'model.promoted' --type 'gate.*'").Connected();
        verb.Add(Name);
        verb.Add(Url);
        verb.Add(Types);
        verb.Add(Everywhere);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var parsed = session.Parsed;
        var made = await session.Client.Webhooks.Create(
            new(parsed.GetRequiredValue(Name), parsed.GetRequiredValue(Url), parsed.GetValue(Types)!, parsed.GetValue(Everywhere)), cancel);
        session.Write(made, static made =>
        {
            Screen.Out.MarkupLine($"[green]✓[/] {Markup.Escape(made.Summary.Name)} posts to {Markup.Escape(made.Summary.Url)}. Its signing secret, shown this once:");
            Screen.Line(made.Secret);
        });
        return 0;
    }
}
