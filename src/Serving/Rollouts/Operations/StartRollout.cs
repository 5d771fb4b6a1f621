using System.ComponentModel.DataAnnotations;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Registry;
using Assay.Serving.Deployment;
using Assay.Serving.Endpoints;
using Assay.Serving.Rollouts.Plans;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Assay.Serving.Rollouts.Operations;

/// <summary>Which versions of the endpoint's model are tried, and how.</summary>
/// <param name="Candidates">One; up to four for A/B and bandits.</param>
/// <param name="Plan">How it goes on and what ends it; left out, the endpoint's own policy, else a canary.</param>
public sealed record StartRolloutRequest(
    [Required, MinLength(1), MaxLength(4)] IReadOnlyList<RolloutCandidate> Candidates, RolloutPlan? Plan = null);

internal static class StartRollout
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapPost("/{name}/rollout", Handle).WithName("StartRollout").Requires(ServingPermissions.Write, resource: "name");

    private static async Task<Created<RolloutDetail>> Handle(
        string name, StartRolloutRequest request, RolloutTurns turns, RolloutStarter starter, IAccess access, CancellationToken cancel)
    {
        using var turn = await turns.Take(name, cancel);
        access.Demand(RegistryPermissions.Read, turn.Endpoint.Model);
        try
        {
            var plan = request.Plan ?? TargetFollower.Policy(turn.Endpoint) ?? new RolloutPlan();
            var row = await starter.Start(turn.Endpoint, request.Candidates, plan, cancel);
            return TypedResults.Created($"/api/v1/endpoints/{name}/rollout", turn.Show(row));
        }
        catch (LoadFailedException problem)   // it is in the ledger; the endpoint goes on as it was
        {
            throw Refusal.Conflict(problem.Message);
        }
    }
}
