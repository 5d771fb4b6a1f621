using Assay.Kernel.Permissions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Assay.Monitoring.Routes;

internal static class DeleteRoute
{
    public static void Map(RouteGroupBuilder group) => group.MapDelete("/{id}", Handle).WithName("DeleteAlertRoute").Requires(MonitoringPermissions.Route);

    private static async Task<NoContent> Handle(string id, RouteBook book, CancellationToken cancel)
    {
        await book.Delete(id, cancel);
        return TypedResults.NoContent();
    }
}
