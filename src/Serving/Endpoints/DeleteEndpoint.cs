using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Serving.Deployment;
using Assay.Serving.Limits;
using Assay.Serving.PredictionLog.Sinks;
using Assay.Serving.Rollouts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Serving.Endpoints;

internal static class DeleteEndpoint
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapDelete("/{name}", Handle).WithName("DeleteEndpoint").Requires(ServingPermissions.Write, resource: "name");

    public static async Task<NoContent> Handle(
        string name, EndpointWork work, RolloutBook rollouts, CancellationToken cancel)
    {
        using var turn = await work.Deployer.TakeTurn(name, cancel);
        var row = await work.Db.Endpoints.SingleOrDefaultAsync(row => row.Name == name, cancel)
            ?? throw Refusal.NotFound("endpoint", name);
        if (await work.Db.ActiveRollout(name, cancel) is { } rollout)
            await rollouts.Abort(row, rollout, "The endpoint was deleted.", cancel);
        work.Db.Endpoints.Remove(row);
        var limits = await work.Db.EndpointLimits.SingleOrDefaultAsync(limits => limits.Endpoint == name, cancel);
        if (limits is not null)
            work.Db.EndpointLimits.Remove(limits);
        work.Db.EventSinks.RemoveRange(await work.Db.EventSinks.Where(sink => sink.Endpoint == name).ToListAsync(cancel));
        work.Ledger.Append(new EndpointDeleted(
            row.Name, row.Model, row.Version, row.Target, limits is null ? null : LiveLimits.Read(limits.Limits), TargetFollower.Policy(row)));
        await work.Db.SaveChangesAsync(cancel);
        await work.Db.QuotaUses.Where(use => use.Endpoint == name).ExecuteDeleteAsync(cancel);
        work.Live.Remove(row.Project, name);
        return TypedResults.NoContent();
    }
}
