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

    private static async Task<NoContent> Handle(string name, EndpointWork work, RolloutBook rollouts, SinkSenders senders, CancellationToken cancel)
    {
        using var turn = await work.Deployer.TakeTurn(name, cancel);
        var row = await Stage(name, work, rollouts, cancel);
        var sink = await work.Db.EventSinks.SingleOrDefaultAsync(sink => sink.Endpoint == name, cancel);
        if (sink is not null)
        {
            work.Db.EventSinks.Remove(sink);
            work.Ledger.Append(new EventSinkChanged(name, null, sink.Mode, sink.BatchSize));
        }

        await Save(row, work, cancel);
        senders.Remove(row.Project, name);
        return TypedResults.NoContent();
    }

    /// <summary>Takes an endpoint away that may be loaded again: its event says what it was, and who is told of its calls stays.</summary>
    public static async Task Unload(string name, EndpointWork work, RolloutBook rollouts, CancellationToken cancel)
    {
        using var turn = await work.Deployer.TakeTurn(name, cancel);
        await Save(await Stage(name, work, rollouts, cancel), work, cancel);
    }

    private static async Task<ModelEndpoint> Stage(string name, EndpointWork work, RolloutBook rollouts, CancellationToken cancel)
    {
        var row = await work.Db.Endpoints.SingleOrDefaultAsync(row => row.Name == name, cancel)
            ?? throw Refusal.NotFound("endpoint", name);
        if (await work.Db.ActiveRollout(name, cancel) is { } rollout)
            await rollouts.Abort(row, rollout, "The endpoint was deleted.", cancel);
        work.Db.Endpoints.Remove(row);
        var limits = await work.Db.EndpointLimits.SingleOrDefaultAsync(limits => limits.Endpoint == name, cancel);
        if (limits is not null)
            work.Db.EndpointLimits.Remove(limits);
        work.Ledger.Append(new EndpointDeleted(
            row.Name, row.Model, row.Version, row.Target, limits is null ? null : LiveLimits.Read(limits.Limits), TargetFollower.Policy(row)));
        return row;
    }

    private static async Task Save(ModelEndpoint row, EndpointWork work, CancellationToken cancel)
    {
        await work.Db.SaveChangesAsync(cancel);
        work.Live.Remove(row.Project, row.Name);   // nothing that fails from here on lets a deleted endpoint answer
        try
        {
            await work.Db.QuotaUses.Where(use => use.Endpoint == row.Name).ExecuteDeleteAsync(CancellationToken.None);
        }
        catch (Exception)
        {
            // The endpoint is gone all the same, and what was used of its quotas is forgotten with the day.
        }
    }
}
