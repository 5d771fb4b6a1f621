using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Monitoring.LoggedRows;
using Assay.Monitoring.Monitors;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Assay.Monitoring.Segments;

/// <summary>Shows the comparisons of an endpoint's parts, and makes one.</summary>
internal static class ShowSegments
{
    private const int Shown = 20;

    public static void Map(RouteGroupBuilder group)
    {
        group.MapGet("/{endpoint}/segments", Handle).WithName("ShowMonitorSegments").Requires(MonitoringPermissions.Read, resource: "endpoint");
        group.MapPost("/{endpoint}/segments", Compare).WithName("CompareMonitorSegments").Requires(MonitoringPermissions.Write, resource: "endpoint");
    }

    private static async Task<Ok<SegmentReport>> Handle(string endpoint, AssayDb db, WatchedEndpoints watched, CancellationToken cancel)
    {
        watched.Require(endpoint);
        var rows = await db.NewestComparisons<ComparedSegments>(endpoint, Shown, cancel);
        return TypedResults.Ok(new SegmentReport(endpoint, (await db.SettingsOf(endpoint, cancel)).Segments, rows.ConvertAll(row => row.Result)));
    }

    private static async Task<Ok<SegmentComparison>> Compare(string endpoint, WatchedEndpoints watched, SegmentWatch watch, CancellationToken cancel)
    {
        var (result, unknown) = await watch.Run(watched.Require(endpoint), cancel);
        return TypedResults.Ok(result ?? throw Refusal.Conflict(unknown!));
    }
}
