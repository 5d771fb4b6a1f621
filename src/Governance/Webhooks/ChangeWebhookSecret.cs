using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Webhooks;

/// <summary>
/// A new secret, good at once. The receiver needs none to overlap: what it refuses until it knows the new one is sent again.
/// </summary>
internal static class ChangeWebhookSecret
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapPost("/{id}/secret", Handle).WithName("ChangeWebhookSecret").Requires(GovernancePermissions.WebhooksAdmin);

    private static async Task<CreatedWebhook> Handle(
        string id, AssayDb db, ILedger ledger, IKeyRing keys, WebhookDelivery delivery, CancellationToken cancel)
    {
        var hook = await db.Webhooks.SingleOrDefaultAsync(row => row.Id == id, cancel) ?? throw Refusal.NotFound("webhook", id);
        if (hook.Format is not null)
            throw Refusal.Conflict("The secret of this webhook is chosen by the program that made it: change it there.");
        var (secret, wrapped) = WebhookSecret.Make(id, keys);
        (hook.Secret, hook.SecretVersion) = (wrapped.Ciphertext, wrapped.Version);
        ledger.Append(new WebhookSecretChanged(id));
        await db.SaveChangesAsync(cancel);
        delivery.Restart(id);
        var progress = await db.WebhookProgress.AsNoTracking().SingleAsync(row => row.WebhookId == id, cancel);
        return new(WebhookRoutes.Summary(hook, progress), secret);
    }
}
