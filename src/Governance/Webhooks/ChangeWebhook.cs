using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Kernel.Outbound;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Webhooks;

/// <summary>What changing a webhook needs beside its request.</summary>
internal sealed class WebhookChange(
    AssayDb db, ILedger ledger, ILedgerFeed feed, IKeyRing keys, OutboundHttp outbound, WebhookMessages messages)
{
    public async Task<WebhookSummary> Make(string id, ChangeWebhookRequest request, DateTimeOffset now, CancellationToken cancel, ForeignWebhook? foreign = null)
    {
        var hook = await db.Webhooks.SingleOrDefaultAsync(row => row.Id == id, cancel) ?? throw Refusal.NotFound("webhook", id);
        if (await db.Webhooks.AnyAsync(row => row.Name == request.Name && row.Id != id, cancel))
            throw Refusal.Conflict($"There is another webhook '{request.Name}': choose another name.");

        var address = await outbound.Check("url", request.Url, cancel, mayBeUnknown: foreign is not null);
        (hook.Name, hook.Url, hook.Types) = (request.Name, request.Url, messages.Types(request.Types, hook.Format));
        (hook.Active, hook.PausedBecause, hook.UpdatedAt) = (request.Active, null, now);
        if (foreign is not null)
            hook.Description = foreign.Description;
        if (foreign?.Secret is { Length: > 0 } secret)
        {
            var wrapped = WebhookSecret.Given(secret, id, keys);
            (hook.Secret, hook.SecretVersion) = (wrapped.Ciphertext, wrapped.Version);
            ledger.Append(new WebhookSecretChanged(id));
        }

        var progress = await db.WebhookProgress.SingleAsync(row => row.WebhookId == id, cancel);
        progress.Forgive();
        if (request.SkipMissed)
            progress.NextPlace = await feed.Size(cancel);
        ledger.Append(new WebhookChanged(id, address.Authority, request.Types, request.Active, request.SkipMissed));
        await db.SaveChangesAsync(cancel);
        return WebhookRoutes.Summary(hook, progress);
    }
}

internal static class ChangeWebhook
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapPut("/{id}", Handle).WithName("ChangeWebhook").Requires(GovernancePermissions.WebhooksAdmin);

    private static async Task<WebhookSummary> Handle(
        string id, ChangeWebhookRequest request, WebhookChange change, WebhookDelivery delivery, TimeProvider clock, CancellationToken cancel)
    {
        var changed = await change.Make(id, request, clock.GetUtcNow(), cancel);
        delivery.Restart(id);
        return changed;
    }
}
