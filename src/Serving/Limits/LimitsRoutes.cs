using System.Text.Json;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Serving.Deployment;
using Assay.Serving.Endpoints;
using Assay.Serving.Live;
using Microsoft.EntityFrameworkCore;

namespace Assay.Serving.Limits;

/// <summary>The routes of <c>/api/v1/endpoints/{name}/limits</c>.</summary>
internal static class LimitsRoutes
{
    public static void Map(RouteGroupBuilder group)
    {
        group.MapGet("/{name}/limits", Show).WithName("ShowEndpointLimits").Requires(ServingPermissions.Read, resource: "name");
        group.MapPut("/{name}/limits", Put)
            .WithName("PutEndpointLimits")
            .WithSummary("Holds an endpoint to these limits from now on; what is left out is not limited any more.")
            .Requires(ServingPermissions.Write, resource: "name");
    }

    private static async Task<EndpointLimits> Show(string name, AssayDb db, CancellationToken cancel)
    {
        if (!await db.Endpoints.AnyAsync(row => row.Name == name, cancel))
            throw Refusal.NotFound("endpoint", name);
        return await db.EndpointLimits.AsNoTracking().SingleOrDefaultAsync(row => row.Endpoint == name, cancel) is { } row
            ? LiveLimits.Read(row.Limits)
            : new();
    }

    // In the endpoint's turn, so that of two changes the same is the last in the database and in memory.
    private static async Task<EndpointLimits> Put(string name, EndpointLimits limits, LimitsChange change, Deployer deployer, CancellationToken cancel)
    {
        using var turn = await deployer.TakeTurn(name, cancel);
        return await change.Make(name, limits, cancel);
    }
}

/// <summary>Changes what an endpoint lets through. Whoever calls has the turn.</summary>
internal sealed class LimitsChange(AssayDb db, ILedger ledger, LiveEndpoints live, LiveLimits limits)
{
    public async Task<EndpointLimits> Make(string name, EndpointLimits wanted, CancellationToken cancel)
    {
        if (!await db.Endpoints.AnyAsync(row => row.Name == name, cancel))
            throw Refusal.NotFound("endpoint", name);
        Check(wanted);
        var row = await db.EndpointLimits.SingleOrDefaultAsync(row => row.Endpoint == name, cancel);
        if (row is null)
            db.EndpointLimits.Add(row = new LimitsRow { Endpoint = name });
        row.Limits = JsonSerializer.Serialize(wanted, AssayJson.Options);
        ledger.Append(new EndpointLimitsChanged(name, wanted));
        await db.SaveChangesAsync(cancel);
        limits.Hold(live.Open(row.Project, name).Target, wanted);
        return wanted;
    }

    /// <summary>Refuses limits that would say nothing.</summary>
    public static void Check(EndpointLimits limits)
    {
        if (limits is { Burst: not null, RequestsPerSecond: null })
            throw Refusal.Invalid("burst", "A burst means nothing without requestsPerSecond. Send both.");
        if (limits.Concurrency is null && (limits.Queue ?? limits.QueueMilliseconds) is not null)
            throw Refusal.Invalid(limits.Queue is null ? "queueMilliseconds" : "queue", "Nobody waits where any number of requests is answered at the same time. Send concurrency, too.");
    }
}
