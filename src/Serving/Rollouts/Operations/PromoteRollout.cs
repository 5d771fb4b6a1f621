using System.ComponentModel.DataAnnotations;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Serving.Deployment;

namespace Assay.Serving.Rollouts.Operations;

/// <summary>Which candidate takes over.</summary>
/// <param name="Arm">Name of its arm; may be left out when there is one.</param>
/// <param name="Reason">Why, for the ledger and for people.</param>
public sealed record PromoteRolloutRequest([StringLength(30)] string? Arm = null, [StringLength(500)] string? Reason = null);

/// <summary>Lets a candidate take over at once, whatever steps are left; the gate is asked again.</summary>
internal static class PromoteRollout
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapPost("/{name}/rollout/promote", Handle).WithName("PromoteRollout").Requires(ServingPermissions.Write, resource: "name");

    private static async Task<RolloutDetail> Handle(
        string name, PromoteRolloutRequest? request, RolloutTurns turns, RolloutBook book, Deployer deployer, CancellationToken cancel)
    {
        using var turn = await turns.Take(name, cancel);
        var row = turn.Active;
        if (request?.Arm is null && row.Arms.Count > 1)
            throw Refusal.Invalid("arm", $"Name the arm that takes over: {string.Join(", ", row.Arms.Select(arm => arm.Arm))}.");
        var arm = request?.Arm is null ? row.Arms[0] : row.Arms.FirstOrDefault(arm => arm.Arm == request.Arm)
            ?? throw Refusal.Invalid("arm", $"The roll-out has no candidate '{request.Arm}', but {string.Join(", ", row.Arms.Select(arm => arm.Arm))}. To keep the stable version, abort it.");
        await book.Promote(turn.Endpoint, row, arm, RolloutTurn.Said(request?.Reason), cancel);
        if (row.State == RolloutState.RolledBack)
            throw Refusal.Denied($"Version {arm.Version} was rolled back instead: {row.Reason}");
        if (turn.AnswersWith != arm.Version)
            await deployer.Restore(turn.Endpoint, cancel);   // the stable version couldn't be loaded at the start, so no candidate was
        return turn.Show(row);
    }
}
