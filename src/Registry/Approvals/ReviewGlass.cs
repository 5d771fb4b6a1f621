using System.ComponentModel.DataAnnotations;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Registry.Policies;
using Assay.Registry.Versions;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Approvals;

/// <summary>What others found about an emergency, afterwards.</summary>
/// <param name="Justified">Whether it was one.</param>
/// <param name="Comment">Why.</param>
public sealed record ReviewGlassRequest(bool Justified, [Required, StringLength(ApprovalRequest.ReasonLengthMax, MinimumLength = 1)] string Comment);

/// <summary>Reviews an emergency. Until somebody does who had no hand in it, the version is marked red.</summary>
internal static class ReviewGlass
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/v1/broken-glass/{id}/review", Handle).WithTags("Approvals").WithName("ReviewBrokenGlass").RequiresBehind(RegistryPermissions.Approve, "id", ModelOf);

    private static Task<string?> ModelOf(HttpContext http, string id) => http.RequestServices.GetRequiredService<AssayDb>().BrokenGlass
        .Where(row => row.Id == id).Select(row => (string?)row.Model).SingleOrDefaultAsync(http.RequestAborted);

    private static async Task<BrokenGlassSummary> Handle(
        string id, ReviewGlassRequest request, AssayDb db, GlassReviewer reviewer, Deciders deciders, CancellationToken cancel)
    {
        var row = await db.BrokenGlass.SingleOrDefaultAsync(each => each.Id == id, cancel) ?? throw Refusal.NotFound("emergency", id);
        await reviewer.Review(row, request, cancel);
        return await Hammer.Summarize(row, deciders, cancel);
    }
}

/// <summary>Takes reviews from those who had no hand in it.</summary>
internal sealed class GlassReviewer(AssayDb db, ILedger ledger, VersionBook book, PolicyBook policies, Exclusions exclusions, Deciders deciders, EmergencyTimes times)
{
    public async Task Review(BrokenGlass row, ReviewGlassRequest request, CancellationToken cancel)
    {
        if (row.ReviewedAt is not null)
            throw Refusal.Conflict("The emergency was reviewed already.");
        var version = await book.Get(row.Model, $"{row.Version}", cancel);
        var excluded = await exclusions.Of(version, row.Stage, await policies.InForce(row.Stage, cancel), cancel);
        var person = await deciders.Caller(cancel);
        var whyNot = person is not { Kind: PrincipalKind.Person } ? "only people review"
            : person.Human == row.Person ? "this person broke the glass"
            : excluded.ReasonFor(person.Human) is { } reason ? $"whoever reviews must have no hand in it, and this person {reason}"
            : null;
        if (whyNot is not null)
        {
            ledger.Append(new ApprovalRefused(row.Model, row.Version, row.Stage, whyNot));
            await db.SaveChangesAsync(cancel);
            throw Refusal.Denied($"You can't review this emergency: {whyNot}.");
        }

        (row.ReviewedBy, row.ReviewedAt, row.Justified, row.ReviewComment) = (person!.Id, times.Now, request.Justified, request.Comment);
        ledger.Append(new GlassReviewed(row.Model, row.Version, row.Id, person.Id, request.Justified));
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateConcurrencyException)
        {
            throw Refusal.Conflict("The emergency was changed at the same time. Look at it again.");
        }
    }
}
