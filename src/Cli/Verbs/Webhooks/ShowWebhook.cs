using System.CommandLine;
using System.Globalization;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Governance.Webhooks;
using Spectre.Console;

namespace Assay.Cli.Verbs.Webhooks;

/// <summary><c>assay webhook show</c>.</summary>
internal static class ShowWebhook
{
    public static Command Create()
    {
        var verb = new Verb("show", "Shows a webhook and its last attempts", "assay webhook show siem", "assay webhook show siem --json").Connected();
        verb.Add(WebhookVerbs.Name);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var name = session.Parsed.GetRequiredValue(WebhookVerbs.Name);
        var hook = await WebhookVerbs.Find(session.Client, name, cancel);
        var detail = await session.Client.Webhooks.Find(hook.Id, cancel) ?? throw new CommandException($"The webhook '{name}' was deleted just now.");
        session.Write(detail, Show);
        return 0;
    }

    private static void Show(WebhookDetail detail)
    {
        var hook = detail.Summary;
        Screen.Out.MarkupLine($"[bold]{Markup.Escape(hook.Name)}[/] ({hook.Id}) posts {Markup.Escape(string.Join(", ", hook.Types))} to {Markup.Escape(hook.Url)}");
        Screen.Line($"{WebhookVerbs.State(hook)}; the next entry is {hook.NextPlace.ToString(CultureInfo.InvariantCulture)}{(hook.NextAttemptAt is { } next ? $", tried again at {Figures.Time(next)}" : "")}");
        var table = Screen.Table("", "When", "Place", "Event", "Status", "ms", "Problem");
        foreach (var attempt in detail.Attempts)
        {
            table.AddRow(
                attempt.Problem is null ? "[green]✓[/]" : "[red]✗[/]", Figures.Time(attempt.At), attempt.Place < 0 ? "test" : attempt.Place.ToString(CultureInfo.InvariantCulture),
                Markup.Escape(attempt.Type), attempt.Status?.ToString(CultureInfo.InvariantCulture) ?? "", attempt.Milliseconds.ToString(CultureInfo.InvariantCulture), Markup.Escape(attempt.Problem ?? ""));
        }

        Screen.Write(table, "Nothing was sent yet.");
    }
}
