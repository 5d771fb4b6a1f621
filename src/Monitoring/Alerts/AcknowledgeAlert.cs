using System.ComponentModel.DataAnnotations;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Alerts;

/// <summary>What somebody who takes an alert on wants to say.</summary>
/// <param name="Note">For the others, at most 1,000 characters; it stands in the ledger, so no personal data.</param>
public sealed record AcknowledgeRequest([StringLength(1000)] string? Note = null);

/// <summary>Says that somebody has taken an alert on: it stays, and nobody is told about it again.</summary>
internal static class AcknowledgeAlert
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapPost("/{id}/acknowledge", Handle).WithName("AcknowledgeAlert").RequiresBehind(MonitoringPermissions.Write, "id", ShowAlert.EndpointOf);

    private static async Task<Ok<AlertDetail>> Handle(
        string id, AcknowledgeRequest request, AssayDb db, AlertBook book, Caller caller, CancellationToken cancel)
    {
        var alert = await db.Alerts.SingleOrDefaultAsync(alert => alert.Id == id, cancel) ?? throw Refusal.NotFound("alert", id);
        book.Acknowledge(alert, caller.Principal ?? caller.Id, string.IsNullOrWhiteSpace(request.Note) ? null : request.Note.Trim());
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateConcurrencyException)   // it was closed, or somebody else took it on, since we read it
        {
            throw Refusal.Conflict("This alert changed at the same moment: look at it again.");
        }

        return TypedResults.Ok(alert.ToDetail());
    }
}
