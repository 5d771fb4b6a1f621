using Assay.Kernel.Refusals;
using System.Text.RegularExpressions;

namespace Assay.Governance.Webhooks;

/// <summary>The operations on webhooks, and what they share.</summary>
internal static partial class WebhookRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/webhooks").WithTags("Webhooks");
        CreateWebhook.Map(group);
        ListWebhooks.Map(group);
        ShowWebhook.Map(group);
        var changes = group.MapGroup("").AddEndpointFilter(EverywhereDoor.Pass);
        ChangeWebhook.Map(changes);
        ChangeWebhookSecret.Map(changes);
        TestWebhook.Map(changes);
        DeleteWebhook.Map(changes);
    }

    public static WebhookSummary Summary(Webhook hook, WebhookProgress progress) => new(
        hook.Id, hook.Name, hook.Url, hook.Types.Split('\n'), hook.Everywhere, hook.Active, hook.PausedBecause, hook.CreatedAt,
        progress.NextPlace, progress.Failures, progress.FailingSince, progress.NextAttemptAt)
    {
        Format = hook.Format,
        Description = hook.Description,
        UpdatedAt = hook.UpdatedAt ?? hook.CreatedAt,
    };

    /// <summary>The types as a row keeps them.</summary>
    /// <exception cref="Refusal">One of them is no type.</exception>
    public static string Types(IReadOnlyList<string> types) =>
        types.FirstOrDefault(type => !EventType().IsMatch(type)) is { } malformed
            ? throw Refusal.Invalid("types", $"'{malformed}' is no type of event: write one such as model.promoted, a beginning such as model.*, or * for all.")
            : string.Join('\n', types.Distinct(StringComparer.Ordinal));

    [GeneratedRegex(@"^(?:\*|[a-z][a-z0-9.-]{0,98}\*?)\z")]
    private static partial Regex EventType();
}
