using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Spectre.Console;

namespace Assay.Cli.Verbs.Webhooks;

/// <summary><c>assay webhook pause</c> and <c>assay webhook resume</c>.</summary>
internal static class ChangeWebhook
{
    private static readonly Option<bool> SkipMissed = new("--skip-missed") { Description = "Leave out what happened in the meantime" };

    public static Command Create(string name, string description, bool active)
    {
        var verb = new Verb(name, description, active ? "assay webhook resume siem --skip-missed" : "assay webhook pause siem").Connected();
        verb.Add(WebhookVerbs.Name);
        if (active)
            verb.Add(SkipMissed);
        verb.SetAction(Session.Running((session, cancel) => Handle(session, active, cancel)));
        return verb;
    }

    private static async Task<int> Handle(Session session, bool active, CancellationToken cancel)
    {
        var hook = await WebhookVerbs.Find(session.Client, session.Parsed.GetRequiredValue(WebhookVerbs.Name), cancel);
        var skip = active && session.Parsed.GetValue(SkipMissed);
        var changed = await session.Client.Webhooks.Change(hook.Id, new(hook.Name, hook.Url, hook.Types, active, skip), cancel);
        session.Write(changed, static hook => Screen.Out.MarkupLine($"[green]✓[/] {Markup.Escape(hook.Name)}: {Markup.Escape(WebhookVerbs.State(hook))}"));
        return 0;
    }
}
