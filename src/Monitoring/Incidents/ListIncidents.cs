using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Incidents;

internal static class ListIncidents
{
    public static void Map(RouteGroupBuilder group) => group.MapGet("/", Handle).WithName("ListIncidents").RequiresOnAny(MonitoringPermissions.Read);

    private static async Task<Ok<Page<IncidentSummary>>> Handle(
        [AsParameters] PageRequest page, string? state, AssayDb db, IAccess access, TimeProvider clock, CancellationToken cancel)
    {
        var (now, after) = (clock.GetUtcNow(), page.AfterId());
        var rows = access.Reach(MonitoringPermissions.Read).Within(db.Incidents.AsNoTracking(), row => row.Endpoint);
        rows = state?.ToLowerInvariant() switch
        {
            null => rows,
            "open" => rows.Where(row => row.ClosedAt == null),
            "overdue" => rows.Where(row => row.ClosedAt == null && row.DueAt < now),
            "closed" => rows.Where(row => row.ClosedAt != null),
            _ => throw Refusal.Invalid("state", $"An incident's state is open, overdue or closed, not '{state}'."),
        };
        var found = await rows.Where(row => after == null || string.Compare(row.Id, after) < 0)
            .OrderByDescending(row => row.Id).Take(page.Size + 1).ToListAsync(cancel);
        return TypedResults.Ok(page.Of(found.ConvertAll(row => row.ToSummary(now)), row => row.Id));
    }
}
