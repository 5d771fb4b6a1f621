using Assay.Serving.Rollouts;
using Assay.Serving.Rollouts.Plans;

namespace Assay.Console.Pages.Endpoints;

/// <summary>Roll-outs in words.</summary>
internal static class RolloutWords
{
    public static string Strategy(RolloutStrategy strategy) => strategy switch
    {
        RolloutStrategy.AB => "A/B",
        RolloutStrategy.BlueGreen => "blue/green",
        _ => strategy.ToString().ToLowerInvariant(),
    };

    public static string State(RolloutState state) => state == RolloutState.RolledBack ? "rolled back" : state.ToString().ToLowerInvariant();

    public static string Look(RolloutState state) => state switch
    {
        RolloutState.Promoted => "ok",
        RolloutState.RolledBack => "bad",
        RolloutState.Running => "info",
        _ => "warn",
    };

    public static string Check(RolloutCheckState state) => state switch
    {
        RolloutCheckState.Breached => "breached",
        RolloutCheckState.Holding => "holds",
        _ => "waits",
    };

    public static string Look(RolloutCheckState state) => state switch
    {
        RolloutCheckState.Breached => "bad",
        RolloutCheckState.Holding => "ok",
        _ => "plain-chip",
    };
}
