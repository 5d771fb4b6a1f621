using Assay.Governance;
using Assay.Kernel.Permissions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Assay.Monitoring.Incidents;

/// <summary>Closes an incident, for which its cause must be known.</summary>
internal static class CloseIncident
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapPost("/{id}/close", Handle).WithName("CloseIncident").RequiresBehind(MonitoringPermissions.Write, "id", ShowIncident.EndpointOf);

    private static async Task<Ok<IncidentDetail>> Handle(
        string id, CloseIncidentRequest request, IncidentClosing closing, CancellationToken cancel) => TypedResults.Ok(await closing.Close(id, request, cancel));
}

/// <summary>What closing an incident needs.</summary>
internal sealed class IncidentClosing(IncidentBook book, ILedger ledger, IncidentTimeline timeline, Caller caller, TimeProvider clock)
{
    public async Task<IncidentDetail> Close(string id, CloseIncidentRequest request, CancellationToken cancel)
    {
        var incident = await book.FindOpen(id, cancel);
        (incident.Cause, incident.ClosedAt, incident.ClosedBy) = (request.Cause, clock.GetUtcNow(), caller.Principal ?? caller.Id);
        incident.CorrectiveAction = request.CorrectiveAction ?? incident.CorrectiveAction;
        incident.Revision++;
        ledger.Append(new IncidentClosed(id, request.Cause, incident.CorrectiveAction));
        await book.Save(cancel);
        return await timeline.Of(incident, cancel);
    }
}
