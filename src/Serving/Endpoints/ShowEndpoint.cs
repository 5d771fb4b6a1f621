using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Serving.Live;
using Microsoft.EntityFrameworkCore;

namespace Assay.Serving.Endpoints;

internal static class ShowEndpoint
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/{name}", Handle).WithName("ShowEndpoint").Requires(ServingPermissions.Read, resource: "name");

    private static async Task<EndpointDetail> Handle(
        string name, AssayDb db, LiveEndpoints live, TimeProvider clock, CancellationToken cancel)
    {
        var row = await db.Endpoints.AsNoTracking().SingleOrDefaultAsync(row => row.Name == name, cancel)
            ?? throw Refusal.NotFound("endpoint", name);
        var endpoint = live.Find(row.Project, name);
        return new(
            live.Summarize(row), endpoint?.Schema, endpoint?.Traffic.Read() ?? new TrafficRing(clock).Read(), endpoint?.Kind, endpoint?.Signature);
    }
}
