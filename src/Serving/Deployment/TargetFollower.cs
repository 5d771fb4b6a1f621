using System.Text.Json;
using Assay.Kernel;
using Assay.Registry;
using Assay.Serving.Endpoints;
using Assay.Serving.Live;
using Assay.Serving.Rollouts;
using Assay.Serving.Rollouts.Plans;
using Microsoft.EntityFrameworkCore;

namespace Assay.Serving.Deployment;

/// <summary>
/// Brings an endpoint to the version that its target names now: by a roll-out where the endpoint has a policy for that,
/// else at once. What was rolled back is held back until the target names another version. Whoever calls has the turn.
/// </summary>
internal sealed class TargetFollower(AssayDb db, IModels models, Deployer deployer, RolloutStarter starter, RolloutBook book, LiveEndpoints live)
{
    /// <summary>Brings it there, unless it is there or on the way already.</summary>
    /// <exception cref="LoadFailedException">The version can't be served; said in the ledger.</exception>
    /// <exception cref="Kernel.Refusals.Refusal">There is no such version, or it may not be served there.</exception>
    public async Task Follow(ModelEndpoint row, CancellationToken cancel)
    {
        var wanted = (await models.Find(row.Model, row.Target, cancel))?.Version;
        var rollout = await db.ActiveRollout(row.Name, cancel);
        if (live.Open(row.Project, row.Name).Served is null && (rollout is not null || KeepsFormer(row, wanted)))
            await Restore(row, rollout, cancel);
        if (rollout is not null && live.Open(row.Project, row.Name).Rollout?.Id != rollout.Id)
            await Reopen(row, rollout, isReplaced: IsNew(row, wanted) && IsNoArm(rollout, wanted!), cancel);   // by itself: it may fail where the stable version came back
        if (live.Open(row.Project, row.Name).Served is null)
        {
            await deployer.Deploy(row, new Wanted(row.Name, row.Model, row.Target), cancel);
            return;
        }

        if (!IsNew(row, wanted))
            return;
        if (rollout is { Active: true })
        {
            if (!IsNoArm(rollout, wanted!))
                return;
            await book.Abort(row, rollout, $"Version {wanted!.Version} of {row.Model} came in its place.", cancel);
        }

        if (Policy(row) is { } plan)
            await starter.Start(row, [new RolloutCandidate(row.Target)], plan, cancel);
        else
            await deployer.Deploy(row, new Wanted(row.Name, row.Model, row.Target), cancel);
    }

    /// <summary>How promotions come to an endpoint; null when they come at once.</summary>
    public static RolloutPlan? Policy(ModelEndpoint row) =>
        row.RolloutJson is null ? null : JsonSerializer.Deserialize<RolloutPlan>(row.RolloutJson, AssayJson.Options);

    private static bool IsNew(ModelEndpoint row, ModelVersionSummary? wanted) =>
        wanted is not null && wanted.Digest != row.HeldBack && (wanted.Version, wanted.Digest) != (row.Version, row.Digest);

    private static bool IsNoArm(Rollout rollout, ModelVersionSummary wanted) => !rollout.Arms.Any(arm => arm.Digest == wanted.Digest);

    private async Task Reopen(ModelEndpoint row, Rollout rollout, bool isReplaced, CancellationToken cancel)
    {
        try
        {
            await starter.Reopen(row, rollout, cancel);
        }
        catch (LoadFailedException) when (isReplaced)
        {
            // Another version comes in the place of the one that is away, and the roll-out is ended for it.
        }
    }

    // After a start an endpoint answers first with what it answered before, when the version that is wanted comes later or not at all.
    private static bool KeepsFormer(ModelEndpoint row, ModelVersionSummary? wanted) =>
        row.HeldBack is not null && row.HeldBack == wanted?.Digest
        || row.RolloutJson is not null && row.Version > 0 && wanted is not null && wanted.Version != row.Version;

    private async Task Restore(ModelEndpoint row, Rollout? rollout, CancellationToken cancel)
    {
        var last = rollout is not null
            ? null
            : await db.Rollouts.Where(ended => ended.Endpoint == row.Name).OrderByDescending(ended => ended.Id).FirstOrDefaultAsync(cancel);
        await deployer.Restore(row, cancel);
        if (last is { State: RolloutState.RolledBack or RolloutState.Aborted })
            live.Open(row.Project, row.Name).Fail(RolloutBook.HeldBackSentence(last));
    }
}
