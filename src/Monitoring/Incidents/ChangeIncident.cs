using Assay.Governance;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Assay.Monitoring.Incidents;

internal static class ChangeIncident
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapPut("/{id}", Handle).WithName("ChangeIncident").RequiresBehind(MonitoringPermissions.Write, "id", ShowIncident.EndpointOf);

    private static async Task<Ok<IncidentDetail>> Handle(
        string id, ChangeIncidentRequest request, IncidentBook book, ILedger ledger, IncidentTimeline timeline, CancellationToken cancel)
    {
        if (!Enum.IsDefined(request.Severity))
            throw Refusal.Invalid("severity", "A severity is info, warning or critical.");
        var incident = await book.FindOpen(id, cancel);
        (incident.Title, incident.Severity, incident.Owner) = (request.Title, request.Severity, request.Owner);
        (incident.CorrectiveAction, incident.DueAt) = (request.CorrectiveAction, request.DueAt);
        incident.Revision++;
        ledger.Append(new IncidentChanged(id, incident.Title, incident.Severity, incident.Owner, incident.CorrectiveAction, incident.DueAt));
        await book.Save(cancel);
        return TypedResults.Ok(await timeline.Of(incident, cancel));
    }
}
