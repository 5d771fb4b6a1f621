using System.ComponentModel.DataAnnotations;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Registry.Approvals;
using Assay.Registry.Versions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Retention;

/// <summary>Why something is held.</summary>
/// <param name="Reason">In words; it is not repeated in the ledger, which never forgets.</param>
/// <param name="Reference">What others know the matter by, such as the number of a case; it stands in the ledger, so name no person in it.</param>
public sealed record PlaceHoldRequest(
    [Required, StringLength(LegalHold.ReasonLengthMax, MinimumLength = 1)] string Reason,
    [Required, StringLength(200, MinimumLength = 1)] string Reference);

/// <summary>Holds a model, or one version of it, back from deletion until somebody else releases it.</summary>
internal static class PlaceHold
{
    public static void Map(RouteGroupBuilder models)
    {
        models.MapPost("/{name}/holds", OnModel).WithName("PlaceHoldOnModel").Requires(RegistryPermissions.Hold, resource: "name");
        models.MapPost("/{name}/versions/{version}/holds", OnVersion).WithName("PlaceHoldOnVersion").Requires(RegistryPermissions.Hold, resource: "name");
    }

    private static async Task<Created<LegalHoldSummary>> OnModel(
        string name, PlaceHoldRequest request, HoldPlacer placer, CancellationToken cancel) =>
        Answer(await placer.Place(name, null, request, cancel));

    private static async Task<Created<LegalHoldSummary>> OnVersion(
        string name, string version, PlaceHoldRequest request, VersionBook book, HoldPlacer placer, CancellationToken cancel) =>
        Answer(await placer.Place(name, (await book.Get(name, version, cancel)).Version, request, cancel));

    private static Created<LegalHoldSummary> Answer(LegalHoldSummary hold) => TypedResults.Created($"/api/v1/holds/{hold.Id}", hold);
}

/// <summary>Writes a hold and its event.</summary>
internal sealed class HoldPlacer(AssayDb db, ILedger ledger, HoldBook holds, Deciders deciders, TimeProvider clock)
{
    private const int InForceMax = 100;

    public async Task<LegalHoldSummary> Place(string name, int? version, PlaceHoldRequest request, CancellationToken cancel)
    {
        var model = await db.Models.SingleOrDefaultAsync(row => row.Name == name, cancel) ?? throw Refusal.NotFound("model", name);
        var by = await deciders.Caller(cancel) ?? throw Refusal.Denied("Only an account that a human answers for puts a hold.");
        if (await db.LegalHolds.CountAsync(hold => hold.Model == name && hold.ReleasedAt == null, cancel) >= InForceMax)
            throw Refusal.Limit(StatusCodes.Status409Conflict, $"{name} has {InForceMax} holds in force, which is the limit. Release one that is settled.");

        var row = new LegalHold
        {
            Id = Guid.CreateVersion7().ToString("N"),
            Model = name,
            Version = version,
            Reason = request.Reason,
            Reference = request.Reference,
            PlacedBy = by.Id,
            PlacedByHuman = by.Human,
            PlacedAt = clock.GetStoredNow(),
        };
        db.LegalHolds.Add(row);
        ledger.Append(new HoldPlaced(name, version, row.Id, by.Id, row.Reference));

        // Of a hold and a deletion at once, the second finds the model changed.
        model.Changes++;
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateConcurrencyException)
        {
            throw Refusal.Conflict($"{name} was changed at the same time. Look whether it is still there, and put the hold again.");
        }

        return await holds.Summarize(row, cancel);
    }
}
