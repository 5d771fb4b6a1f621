using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Serving.Deployment;
using Assay.Serving.Live;
using Assay.Serving.Rollouts;
using Assay.Serving.Rollouts.Operations;
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
        var rollout = await db.Rollouts.AsNoTracking().Where(each => each.Endpoint == name).OrderByDescending(each => each.Id).FirstOrDefaultAsync(cancel);
        return new(live.Summarize(row), endpoint?.Schema, endpoint?.Traffic.Read() ?? new TrafficRing(clock).Read(), endpoint?.Kind, endpoint?.Signature)
        {
            Rollout = rollout?.Show(endpoint),
            Policy = TargetFollower.Policy(row),
        };
    }
}
