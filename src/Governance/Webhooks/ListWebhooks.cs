using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Webhooks;

internal static class ListWebhooks
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/", Handle).WithName("ListWebhooks").Requires(GovernancePermissions.WebhooksRead);

    private static async Task<Page<WebhookSummary>> Handle([AsParameters] PageRequest page, AssayDb db, CancellationToken cancel)
    {
        var after = page.AfterId();
        var rows = await db.Webhooks.AsNoTracking()
            .Where(row => after == null || string.Compare(row.Id, after) > 0)
            .OrderBy(row => row.Id).Take(page.Size + 1).ToListAsync(cancel);
        var ids = rows.Select(row => row.Id).ToList();
        var progress = await db.WebhookProgress.AsNoTracking().Where(row => ids.Contains(row.WebhookId)).ToDictionaryAsync(row => row.WebhookId, cancel);
        return page.Of(rows.ConvertAll(row => WebhookRoutes.Summary(row, progress[row.Id])), hook => hook.Id);
    }
}
