using System.ComponentModel.DataAnnotations;
using System.Text;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Idempotency;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Registry.Versions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Waivers;

/// <summary>That findings of a version's newest scan are to be let pass.</summary>
/// <param name="Findings">Ids of findings that block.</param>
/// <param name="Reason">Why they are harmless, or must be borne; signed with the decision.</param>
/// <param name="ExpiresAt">From when on it counts no more, at most 365 days from now; left out: in 30 days.</param>
public sealed record AskWaiverRequest(
    [Required, MinLength(1), MaxLength(Waiver.FindingsMax)] IReadOnlyList<string> Findings,
    [Required, StringLength(Waiver.ReasonLengthMax, MinimumLength = 1)] string Reason,
    DateTimeOffset? ExpiresAt = null);

internal static class AskWaiver
{
    public static void Map(RouteGroupBuilder models) =>
        models.MapPost("/{name}/versions/{version}/waivers", Handle).WithName("AskWaiver").Requires(RegistryPermissions.Write, resource: "name").Idempotent();

    private static async Task<Created<WaiverSummary>> Handle(
        string name, string version, AskWaiverRequest request, WaiverDesk desk, VersionBook book, CancellationToken cancel)
    {
        var made = await desk.Ask(await book.Get(name, version, cancel), request, cancel);
        return TypedResults.Created($"/api/v1/models/{Uri.EscapeDataString(made.Model)}/versions/{made.Version}/waivers", made);
    }
}

/// <summary>Takes requests for waivers.</summary>
internal sealed class WaiverDesk(AssayDb db, ILedger ledger, Quarantine quarantine, WaiverView view, Caller caller, TimeProvider clock)
{
    private static readonly TimeSpan Usual = TimeSpan.FromDays(30);

    public async Task<WaiverSummary> Ask(ModelVersion version, AskWaiverRequest request, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var expires = request.ExpiresAt?.ToUniversalTime() ?? now + Usual;
        if (expires <= now || expires > now.AddDays(Waiver.DaysMax))
            throw Refusal.Invalid("expiresAt", $"A waiver ends in the future, and at most {Waiver.DaysMax} days from now.");
        var standing = await quarantine.Standing(version, atGate: true, cancel);
        if (standing.Problem is { } problem || standing.Scan is null)
            throw Refusal.Conflict($"Nothing of {version.Model} version {version.Version} can be waived: {standing.Problem}. Scan it again.");
        var findings = request.Findings.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        foreach (var finding in findings.Where(id => !standing.Unwaived.Any(blocking => blocking.Id == id)))
            throw Refusal.Invalid("findings", $"'{finding}' is no finding of the newest scan that blocks and is not waived yet; see the scan for their ids.");
        if (await db.Waivers.FirstOrDefaultAsync(row => row.Model == version.Model && row.Version == version.Version && row.State == WaiverState.Open, cancel) is { } other)
            throw Refusal.Conflict($"Waiver {other.Id} of this version waits already. Withdraw it, or wait for the decision.");

        var row = new Waiver
        {
            Id = Guid.CreateVersion7(now).ToString("N"),
            Model = version.Model,
            Version = version.Version,
            Digest = version.Digest,
            Scan = standing.Scan.Statement.Digest,
            Findings = string.Join(' ', findings),
            Reason = request.Reason,
            RequestedBy = caller.Id,
            At = now,
            ExpiresAt = StoredTime.Of(expires),   // as it is signed
            State = WaiverState.Open,
        };
        db.Waivers.Add(row);
        (await db.Models.SingleAsync(model => model.Name == version.Model, cancel)).Changes++;   // of two requests at once one is refused
        ledger.Append(EventOf(row));
        await WaiverDecider.Save(db, cancel);
        return await view.Show(row, standing, cancel);
    }

    /// <summary>What the ledger says of a row as it was made.</summary>
    public static WaiverAsked EventOf(Waiver row) => new(
        row.Model, row.Version, row.Digest, row.Id, row.Scan, row.FindingIds, row.RequestedBy,
        Digest.Of(Encoding.UTF8.GetBytes(row.Reason)).ToString(), row.ExpiresAt);
}
