using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Webhooks;

/// <summary>Webhooks of one format, as the module sees them that speaks the protocol.</summary>
internal sealed class ForeignWebhooks(
    AssayDb db, WebhookMaking making, WebhookChange change, WebhookRemoval removal, WebhookTest test, WebhookDelivery delivery) : IForeignWebhooks
{
    public async Task<WebhookSummary> Make(CreateWebhookRequest request, ForeignWebhook foreign, DateTimeOffset now, CancellationToken cancel)
    {
        var made = await making.Make(request, now, cancel, foreign);
        delivery.Restart(made.Summary.Id);
        return made.Summary;
    }

    public async Task<IReadOnlyList<WebhookSummary>> List(string format, CancellationToken cancel)
    {
        var hooks = await db.Webhooks.AsNoTracking().Where(row => row.Format == format).OrderBy(row => row.Id).ToListAsync(cancel);
        var ids = hooks.Select(row => row.Id).ToList();
        var progress = await db.WebhookProgress.AsNoTracking().Where(row => ids.Contains(row.WebhookId)).ToDictionaryAsync(row => row.WebhookId, cancel);
        return hooks.ConvertAll(row => WebhookRoutes.Summary(row, progress[row.Id]));
    }

    public async Task<WebhookSummary> Change(string id, ChangeWebhookRequest request, ForeignWebhook foreign, DateTimeOffset now, CancellationToken cancel)
    {
        var changed = await change.Make(id, request, now, cancel, foreign);
        delivery.Restart(id);
        return changed;
    }

    public Task Delete(string id, CancellationToken cancel) => removal.Remove(id, cancel);

    public Task<WebhookAttemptSummary> Test(string id, string? type, Caller caller, CancellationToken cancel) => test.Run(id, caller, cancel, type);
}

/// <summary>Deletes a webhook with its attempts.</summary>
internal sealed class WebhookRemoval(AssayDb db, ILedger ledger, WebhookDelivery delivery)
{
    /// <exception cref="Refusal">404.</exception>
    public async Task Remove(string id, CancellationToken cancel)
    {
        var hook = await db.Webhooks.SingleOrDefaultAsync(row => row.Id == id, cancel) ?? throw Refusal.NotFound("webhook", id);
        db.Webhooks.Remove(hook);
        db.WebhookProgress.RemoveRange(await db.WebhookProgress.Where(row => row.WebhookId == id).ToListAsync(cancel));
        db.WebhookAttempts.RemoveRange(await db.WebhookAttempts.Where(row => row.WebhookId == id).ToListAsync(cancel));
        ledger.Append(new WebhookDeleted(id));
        await db.SaveChangesAsync(cancel);
        delivery.Restart(id);
    }
}
