using System.CommandLine;
using System.Globalization;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Spectre.Console;

namespace Assay.Cli.Verbs.Webhooks;

/// <summary><c>assay webhook list</c>.</summary>
internal static class ListWebhooks
{
    public static Command Create()
    {
        var verb = new Verb("list", "Lists the project's webhooks and how each stands", "assay webhook list", "assay webhook list --json").Connected();
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var hooks = await Pages.All((cursor, cancel) => session.Client.Webhooks.List(cursor, 1000, cancel), cancel);
        session.Write(hooks, static hooks =>
        {
            var table = Screen.Table("Name", "Posts to", "Types", "Projects", "State", "Next place");
            foreach (var hook in hooks)
            {
                table.AddRow(
                    Markup.Escape(hook.Name), Markup.Escape(hook.Url), Markup.Escape(string.Join(' ', hook.Types)), hook.Everywhere ? "all" : "this one",
                    Markup.Escape(WebhookVerbs.State(hook)), hook.NextPlace.ToString(CultureInfo.InvariantCulture));
            }

            Screen.Write(table, "There is no webhook. Make one with 'assay webhook add NAME URL'.");
        });
        return 0;
    }
}
