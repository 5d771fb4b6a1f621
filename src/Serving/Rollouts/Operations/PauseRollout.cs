using Assay.Kernel.Permissions;

namespace Assay.Serving.Rollouts.Operations;

/// <summary>Stops the clock of the present step; the split stays, and breaches roll back as before.</summary>
internal static class PauseRollout
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapPost("/{name}/rollout/pause", Handle).WithName("PauseRollout").Requires(ServingPermissions.Write, resource: "name");

    private static async Task<RolloutDetail> Handle(string name, RolloutTurns turns, RolloutBook book, CancellationToken cancel)
    {
        using var turn = await turns.Take(name, cancel);
        if (turn.Active.State != RolloutState.Paused)
            await book.Pause(turn.Endpoint, turn.Active, cancel);
        return turn.Show(turn.Active);
    }
}
