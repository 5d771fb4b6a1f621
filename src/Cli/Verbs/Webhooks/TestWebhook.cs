using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Spectre.Console;

namespace Assay.Cli.Verbs.Webhooks;

/// <summary><c>assay webhook test</c>.</summary>
internal static class TestWebhook
{
    public static Command Create()
    {
        var verb = new Verb("test", "Sends a test event at once, and exits with 1 when it is not taken", "assay webhook test siem").Connected();
        verb.Add(WebhookVerbs.Name);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var hook = await WebhookVerbs.Find(session.Client, session.Parsed.GetRequiredValue(WebhookVerbs.Name), cancel);
        var attempt = await session.Client.Webhooks.Test(hook.Id, cancel);
        session.Write(attempt, static attempt => Screen.Out.MarkupLine(attempt.Problem is null
            ? $"[green]✓[/] Taken: {attempt.Status} after {attempt.Milliseconds} ms"
            : $"[red]✗[/] {Markup.Escape(attempt.Problem)}"));
        return attempt.Problem is null ? 0 : 1;
    }
}
