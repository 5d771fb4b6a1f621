using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Silences;

internal static class ListSilences
{
    public static void Map(RouteGroupBuilder group) => group.MapGet("/", Handle).WithName("ListSilences").Requires(MonitoringPermissions.Read);

    private static async Task<Ok<Page<SilenceSummary>>> Handle(
        [AsParameters] PageRequest page, AssayDb db, TimeProvider clock, CancellationToken cancel, bool all = false)
    {
        var (now, after) = (clock.GetUtcNow(), page.AfterId());
        var rows = await db.Silences.AsNoTracking()
            .Where(row => all || row.To > now)
            .Where(row => after == null || string.Compare(row.Id, after) < 0)
            .OrderByDescending(row => row.Id).Take(page.Size + 1).ToListAsync(cancel);
        return TypedResults.Ok(page.Of(rows.ConvertAll(row => row.ToSummary(now)), row => row.Id));
    }
}
