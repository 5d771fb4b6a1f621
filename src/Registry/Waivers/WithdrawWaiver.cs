using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Registry.Approvals;
using Assay.Registry.Versions;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Waivers;

/// <summary>Takes a request for a waiver back; who asked may, by whatever account.</summary>
internal static class WithdrawWaiver
{
    public static void Map(RouteGroupBuilder models) =>
        models.MapPost("/{name}/versions/{version}/waivers/{id}/withdraw", Handle).WithName("WithdrawWaiver").Requires(RegistryPermissions.Write, resource: "name");

    private static async Task<WaiverSummary> Handle(
        string name, string version, string id, VersionBook book, WaiverWithdrawal withdrawal, CancellationToken cancel) =>
        await withdrawal.Withdraw(await book.Get(name, version, cancel), id, cancel);
}

internal sealed class WaiverWithdrawal(AssayDb db, ILedger ledger, WaiverView view, Deciders deciders, IDirectory directory)
{
    public async Task<WaiverSummary> Withdraw(ModelVersion version, string id, CancellationToken cancel)
    {
        var row = await db.Waivers.SingleOrDefaultAsync(each => each.Id == id && each.Model == version.Model && each.Version == version.Version, cancel)
            ?? throw Refusal.NotFound("waiver", id);
        var (caller, requester) = (await deciders.Caller(cancel), await directory.Find(row.RequestedBy, cancel));
        if (caller is null || requester is null || caller.Human != requester.Human)
            throw Refusal.Denied("Only who asked takes a request back.");
        if (row.State != WaiverState.Open)
            throw Refusal.Conflict($"The waiver is {row.State.ToString().ToLowerInvariant()}, so that there is no request to take back.");
        row.State = WaiverState.Withdrawn;
        ledger.Append(new WaiverWithdrawn(row.Model, row.Version, row.Id));
        await WaiverDecider.Save(db, cancel);
        return await view.Summarize(row, cancel);
    }
}
