using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Webhooks;

internal static class ShowWebhook
{
    private const int AttemptsShown = 50;

    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/{id}", Handle).WithName("GetWebhook").Requires(GovernancePermissions.WebhooksRead);

    private static async Task<WebhookDetail> Handle(string id, AssayDb db, CancellationToken cancel)
    {
        var hook = await db.Webhooks.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancel) ?? throw Refusal.NotFound("webhook", id);
        var progress = await db.WebhookProgress.AsNoTracking().SingleAsync(row => row.WebhookId == id, cancel);
        var attempts = await db.WebhookAttempts.AsNoTracking().Where(row => row.WebhookId == id)
            .OrderByDescending(row => row.Id).Take(AttemptsShown).ToListAsync(cancel);
        return new(WebhookRoutes.Summary(hook, progress), attempts.ConvertAll(Summary));
    }

    public static WebhookAttemptSummary Summary(WebhookAttempt row) => new(row.Place, row.Type, row.At, row.Milliseconds, row.Status, row.Problem);
}
