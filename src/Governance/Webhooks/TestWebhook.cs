using System.Text.Json;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Assay.Kernel.Refusals;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Webhooks;

/// <summary>What a test delivery needs.</summary>
internal sealed class WebhookTest(AssayDb db, ILedger ledger, WebhookMessages messages, WebhookSender sender, WebhookBook book, TimeProvider clock)
{
    public const int NoPlace = -1;

    public async Task<WebhookAttemptSummary> Run(string id, Caller caller, CancellationToken cancel, string? type = null)
    {
        var hook = await db.Webhooks.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancel) ?? throw Refusal.NotFound("webhook", id);
        var now = clock.GetUtcNow();
        var message = Guid.CreateVersion7(now).ToString("N");
        var result = await sender.Send(hook, hook.Format is null ? Nothing(hook, caller, message, now) : messages.Sample(hook, type, message, now), cancel);
        await book.Keep(hook.Project, result.Attempt, cancel);
        ledger.Append(new WebhookTested(id, result.Attempt.Status));
        await db.SaveChangesAsync(cancel);
        return ShowWebhook.Summary(result.Attempt);
    }

    private WebhookMessage Nothing(Webhook hook, Caller caller, string message, DateTimeOffset now)
    {
        var data = JsonSerializer.SerializeToElement(new { message = "A test of this webhook; nothing has happened." }, AssayJson.Options);
        return messages.CloudEventOf(new(NoPlace, message, now, "webhook.test", $"webhook:{hook.Id}", caller.Id, hook.Project, EventOutcome.Success, data, ""));
    }
}

/// <summary>Sends a test event at once and says what the receiver answered; never what its answer held.</summary>
internal static class TestWebhook
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapPost("/{id}/test", Handle).WithName("TestWebhook").Requires(GovernancePermissions.WebhooksAdmin);

    private static Task<WebhookAttemptSummary> Handle(string id, WebhookTest test, Caller caller, CancellationToken cancel) => test.Run(id, caller, cancel);
}
