using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Registry;
using Assay.Serving.Deployment;
using Assay.Serving.Limits;
using Assay.Serving.Live;
using Assay.Serving.Rollouts;
using Assay.Serving.Rollouts.Plans;
using Microsoft.EntityFrameworkCore;

namespace Assay.Serving.Endpoints;

/// <summary>What an endpoint shall serve.</summary>
/// <param name="Model">Name of a registered model.</param>
/// <param name="Version">Number, alias or stage. An alias or stage is followed when it moves to another version.</param>
/// <param name="Rollout">How later promotions come to it: by this roll-out. Left out, they come at once.</param>
/// <param name="Limits">What it lets through from now on; unchanged when left out.</param>
public sealed record PutEndpointRequest(
    [Required, StringLength(100, MinimumLength = 1)] string Model,
    [Required, StringLength(100, MinimumLength = 1)] string Version,
    RolloutPlan? Rollout = null,
    EndpointLimits? Limits = null);

internal static class PutEndpoint
{
    private const int EndpointsMax = 200;

    public static void Map(RouteGroupBuilder group) =>
        group.MapPut("/{name}", Handle).WithName("PutEndpoint").Requires(ServingPermissions.Write, resource: "name");

    public static async Task<EndpointSummary> Handle(
        string name, PutEndpointRequest request, EndpointWork work, IAccess access, CancellationToken cancel)
    {
        access.Demand(RegistryPermissions.Read, request.Model);
        EndpointName.Check(name);
        var policy = request.Rollout is null ? null : CheckPolicy(request.Rollout);
        if (request.Limits is { } limits)
            LimitsChange.Check(limits);
        using var turn = await work.Deployer.TakeTurn(name, cancel);
        var row = await work.Db.Endpoints.SingleOrDefaultAsync(row => row.Name == name, cancel);
        if (row is null && await work.Db.Endpoints.CountAsync(cancel) >= EndpointsMax)
            throw Refusal.Limit(StatusCodes.Status409Conflict, $"A project has at most {EndpointsMax} endpoints. Delete one first.");
        var rollout = row is null ? null : await work.Db.ActiveRollout(name, cancel);
        if (rollout is not null && (row!.Model, row.Target) != (request.Model, request.Version))
            throw Refusal.Conflict($"The roll-out of version {string.Join(", ", rollout.Arms.Select(arm => arm.Version))} goes on at '{name}'. Promote or abort it first.");

        try
        {
            var summary = rollout is null
                ? await work.Deployer.Deploy(row, new Wanted(name, request.Model, request.Version), cancel)
                : work.Live.Summarize(row!);
            await Keep(name, policy, work, cancel);
            if (request.Limits is not null)
                await work.Limits.Make(name, request.Limits, cancel);
            return summary;
        }
        catch (LoadFailedException problem)   // it is in the ledger; an endpoint that answered goes on as it was
        {
            throw Refusal.Conflict(problem.Message);
        }
    }

    private static RolloutPlan CheckPolicy(RolloutPlan plan) => plan.Strategy.EndsByItself()
        ? PlanCheck.Complete(plan)
        : throw Refusal.Invalid("rollout", $"{PlanCheck.Name(plan.Strategy)} ends by somebody's decision, so promotions can't come by it. Take a canary or blue/green.");

    private static async Task Keep(string name, RolloutPlan? policy, EndpointWork work, CancellationToken cancel)
    {
        var row = await work.Db.Endpoints.SingleAsync(row => row.Name == name, cancel);
        var json = policy is null ? null : JsonSerializer.Serialize(policy, AssayJson.Options);
        if (row.RolloutJson == json)
            return;
        row.RolloutJson = json;
        work.Ledger.Append(new EndpointPolicyChanged(name, policy));
        await work.Db.SaveChangesAsync(cancel);
    }
}

/// <summary>What a change of an endpoint works with.</summary>
internal sealed record EndpointWork(AssayDb Db, ILedger Ledger, Deployer Deployer, LiveEndpoints Live, LimitsChange Limits);
