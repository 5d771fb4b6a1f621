using Assay.Console.Formats;
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

    /// <summary>The same at the beginning of a line.</summary>
    public static string Title(RolloutStrategy strategy) => Strategy(strategy) is var name && strategy == RolloutStrategy.AB ? name : Show.Title(name);

    /// <summary>What a strategy does, for who chooses one.</summary>
    public static string Help(RolloutStrategy strategy) => strategy switch
    {
        RolloutStrategy.Canary => "The new version gets a growing share of the requests, and takes over after the last step.",
        RolloutStrategy.BlueGreen => "The new version is loaded and warmed, then gets all requests at once; the former one is kept for going back.",
        RolloutStrategy.AB => "Versions answer side by side, a caller's key always the same one, until you promote one or take it back.",
        RolloutStrategy.Shadow => "The new version computes the rows of requests after they were answered; nobody gets its answers, and the differences are counted.",
        _ => "The more reward a version earns by what callers post, the more requests it gets, until you promote one or take it back.",
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
