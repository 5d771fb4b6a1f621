using Assay.Governance.Keys;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Webhooks;

/// <summary>A webhook's secret, which stays the same, was wrapped by another version of the key-encryption key.</summary>
internal sealed record WebhookSecretRewrapped(string Id, int Version) : LedgerEvent("webhook.secret-rewrapped", $"webhook:{Id}");

/// <summary>The signing secrets of webhooks stand under the key-encryption key, too.</summary>
internal sealed class WebhookSecretKeys(AssayDb db, FileKeyRing ring, IServiceScopeFactory scopes, WebhookDelivery delivery, Caller caller) : IWrappedSecrets
{
    public async Task<IReadOnlyDictionary<int, long>> Count(CancellationToken cancel) => await db.Webhooks
        .IgnoreQueryFilters([AssayDb.ProjectFilter]).GroupBy(hook => hook.SecretVersion)
        .Select(hooks => new { Version = hooks.Key, Count = hooks.LongCount() })
        .ToDictionaryAsync(count => count.Version, count => count.Count, cancel);

    public async Task<int> Rewrap(CancellationToken cancel)
    {
        var newest = ring.Newest;
        var old = await db.Webhooks.IgnoreQueryFilters([AssayDb.ProjectFilter]).AsNoTracking().Where(hook => hook.SecretVersion != newest)
            .Select(hook => new { hook.Id, hook.Project }).ToListAsync(cancel);
        foreach (var hook in old)
        {
            await using var scope = scopes.Enter(hook.Project, caller.Id);
            await Rewrap(scope.ServiceProvider, hook.Id, cancel);
            delivery.Restart(hook.Id);   // it may have the secret as it was wrapped before
        }

        return old.Count;
    }

    private async Task Rewrap(IServiceProvider services, string id, CancellationToken cancel)
    {
        var scoped = services.GetRequiredService<AssayDb>();
        if (await scoped.Webhooks.SingleOrDefaultAsync(hook => hook.Id == id, cancel) is not { } hook)
            return;   // deleted in the meantime
        var wrapped = WebhookSecret.Rewrap(hook, ring);
        (hook.Secret, hook.SecretVersion) = (wrapped.Ciphertext, wrapped.Version);
        services.GetRequiredService<ILedger>().Append(new WebhookSecretRewrapped(id, wrapped.Version));
        await scoped.SaveChangesAsync(cancel);
    }
}
