using System.ComponentModel.DataAnnotations;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Serving.Rollouts.Plans;

namespace Assay.Serving.Rollouts.Operations;

/// <summary>Why a roll-out goes on.</summary>
/// <param name="Reason">For the ledger and for people.</param>
public sealed record ResumeRolloutRequest([StringLength(500)] string? Reason = null);

/// <summary>Lets a paused roll-out go on, or ends a step that waits for somebody or for a rule that can't be judged.</summary>
internal static class ResumeRollout
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapPost("/{name}/rollout/resume", Handle).WithName("ResumeRollout").Requires(ServingPermissions.Write, resource: "name");

    private static async Task<RolloutDetail> Handle(
        string name, ResumeRolloutRequest? request, RolloutTurns turns, RolloutBook book, CancellationToken cancel)
    {
        using var turn = await turns.Take(name, cancel);
        var (row, reason) = (turn.Active, RolloutTurn.Said(request?.Reason));
        if (row.State == RolloutState.Paused)
            await book.Resume(turn.Endpoint, row, reason, cancel);
        else if (row.Plan.Steps![row.Step].PauseSeconds is not null && !row.IsHeld)
            throw Refusal.Conflict("It isn't paused: the step ends by itself when its time is over.");
        else if (!row.Strategy.EndsByItself())
            throw Refusal.Conflict($"{PlanCheck.Name(row.Strategy)} has no next step. Promote an arm, or abort it.");
        else
            await book.EndStep(turn.Endpoint, row, reason, cancel);
        return turn.Show(row);
    }
}
