using Assay.Governance.Webhooks;

namespace Assay.Console.Pages.Webhooks;

/// <summary>How a webhook stands, in a word.</summary>
internal static class WebhookState
{
    public static string Words(WebhookSummary hook) => hook switch
    {
        { Active: false } => "paused",
        { Failures: > 0 } => "failing",
        _ => "delivers",
    };

    public static string Colour(WebhookSummary hook) => hook switch
    {
        { Active: false, PausedBecause: not null } => "bad",
        { Active: false } => "plain-chip",
        { Failures: > 0 } => "warn",
        _ => "ok",
    };
}
