using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Approvals;

/// <summary>Takes a request back; who asked may, by whatever account.</summary>
internal static class WithdrawRequest
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapPost("/{id}/withdraw", Handle).WithName("WithdrawApprovalRequest").RequiresBehind(RegistryPermissions.Write, "id", OpenRequests.ModelOf);

    private static async Task<ApprovalRequestSummary> Handle(
        string id, AssayDb db, OpenRequests open, Deciders deciders, IDirectory directory, CancellationToken cancel)
    {
        var row = await db.ApprovalRequests.SingleOrDefaultAsync(each => each.Id == id, cancel) ?? throw Refusal.NotFound("approval request", id);
        var (caller, requester) = (await deciders.Caller(cancel), await directory.Find(row.RequestedBy, cancel));
        if (caller is null || requester is null || caller.Human != requester.Human)
            throw Refusal.Denied("Only who asked takes a request back. You can reject it instead.");
        if (row.State == RequestState.Open)
        {
            open.Close(row, RequestState.Withdrawn);
            await Save(db, cancel);
        }

        return await RequestView.Summarize(row, deciders, cancel);
    }

    private static async Task Save(AssayDb db, CancellationToken cancel)
    {
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateConcurrencyException)
        {
            throw Refusal.Conflict("The request was closed at the same time.");
        }
    }
}
