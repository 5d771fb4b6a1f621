using Assay.Governance;
using Assay.Kernel.Permissions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Assay.Monitoring.Incidents;

/// <summary>Writes into the timeline what the others should know, also after the end.</summary>
internal static class NoteIncident
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapPost("/{id}/notes", Handle).WithName("NoteIncident").RequiresBehind(MonitoringPermissions.Write, "id", ShowIncident.EndpointOf);

    private static async Task<Ok<IncidentDetail>> Handle(
        string id, NoteRequest request, IncidentBook book, ILedger ledger, IncidentTimeline timeline, CancellationToken cancel)
    {
        var incident = await book.Find(id, cancel);
        ledger.Append(new IncidentNoted(id, request.Text));
        await book.Save(cancel);
        return TypedResults.Ok(await timeline.Of(incident, cancel));
    }
}
