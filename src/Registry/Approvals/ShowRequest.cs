using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Approvals;

internal static class ShowRequest
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/{id}", Handle).WithName("ShowApprovalRequest").RequiresBehind(RegistryPermissions.Read, "id", OpenRequests.ModelOf);

    private static async Task<ApprovalRequestDetail> Handle(string id, AssayDb db, RequestView view, CancellationToken cancel) => await view.Describe(
        await db.ApprovalRequests.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancel) ?? throw Refusal.NotFound("approval request", id), cancel);
}
