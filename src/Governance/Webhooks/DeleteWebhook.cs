using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Webhooks;

internal static class DeleteWebhook
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapDelete("/{id}", Handle).WithName("DeleteWebhook").Requires(GovernancePermissions.WebhooksAdmin);

    private static async Task<NoContent> Handle(string id, AssayDb db, ILedger ledger, WebhookDelivery delivery, CancellationToken cancel)
    {
        var hook = await db.Webhooks.SingleOrDefaultAsync(row => row.Id == id, cancel) ?? throw Refusal.NotFound("webhook", id);
        db.Webhooks.Remove(hook);
        db.WebhookProgress.RemoveRange(await db.WebhookProgress.Where(row => row.WebhookId == id).ToListAsync(cancel));
        db.WebhookAttempts.RemoveRange(await db.WebhookAttempts.Where(row => row.WebhookId == id).ToListAsync(cancel));
        ledger.Append(new WebhookDeleted(id));
        await db.SaveChangesAsync(cancel);
        delivery.Restart(id);
        return TypedResults.NoContent();
    }
}
