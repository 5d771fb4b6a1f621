using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Assay.Monitoring.Rules;

/// <summary>What a rule looks at.</summary>
public enum RuleSignal
{
    /// <summary>Whether a window has drifted by the monitor's own threshold. It takes no bound.</summary>
    Drift,

    /// <summary>Share of the calls of the last minute that the server could not answer: no model, no result, not in time.</summary>
    ErrorShare,

    /// <summary>Time in milliseconds in which half of the calls of the last minute were answered.</summary>
    P50Milliseconds,

    /// <summary>The same for 95 of 100 calls.</summary>
    P95Milliseconds,

    /// <summary>The same for 99 of 100 calls.</summary>
    P99Milliseconds,

    /// <summary>Share of the calls of the last minute that the endpoint's limits turned away.</summary>
    ShedShare,

    /// <summary>By how much the share of rows without a value is above that of the reference, for any feature of a window.</summary>
    MissingShare,

    /// <summary>By how much the share of values that the reference has none of is above its own: rare categories, and numbers in bins that are empty.</summary>
    UnseenShare,

    /// <summary>Minutes without a prediction, where there were some before.</summary>
    SilentMinutes,

    /// <summary>By how much the share of numbers beyond the range of the training data is above that of the reference.</summary>
    OutsideShare,

    /// <summary>Share of a window's calls that were refused as the model's schema doesn't allow them.</summary>
    RefusedShare,

    /// <summary>A feature has no value in any row. It takes no bound.</summary>
    VanishedFeature,

    /// <summary>A feature has the same value in every row. It takes no bound.</summary>
    ConstantFeature,

    /// <summary>By how much the order in which inputs matter is short of that of the reference: 1 less its NDCG.</summary>
    AttributionChange,

    /// <summary>Share of the processors that the server's process may use and was using in the last minute.</summary>
    CpuShare,

    /// <summary>Share of the memory that the server's process may use and is using.</summary>
    MemoryShare,

    /// <summary>Calls that waited for their turn at the same time, on average over the last minute.</summary>
    WaitingCalls,
}

/// <summary>Turns a signal of an endpoint into an alert.</summary>
/// <param name="Signal">What it looks at.</param>
/// <param name="Severity">Of its alert.</param>
/// <param name="Above">The bound: a share from 0 to 1, milliseconds, minutes or a number of calls. Nothing for drift and for features that vanish or become constant.</param>
/// <param name="ForSeconds">How long the last minute's signal must be above it without a break, 0 to 86,400.</param>
/// <param name="Windows">How many windows, or comparisons of attributions, in a row must be above it, 1 to 20, for what is seen in them.</param>
/// <param name="MinimumRows">Calls of the last minute, or rows of the window, below which nothing is concluded, 1 to 1,000,000; of no meaning for processors and memory.</param>
/// <param name="LearnWindows">
/// Windows of the version, 3 to 100, from which the bound is learned, the mean of their values and three standard deviations, and
/// never below <paramref name="Above"/>: of a share of a window that stands beside its reference a bound of its own for each feature,
/// of a signal of the last minute one from the minutes of 10 windows or more. Null for <paramref name="Above"/> alone.
/// </param>
public sealed record AlertRule(
    [property: JsonRequired] RuleSignal Signal,
    Alerts.AlertSeverity Severity = Alerts.AlertSeverity.Warning,
    [Range(0, 1_000_000)] double? Above = null,
    [Range(0, 86_400)] int ForSeconds = 0,
    [Range(1, 20)] int Windows = 1,
    [Range(1, 1_000_000)] int MinimumRows = 50,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)][Range(3, 100)] int? LearnWindows = null)
{
    /// <summary>Whether <see cref="Windows"/> counts, and not <see cref="ForSeconds"/>.</summary>
    [JsonIgnore]
    public bool IsInWindows => Signal is RuleSignal.Drift or RuleSignal.MissingShare or RuleSignal.UnseenShare or RuleSignal.OutsideShare
        or RuleSignal.RefusedShare or RuleSignal.VanishedFeature or RuleSignal.ConstantFeature or RuleSignal.AttributionChange;
}

/// <summary>How far a rule on the last minute has learned its bound.</summary>
/// <param name="Rule">Place of the rule among the others, from 0.</param>
/// <param name="Windows">Windows of the version that answers which are there of those that it learns from.</param>
/// <param name="Bound">What was learned; null until all of them are there, and the rule's own bound holds.</param>
public sealed record LearnedRule(int Rule, int Windows, double? Bound);

/// <summary>The rules of an endpoint's monitor, sent whole.</summary>
/// <param name="Rules">At most 30. The rules of one source make one alert together, of the highest severity among them.</param>
public sealed record RuleSet([Required, MaxLength(30)] IReadOnlyList<AlertRule> Rules)
{
    /// <summary>
    /// How often the rules were changed. Sent back, they take the place of that version alone, and are refused when somebody
    /// has changed them since; null takes the place of whatever is there.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Version { get; init; }

    /// <summary>What rules on the last minute have learned so far: in answers alone, and nothing where no such rule learns.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<LearnedRule>? Learned { get; init; }

    /// <summary>Signals that are there or not, so that no bound goes with them.</summary>
    public static bool IsUnbounded(RuleSignal signal) => signal is RuleSignal.Drift or RuleSignal.VanishedFeature or RuleSignal.ConstantFeature;

    /// <summary>Signals whose bound may be learned.</summary>
    public static bool IsLearnable(RuleSignal signal) =>
        signal is RuleSignal.MissingShare or RuleSignal.UnseenShare or RuleSignal.OutsideShare || IsOfLastMinute(signal);

    /// <summary>Signals of live traffic and the process that answers it, which are judged by the last minute.</summary>
    public static bool IsOfLastMinute(RuleSignal signal) => LiveSignals.All.Contains(signal);

    /// <summary>Least windows from which the bound of a signal may be learned: one may have a single minute.</summary>
    public static int LearnWindowsMin(RuleSignal signal) => IsOfLastMinute(signal) ? MinuteBounds.WindowsMin : 3;

    /// <summary>Signals that are a share, whose bound is from 0 to below 1.</summary>
    public static bool IsShare(RuleSignal signal) => signal is RuleSignal.ErrorShare or RuleSignal.ShedShare or RuleSignal.MissingShare or RuleSignal.UnseenShare
        or RuleSignal.OutsideShare or RuleSignal.RefusedShare or RuleSignal.AttributionChange or RuleSignal.CpuShare or RuleSignal.MemoryShare;

    /// <summary>What holds where nobody has said anything: drift is a warning at once.</summary>
    public static readonly RuleSet Usual = new([new AlertRule(RuleSignal.Drift)]);

    internal IEnumerable<AlertRule> Of(params ReadOnlySpan<RuleSignal> signals)
    {
        var wanted = signals.ToArray();
        return Rules.Where(rule => wanted.Contains(rule.Signal));
    }
}
