using Assay.Console.Formats;
using Assay.Monitoring.Rules;

namespace Assay.Console.Pages.Monitoring;

/// <summary>Signals of rules in words, and what may be said of them: as the reference of alerts has it.</summary>
/// <param name="Name">What it looks at, for lists.</param>
/// <param name="Help">What exactly that is.</param>
/// <param name="Unit">Of the bound, as it is written behind the number; null where no bound goes with it.</param>
/// <param name="Usual">A bound to begin with.</param>
internal sealed record RuleWords(string Name, string Help, string? Unit = null, double? Usual = null)
{
    private const string Share = "of 1";

    /// <summary>The words of a signal.</summary>
    public static RuleWords Of(RuleSignal signal) => signal switch
    {
        RuleSignal.Drift => new("Drift of a window", "A window has drifted by the monitor's threshold."),
        RuleSignal.ErrorShare => new("Share of errors", "Of the last minute's calls, those that the server could not answer: no model, no result, not in time.", Share, 0.05),
        RuleSignal.P50Milliseconds => new("Half of the calls answered within", "Of the last minute's calls, 5 % exact.", "ms", 1000),
        RuleSignal.P95Milliseconds => new("95 of 100 calls answered within", "Of the last minute's calls, 5 % exact.", "ms", 1000),
        RuleSignal.P99Milliseconds => new("99 of 100 calls answered within", "Of the last minute's calls, 5 % exact.", "ms", 1000),
        RuleSignal.ShedShare => new("Share turned away", "Of the last minute's calls, those that the endpoint's limits turned away.", Share, 0.05),
        RuleSignal.WaitingCalls => new("Calls that wait", "At the same time, on average over the last minute: for their turn, where the endpoint's limits let only so many in, or to be computed with others. It rises before calls are turned away.", "calls", 10),
        RuleSignal.MissingShare => new("Missing values above the reference", "By how much the share of rows without a value is above that of the reference, for any feature.", Share, 0.05),
        RuleSignal.UnseenShare => new("Unseen values above the reference", "The same for values that the reference has none of: rare categories, and numbers in bins that are empty there.", Share, 0.05),
        RuleSignal.OutsideShare => new("Values out of range above the reference", "The same for numbers beyond the range of the training data.", Share, 0.05),
        RuleSignal.RefusedShare => new("Share of refused calls", "Of a window's calls, those that were refused as the schema doesn't allow them.", Share, 0.05),
        RuleSignal.VanishedFeature => new("A feature without values", "A feature has no value in any row of a window."),
        RuleSignal.ConstantFeature => new("A feature with one value alone", "A feature has the same value in every row of a window."),
        RuleSignal.AttributionChange => new("Change of reasons", "By how much the order in which inputs matter is short of that of the reference: 1 less its agreement.", Share, 0.1),
        RuleSignal.CpuShare => new("Share of the processors in use", "Of all processors, what the process which answers was using in the last minute; calls of other endpoints use them too.", Share, 0.9),
        RuleSignal.MemoryShare => new("Share of the memory in use", "Of the memory that the process which answers may use; of a container, of the container's. Other endpoints use it too.", Share, 0.9),
        RuleSignal.SilentMinutes => new("Minutes without a prediction", "Where there were some before.", "minutes", 60),
        _ => new(signal.ToString(), ""),
    };

    /// <summary>The bound in words, with what was learned of it so far; empty where there is none.</summary>
    public static string Bound(AlertRule rule, LearnedRule? learned = null)
    {
        var above = Value(rule.Above);
        if (rule.LearnWindows is not { } windows)
            return above;
        if (learned?.Bound is { } bound)
            return $"{Value(bound)}, learned from {windows} windows";
        return $"learned from {windows} windows{(learned is null ? "" : $", {learned.Windows} are there")}{(above.Length > 0 ? $", at least {above}" : "")}";

        string Value(double? value) => value is not { } number ? "" : RuleSet.IsShare(rule.Signal) ? Show.Percent(number) : $"{Show.Number(number)} {Of(rule.Signal).Unit}";
    }

    /// <summary>How long or how often it must be so, in words.</summary>
    public static string For(AlertRule rule) => rule.Signal == RuleSignal.SilentMinutes ? "at once"
        : rule.IsInWindows ? rule.Windows == 1 ? "1 window" : $"{rule.Windows} windows in a row"
        : rule.ForSeconds == 0 ? "at once" : $"for {rule.ForSeconds} s";

    /// <summary>Whether so many calls or rows must have been seen; processors and memory are the process's.</summary>
    public static bool AsksForRows(RuleSignal signal) => signal is not (RuleSignal.CpuShare or RuleSignal.MemoryShare or RuleSignal.SilentMinutes);
}
