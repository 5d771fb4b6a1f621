using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Monitoring.Windows;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Assay.Monitoring.Monitors;

/// <summary>Evaluates what was counted until now, without waiting for the minimum of rows.</summary>
internal static class EvaluateMonitor
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapPost("/{endpoint}/evaluate", Handle).WithName("EvaluateMonitor").Requires(MonitoringPermissions.Write, resource: "endpoint");

    private static async Task<Ok<DriftWindow>> Handle(
        string endpoint, WatchedEndpoints watched, WindowWriter writer, Caller caller, CancellationToken cancel) =>
        TypedResults.Ok(await writer.Run(watched.Require(endpoint), asked: true, caller.Id, cancel)
            ?? throw Refusal.Conflict($"Endpoint '{endpoint}' has predicted nothing since its last evaluation: send it rows first."));
}
