using Assay.Kernel.Permissions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Assay.Governance.Webhooks;

internal static class DeleteWebhook
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapDelete("/{id}", Handle).WithName("DeleteWebhook").Requires(GovernancePermissions.WebhooksAdmin);

    private static async Task<NoContent> Handle(string id, WebhookRemoval removal, CancellationToken cancel)
    {
        await removal.Remove(id, cancel);
        return TypedResults.NoContent();
    }
}
