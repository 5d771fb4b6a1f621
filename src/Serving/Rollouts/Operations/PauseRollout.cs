using System.ComponentModel.DataAnnotations;
using Assay.Kernel;
using Assay.Kernel.Permissions;

namespace Assay.Serving.Rollouts.Operations;

/// <summary>Why a roll-out stands still.</summary>
/// <param name="Reason">For the ledger and for people.</param>
public sealed record PauseRolloutRequest([StringLength(500)] string? Reason = null);

/// <summary>Stops the clock of the present step; the split stays, and breaches roll back as before.</summary>
internal static class PauseRollout
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapPost("/{name}/rollout/pause", Handle).WithName("PauseRollout").Requires(ServingPermissions.Write, resource: "name");

    private static async Task<RolloutDetail> Handle(
        string name, PauseRolloutRequest? request, RolloutTurns turns, RolloutBook book, CancellationToken cancel)
    {
        using var turn = await turns.Take(name, cancel);
        if (turn.Active.State != RolloutState.Paused)
            await book.Pause(turn.Endpoint, turn.Active, RolloutTurn.Said(request?.Reason), cancel);
        return turn.Show(turn.Active);
    }
}
