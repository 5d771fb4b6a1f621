using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Monitoring.Monitors;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Assay.Monitoring.Attribution;

/// <summary>Shows the comparisons of attributions, and makes one.</summary>
internal static class ShowAttribution
{
    private const int Shown = 30;

    public static void Map(RouteGroupBuilder group)
    {
        group.MapGet("/{endpoint}/attribution", Handle).WithName("ShowAttribution").Requires(MonitoringPermissions.Read, resource: "endpoint");
        group.MapPost("/{endpoint}/attribution", Compare).WithName("CompareAttribution").Requires(MonitoringPermissions.Write, resource: "endpoint");
    }

    private static async Task<Ok<AttributionReport>> Handle(string endpoint, AssayDb db, WatchedEndpoints watched, CancellationToken cancel)
    {
        watched.Require(endpoint);
        var settings = await db.SettingsOf(endpoint, cancel);
        return TypedResults.Ok(new AttributionReport(endpoint, settings.Attribution, await db.ReasonsOf(endpoint, Shown, cancel)));
    }

    private static async Task<Ok<AttributionResult>> Compare(string endpoint, WatchedEndpoints watched, AttributionWatch watch, CancellationToken cancel)
    {
        var (result, unknown) = await watch.Run(watched.Require(endpoint), cancel);
        return TypedResults.Ok(result ?? throw Refusal.Conflict(unknown!));
    }
}
