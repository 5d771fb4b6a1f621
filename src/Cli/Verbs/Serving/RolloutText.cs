using Assay.Cli.Output;
using Assay.Serving.Rollouts;
using Assay.Serving.Rollouts.Plans;
using Spectre.Console;

namespace Assay.Cli.Verbs.Serving;

/// <summary>A roll-out as text.</summary>
internal static class RolloutText
{
    public static void Show(RolloutDetail detail)
    {
        var rollout = detail.Rollout;
        Screen.Out.MarkupLine(
            $"[bold]{Markup.Escape(rollout.Endpoint)}[/]: {Markup.Escape(rollout.Model)} v{Versions(rollout)} against v{rollout.StableVersion}, {Name(rollout.Strategy.ToString())} {Name(rollout.State.ToString())}{Place(rollout)}");
        if (rollout.Reason is { } reason)
            Screen.Out.MarkupLine($"[red]{Markup.Escape(reason)}[/]");
        if (detail.Waiting is { } waiting)
            Screen.Line(waiting);
        Screen.Write(Arms(detail), "No requests were counted yet.");
        foreach (var arm in detail.Arms.Where(arm => arm.Comparison is not null))
        {
            Screen.Line(
                $"On the same {Figures.Number(arm.Comparison!.Rows)} rows '{arm.Arm}' differs by {Figures.Figure(arm.Comparison.MeanAbsoluteDifference)} in the mean and {Figures.Figure(arm.Comparison.LargestDifference)} at most; {Figures.Figure(100 * arm.Comparison.ShareDifferent)} % of the predictions differ, and {Figures.Number(arm.Comparison.Dropped)} requests were not compared.");
        }

        var checks = Screen.Table("", "Rule", "Arm", "Value", "Bound", "p");
        foreach (var check in detail.Checks)
        {
            checks.AddRow(
                Mark(check.State), Markup.Escape(check.Rule), Markup.Escape(check.Arm), Figures.Figure(check.Value), Figures.Figure(check.Bound), Figures.Figure(check.PValue));
        }

        if (checks.Rows.Count > 0)
            Screen.Out.Write(checks);
        foreach (var moment in detail.Timeline)
            Screen.Out.MarkupLine($"{Figures.Time(moment.At)}  {Markup.Escape(moment.What)}{(rollout.Strategy.EndsByItself() ? $", step {moment.Step}, {moment.WeightPercent} %" : "")}{(moment.Reason is null ? "" : $": {Markup.Escape(moment.Reason)}")}");
    }

    public static string Versions(RolloutSummary rollout) => string.Join(", v", rollout.Candidates.Select(candidate => candidate.Version));

    /// <summary>The word for an enumeration's name: <c>RolledBack</c> is rolled back.</summary>
    public static string Name(string name) => name switch
    {
        nameof(RolloutStrategy.AB) => "A/B",
        nameof(RolloutStrategy.BlueGreen) => "blue/green",
        _ => string.Concat(name.Select((letter, place) => place > 0 && char.IsUpper(letter) ? $" {char.ToLowerInvariant(letter)}" : char.ToLowerInvariant(letter).ToString())),
    };

    /// <summary>Which step it is at, with a comma before; empty for a roll-out without steps.</summary>
    public static string Place(RolloutSummary rollout) => rollout.Strategy.EndsByItself() ? $", step {rollout.Step} of {rollout.Steps}, {rollout.WeightPercent} %" : "";

    private static Table Arms(RolloutDetail detail)
    {
        var table = Screen.Table("Arm", "Share %", "Requests", "Refused", "Failed", "p50 ms", "p95 ms", "p99 ms", "Mean value");
        foreach (var arm in detail.Arms)
        {
            table.AddRow(
                Markup.Escape(arm.Arm), Figures.Figure(arm.SharePercent), Figures.Number(arm.Requests), Figures.Number(arm.Refused), Figures.Number(arm.Failed), Figures.Figure(arm.P50Milliseconds),
                Figures.Figure(arm.P95Milliseconds), Figures.Figure(arm.P99Milliseconds), Figures.Figure(arm.MeanValue));
        }

        return table;
    }

    private static string Mark(RolloutCheckState state) => state switch
    {
        RolloutCheckState.Breached => "[red]✗[/]",
        RolloutCheckState.Holding => "[green]✓[/]",
        _ => "…",
    };
}
