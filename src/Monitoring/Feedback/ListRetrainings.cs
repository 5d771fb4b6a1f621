using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Monitoring.Monitors;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Feedback;

internal static class ListRetrainings
{
    private const int Shown = 100;

    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/{endpoint}/retrainings", Handle).WithName("ListRetrainings").Requires(MonitoringPermissions.Read, resource: "endpoint");

    private static async Task<Ok<RetrainingList>> Handle(
        string endpoint, AssayDb db, WatchedEndpoints watched, RetrainingGuards guards, CancellationToken cancel)
    {
        watched.Require(endpoint);
        var settings = await db.SettingsOf(endpoint, cancel);
        var held = settings.Retrain is { } retrain
            ? await guards.Held(endpoint, retrain, cancel)
            : "The monitor names no dataset with recent rows.";
        var rows = await db.Retrainings.AsNoTracking().Where(run => run.Endpoint == endpoint).OrderByDescending(run => run.Id).Take(Shown).ToListAsync(cancel);
        return TypedResults.Ok(new RetrainingList(held, rows.ConvertAll(run => run.ToSummary())));
    }
}
