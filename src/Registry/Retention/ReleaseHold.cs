using System.ComponentModel.DataAnnotations;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Registry.Approvals;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Retention;

/// <summary>Why a hold is released.</summary>
/// <param name="Reason">In words.</param>
public sealed record ReleaseHoldRequest([Required, StringLength(LegalHold.ReasonLengthMax, MinimumLength = 1)] string Reason);

/// <summary>Releases a hold that somebody else has put. It takes two people, whatever their roles.</summary>
internal static class ReleaseHold
{
    public static void Map(RouteGroupBuilder models) =>
        models.MapPost("/{name}/holds/{id}/release", Handle).WithName("ReleaseHold").Requires(RegistryPermissions.Hold, resource: "name");

    private static async Task<LegalHoldSummary> Handle(
        string name, string id, ReleaseHoldRequest request, AssayDb db, HoldReleaser releaser, CancellationToken cancel)
    {
        var row = await db.LegalHolds.SingleOrDefaultAsync(hold => hold.Id == id && hold.Model == name, cancel) ?? throw Refusal.NotFound("hold", id);
        return await releaser.Release(row, request.Reason, cancel);
    }
}

/// <summary>Releases holds for those who may.</summary>
internal sealed class HoldReleaser(AssayDb db, ILedger ledger, HoldBook holds, Deciders deciders, TimeProvider clock)
{
    public async Task<LegalHoldSummary> Release(LegalHold row, string reason, CancellationToken cancel)
    {
        if (row.ReleasedAt is not null)
            throw Refusal.Conflict($"The hold was released already, at {row.ReleasedAt:u}.");
        var person = await deciders.Caller(cancel);
        var whyNot = person is not { Kind: PrincipalKind.Person } ? "only people release holds, signed in as themselves or by a token of their own"
            : person.Human == row.PlacedByHuman ? "whoever put a hold does not release it; ask somebody else who may"
            : null;
        if (whyNot is not null)
        {
            ledger.Append(new HoldReleaseRefused(row.Model, row.Version, row.Id, whyNot));
            await db.SaveChangesAsync(cancel);
            throw Refusal.Denied($"You can't release this hold: {whyNot}.");
        }

        (row.ReleasedBy, row.ReleasedAt, row.ReleaseReason) = (person!.Id, clock.GetStoredNow(), reason);
        ledger.Append(new HoldReleased(row.Model, row.Version, row.Id, person.Id));
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateConcurrencyException)
        {
            throw Refusal.Conflict("The hold was released at the same time. Look at it again.");
        }

        return await holds.Summarize(row, cancel);
    }
}
