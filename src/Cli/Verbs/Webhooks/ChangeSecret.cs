using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;

namespace Assay.Cli.Verbs.Webhooks;

/// <summary><c>assay webhook secret</c>.</summary>
internal static class ChangeSecret
{
    public static Command Create()
    {
        var verb = new Verb("secret", "Makes a new signing secret, good at once, and shows it, once", "assay webhook secret siem").Connected();
        verb.Add(WebhookVerbs.Name);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var hook = await WebhookVerbs.Find(session.Client, session.Parsed.GetRequiredValue(WebhookVerbs.Name), cancel);
        var changed = await session.Client.Webhooks.ChangeSecret(hook.Id, cancel);
        session.Write(changed, static made => Screen.Line(made.Secret));
        return 0;
    }
}
