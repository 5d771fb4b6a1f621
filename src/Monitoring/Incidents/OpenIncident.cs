using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Governance;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Incidents;

internal static class OpenIncident
{
    // The endpoint stands in the body, so the handler asks for the permission there.
    public static void Map(RouteGroupBuilder group) => group.MapPost("/", Handle).WithName("OpenIncident").RequiresOnAny(MonitoringPermissions.Write);

    private static async Task<Created<IncidentDetail>> Handle(
        OpenIncidentRequest request, AssayDb db, IncidentBook book, IncidentTimeline timeline, IAccess access, CancellationToken cancel)
    {
        access.Demand(MonitoringPermissions.Write, request.Endpoint);
        if (!Enum.IsDefined(request.Severity))
            throw Refusal.Invalid("severity", "A severity is info, warning or critical.");
        var alerts = (request.Alerts ?? []).Distinct(StringComparer.Ordinal).ToList();
        var known = await db.Alerts.AsNoTracking().Where(alert => alerts.Contains(alert.Id) && alert.Endpoint == request.Endpoint).Select(alert => alert.Id).ToListAsync(cancel);
        if (alerts.Find(alert => !known.Contains(alert)) is { } unknown)
            throw Refusal.Invalid("alerts", $"'{unknown}' is no alert of endpoint '{request.Endpoint}'.");
        var incident = book.Open(request.Title, request.Endpoint, request.Severity, alerts);
        (incident.Owner, incident.DueAt) = (request.Owner, request.DueAt);
        await book.Save(cancel);
        return TypedResults.Created($"/api/v1/incidents/{incident.Id}", await timeline.Of(incident, cancel));
    }
}
