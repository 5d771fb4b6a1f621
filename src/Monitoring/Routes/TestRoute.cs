using System.Diagnostics;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Delivery;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Assay.Monitoring.Routes;

/// <summary>Sends a made-up alert at once and says whether it was taken; never what an answer held.</summary>
internal static class TestRoute
{
    public static void Map(RouteGroupBuilder group) => group.MapPost("/{id}/test", Handle).WithName("TestAlertRoute").Requires(MonitoringPermissions.Route);

    private static async Task<Ok<RouteTestResult>> Handle(
        string id, RouteTrial trial, CancellationToken cancel) => TypedResults.Ok(await trial.Run(id, cancel));
}

/// <summary>What a test message needs.</summary>
internal sealed class RouteTrial(AssayDb db, ILedger ledger, RouteBook book, AlertSender sender, ProjectScope project, TimeProvider clock)
{
    public async Task<RouteTestResult> Run(string id, CancellationToken cancel)
    {
        var (route, now, started) = (await book.Find(id, cancel), clock.GetUtcNow(), Stopwatch.GetTimestamp());
        var sample = new AlertSummary(
            Guid.CreateVersion7(now).ToString("N"), "test", 0, AlertState.Open, null, [], null, now, null, null, null)
        {
            Source = "test",
            Severity = route.MinimumSeverity,
            Summary = "A test of this route of alerts; nothing has happened.",
            LastSeenAt = now,
        };
        var problem = await sender.Send(route, new(project.Name!, "test", route.OnCall?.At(now), [sample], now), cancel);
        ledger.Append(new AlertRouteTested(id, problem is null));
        await db.SaveChangesAsync(cancel);
        return new((int)Stopwatch.GetElapsedTime(started).TotalMilliseconds, problem);
    }
}
