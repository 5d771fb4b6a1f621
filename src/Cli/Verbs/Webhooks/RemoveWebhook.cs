using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Spectre.Console;

namespace Assay.Cli.Verbs.Webhooks;

/// <summary><c>assay webhook remove</c>.</summary>
internal static class RemoveWebhook
{
    public static Command Create()
    {
        var verb = new Verb("remove", "Deletes a webhook with its log of attempts", "assay webhook remove siem").Connected();
        verb.Add(WebhookVerbs.Name);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var hook = await WebhookVerbs.Find(session.Client, session.Parsed.GetRequiredValue(WebhookVerbs.Name), cancel);
        await session.Client.Webhooks.Delete(hook.Id, cancel);
        session.Write(hook, static hook => Screen.Out.MarkupLine($"[green]✓[/] {Markup.Escape(hook.Name)} is deleted."));
        return 0;
    }
}
