using Assay.Console.Layout;
using Assay.Serving.Rollouts.Plans;

namespace Assay.Console.Pages.Endpoints.Deploying;

/// <summary>What the form of a roll-out's plan calls its fields.</summary>
internal static class PlanLabels
{
    private static readonly FieldLabels Judged = new(new Dictionary<string, string>
    {
        ["strategy"] = "Way",
        ["stickyHeader"] = "Header that keeps a caller with one arm",
        ["stickyColumn"] = "Or the column that does",
        ["analysis"] = "What it is judged by",
        ["intervalSeconds"] = "Seconds between two looks",
        ["minimumRequests"] = "Requests before a step may end",
        ["falseAlarmRate"] = "Chance of a false alarm",
        ["compareErrors"] = "No more errors than the present version",
        ["maxErrorRate"] = "Failed requests, share at most",
        ["maxP95Ratio"] = "95 % latency, times the present one's",
        ["maxP99Ratio"] = "99 % latency, times the present one's",
        ["maxP95Milliseconds"] = "95 of 100 within, ms",
        ["maxP99Milliseconds"] = "99 of 100 within, ms",
        ["maxPsi"] = "PSI of the predictions, at most",
        ["maxKs"] = "KS distance of the predictions, at most",
        ["maxValueDrop"] = "Mean of posted values, lower by at most",
        ["rules"] = "Rules over metrics",
        ["rules[].name"] = "Rule {0}",
        ["rules[].breachedWhen"] = "Rule {0}, breached when",
        ["rules[].failureLimit"] = "Rule {0}, times it may be so",
    });

    private static readonly FieldLabels Canary = Judged.With(new(new Dictionary<string, string>
    {
        ["steps"] = "Steps",
        ["steps[].weightPercent"] = "Step {0}, % of the requests",
        ["steps[].pauseSeconds"] = "Step {0}, minutes",
    }));

    private static readonly FieldLabels BlueGreen = Judged.With(OneStep("pauseSeconds", "Minutes that the former version is kept"));

    private static readonly FieldLabels AB = Judged.With(OneStep("weightPercent", "Share of the new versions together, %"));

    /// <summary>The labels of one way's fields.</summary>
    public static FieldLabels Of(RolloutStrategy strategy) => strategy switch
    {
        RolloutStrategy.Canary => Canary,
        RolloutStrategy.BlueGreen => BlueGreen,
        RolloutStrategy.AB => AB,
        _ => Judged,
    };

    private static FieldLabels OneStep(string field, string label) => new(new Dictionary<string, string> { ["steps"] = label, [$"steps[].{field}"] = label });
}
