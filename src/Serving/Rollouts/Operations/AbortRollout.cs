using System.ComponentModel.DataAnnotations;
using Assay.Kernel;
using Assay.Kernel.Permissions;

namespace Assay.Serving.Rollouts.Operations;

/// <summary>Why a roll-out is ended.</summary>
/// <param name="Reason">For the ledger and for people.</param>
public sealed record AbortRolloutRequest([StringLength(500)] string? Reason = null);

/// <summary>Gives all requests back to the stable version.</summary>
internal static class AbortRollout
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapPost("/{name}/rollout/abort", Handle).WithName("AbortRollout").Requires(ServingPermissions.Write, resource: "name");

    private static async Task<RolloutDetail> Handle(
        string name, AbortRolloutRequest? request, RolloutTurns turns, RolloutBook book, CancellationToken cancel)
    {
        using var turn = await turns.Take(name, cancel);
        await book.Abort(turn.Endpoint, turn.Active, RolloutTurn.Said(request?.Reason) ?? "Somebody ended it.", cancel);
        return turn.Show(turn.Active);
    }
}
