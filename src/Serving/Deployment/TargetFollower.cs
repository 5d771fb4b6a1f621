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
/// else at once. What was rolled back is held back until the target names another version, or this one anew. Whoever calls has the turn.
/// </summary>
internal sealed class TargetFollower(AssayDb db, IModels models, Deployer deployer, RolloutStarter starter, RolloutBook book, LiveEndpoints live)
{
    /// <summary>Brings it there, unless it is there or on the way already.</summary>
    /// <param name="row">The endpoint.</param>
    /// <param name="promotion">The newest of its model that was heard of; null for none.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="LoadFailedException">The version can't be served; said in the ledger.</exception>
    /// <exception cref="Kernel.Refusals.Refusal">There is no such version, or it may not be served there.</exception>
    public async Task Follow(ModelEndpoint row, Promotion? promotion, CancellationToken cancel)
    {
        var wanted = (await models.Find(row.Model, row.Target, cancel))?.Version;
        var heldBack = await IsNamedAnew(row, promotion, cancel) ? null : row.HeldBack;
        var rollout = await db.ActiveRollout(row.Name, cancel);
        if (live.Open(row.Project, row.Name).Served is null && (rollout is not null || KeepsFormer(row, wanted)))
            await Restore(row, rollout, cancel);
        if (rollout is not null && live.Open(row.Project, row.Name).Rollout?.Id != rollout.Id)
            await Reopen(row, rollout, isReplaced: IsNew(row, wanted, heldBack) && IsNoArm(rollout, wanted!), cancel);   // by itself: it may fail where the stable version came back
        if (live.Open(row.Project, row.Name).Served is null)
        {
            await deployer.Deploy(row, new Wanted(row.Name, row.Model, row.Target), cancel);
            return;
        }

        if (!IsNew(row, wanted, heldBack))
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

    private static bool IsNew(ModelEndpoint row, ModelVersionSummary? wanted, string? heldBack) =>
        wanted is not null && wanted.Digest != heldBack && (wanted.Version, wanted.Digest) != (row.Version, row.Digest);

    private static bool IsNoArm(Rollout rollout, ModelVersionSummary wanted) => !rollout.Arms.Any(arm => arm.Digest == wanted.Digest);

    // That a promotion is newer than what held its version back is known by their times, so that hearing of it twice does no harm.
    private async Task<bool> IsNamedAnew(ModelEndpoint row, Promotion? promotion, CancellationToken cancel)
    {
        if (promotion is null || promotion.Digest != row.HeldBack)
            return false;
        var last = await db.Rollouts.Where(ended => ended.Endpoint == row.Name && ended.Active == null).OrderByDescending(ended => ended.Id).FirstOrDefaultAsync(cancel);
        return last?.EndedAt is not { } at || promotion.At > at;
    }

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

/// <summary>A version was promoted.</summary>
/// <param name="Digest">Root digest of its package.</param>
/// <param name="At">When.</param>
internal sealed record Promotion(string Digest, DateTimeOffset At);
