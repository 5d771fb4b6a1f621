using System.Text.Json;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Assay.Kernel.Refusals;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Webhooks;

/// <summary>What a test delivery needs.</summary>
internal sealed class WebhookTest(AssayDb db, ILedger ledger, WebhookSender sender, WebhookBook book, ProjectScope scope, TimeProvider clock)
{
    private const int NoPlace = -1;

    public async Task<WebhookAttemptSummary> Run(string id, Caller caller, CancellationToken cancel)
    {
        var hook = await db.Webhooks.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancel) ?? throw Refusal.NotFound("webhook", id);
        var now = clock.GetUtcNow();
        var data = JsonSerializer.SerializeToElement(new { message = "A test of this webhook; nothing has happened." }, AssayJson.Options);
        var entry = new LedgerEntry(
            NoPlace, Guid.CreateVersion7(now).ToString("N"), now, "webhook.test", $"webhook:{id}", caller.Id, scope.Name, EventOutcome.Success, data, "");
        var result = await sender.Send(hook, entry, cancel);
        await book.Keep(hook.Project, result.Attempt, cancel);
        ledger.Append(new WebhookTested(id, result.Attempt.Status));
        await db.SaveChangesAsync(cancel);
        return ShowWebhook.Summary(result.Attempt);
    }
}

/// <summary>Sends a test event at once and says what the receiver answered; never what its answer held.</summary>
internal static class TestWebhook
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapPost("/{id}/test", Handle).WithName("TestWebhook").Requires(GovernancePermissions.WebhooksAdmin);

    private static Task<WebhookAttemptSummary> Handle(string id, WebhookTest test, Caller caller, CancellationToken cancel) => test.Run(id, caller, cancel);
}
