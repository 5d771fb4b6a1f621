using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Client;
using Assay.Governance.Webhooks;

namespace Assay.Cli.Verbs.Webhooks;

/// <summary><c>assay webhook</c>.</summary>
internal static class WebhookVerbs
{
    /// <summary>The webhook that a verb is about: its name, or its id.</summary>
    public static readonly Argument<string> Name = new("name") { Description = "Name or id of the webhook", HelpName = "NAME" };

    public static Command Create() => new("webhook", "Webhooks: events of the ledger, posted and signed as they happen")
    {
        AddWebhook.Create(),
        ListWebhooks.Create(),
        ShowWebhook.Create(),
        ChangeWebhook.Create("pause", "Stops deliveries until 'resume'", false),
        ChangeWebhook.Create("resume", "Goes on where deliveries stopped, at once", true),
        TestWebhook.Create(),
        ChangeSecret.Create(),
        RemoveWebhook.Create(),
    };

    public static async Task<WebhookSummary> Find(AssayClient client, string name, CancellationToken cancel)
    {
        var hooks = await Pages.All((cursor, cancel) => client.Webhooks.List(cursor, 1000, cancel), cancel);
        return hooks.Find(hook => hook.Name == name) ?? hooks.Find(hook => hook.Id == name)
            ?? throw new CommandException($"There is no webhook '{name}' in this project: 'assay webhook list' shows them.");
    }

    /// <summary>How it stands, in a few words.</summary>
    public static string State(WebhookSummary hook) => hook switch
    {
        { Active: false, PausedBecause: { } reason } => $"paused: {reason}",
        { Active: false } => "paused",
        { Failures: > 0 } => $"failing, {hook.Failures} attempts",
        _ => "delivers",
    };
}
