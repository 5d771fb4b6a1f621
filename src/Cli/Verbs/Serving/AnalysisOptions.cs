using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Serving.Rollouts.Plans;

namespace Assay.Cli.Verbs.Serving;

/// <summary>What a roll-out is judged by, as options.</summary>
internal static class AnalysisOptions
{
    private static readonly Option<int> Interval = new("--interval") { Description = "Seconds between two evaluations", HelpName = "SECONDS", DefaultValueFactory = _ => 10 };

    private static readonly Option<int> MinimumRequests = new("--min-requests") { Description = "Requests that the new version must have answered before a step may end", HelpName = "N", DefaultValueFactory = _ => 100 };

    private static readonly Option<double> FalseAlarms = new("--false-alarms") { Description = "Chance that it is rolled back although every rule holds", HelpName = "SHARE", DefaultValueFactory = _ => 0.05 };

    private static readonly Option<double?> MaxErrorRate = new("--max-error-rate") { Description = "Highest share of requests that may fail, such as 0.01", HelpName = "SHARE" };

    private static readonly Option<double?> MaxP95Ratio = new("--max-p95-ratio") { Description = "Highest 95 % latency, in multiples of the former version's", HelpName = "TIMES" };

    private static readonly Option<double?> MaxP99Ratio = new("--max-p99-ratio") { Description = "Highest 99 % latency, in multiples of the former version's", HelpName = "TIMES" };

    private static readonly Option<double?> MaxP95 = new("--max-p95") { Description = "Highest 95 % latency in milliseconds", HelpName = "MS" };

    private static readonly Option<double?> MaxP99 = new("--max-p99") { Description = "Highest 99 % latency in milliseconds", HelpName = "MS" };

    private static readonly Option<double?> MaxPsi = new("--max-psi") { Description = "Highest population stability index between both versions' predictions", HelpName = "INDEX" };

    private static readonly Option<double?> MaxKs = new("--max-ks") { Description = "Highest Kolmogorov-Smirnov distance between them", HelpName = "DISTANCE" };

    private static readonly Option<double?> MaxValueDrop = new("--max-value-drop") { Description = "By how much the mean of posted values may fall", HelpName = "VALUE" };

    private static readonly Option<string[]> Rules = new("--rule")
    {
        Description = "A condition over Assay's own metrics that ends it, in a part of PromQL; may be given several times",
        HelpName = "NAME=CONDITION",
        DefaultValueFactory = _ => [],
    };

    public static IReadOnlyList<Option> All { get; } =
        [Interval, MinimumRequests, FalseAlarms, MaxErrorRate, MaxP95Ratio, MaxP99Ratio, MaxP95, MaxP99, MaxPsi, MaxKs, MaxValueDrop, Rules];

    /// <summary>By their names in a request, those that are called otherwise there.</summary>
    public static IReadOnlyDictionary<string, Option> Fields { get; } = new Dictionary<string, Option>
    {
        ["minimumRequests"] = MinimumRequests,
        ["falseAlarmRate"] = FalseAlarms,
        ["rules.name"] = Rules,
        ["rules.breachedWhen"] = Rules,
    };

    public static RolloutAnalysis Read(ParseResult parsed) => new(
        parsed.GetValue(Interval),
        parsed.GetValue(MinimumRequests),
        parsed.GetValue(FalseAlarms),
        CompareErrors: true,
        parsed.GetValue(MaxErrorRate),
        parsed.GetValue(MaxP95Ratio),
        parsed.GetValue(MaxP99Ratio),
        parsed.GetValue(MaxP95),
        parsed.GetValue(MaxP99),
        parsed.GetValue(MaxPsi),
        parsed.GetValue(MaxKs),
        parsed.GetValue(MaxValueDrop),
        parsed.GetValue(Rules) is { Length: > 0 } rules ? [.. rules.Select(Rule)] : null);

    private static RolloutRule Rule(string word) => word.Split('=', 2) is [{ Length: > 0 } name, { Length: > 0 } condition]
        ? new(name.Trim(), condition.Trim())
        : throw new CommandException($"'{word}' is no NAME=CONDITION, such as slow=rollout_arm_p99_latency_seconds{{arm=\"candidate\"}} > 0.2.");
}
