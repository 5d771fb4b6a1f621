using System.Globalization;
using Assay.Console.Charts;
using Assay.Tracking;

namespace Assay.Console.Pages.Runs;

/// <summary>One value of compared runs: a metric, or a parameter, which is a number when every run that has it says one.</summary>
internal sealed record RunAxis(string Name, IReadOnlyList<double?> Numbers, IReadOnlyList<string>? Texts)
{
    /// <summary>Whether the runs differ in it.</summary>
    public bool Differs => Texts is null ? Numbers.Distinct().Count() > 1 : Texts.Distinct().Count() > 1;

    public ChartSeries Series => new(Name, "run-1", Numbers) { Texts = Texts };

    /// <summary>Every metric and parameter that any of the runs has: parameters first, for they are what was turned.</summary>
    public static List<RunAxis> Of(IReadOnlyList<RunSummary> runs) =>
    [
        .. Keys(runs, run => run.Params.Keys).Select(key => Param(runs, key)),
        .. Keys(runs, run => run.Metrics.Keys).Select(key => new RunAxis(
            key, [.. runs.Select(run => run.Metrics.TryGetValue(key, out var value) ? value : (double?)null)], null)),
    ];

    private static RunAxis Param(IReadOnlyList<RunSummary> runs, string key)
    {
        var texts = runs.Select(run => run.Params.GetValueOrDefault(key, "")).ToList();
        var numbers = texts.ConvertAll(text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : (double?)null);
        var areNumbers = Enumerable.Range(0, texts.Count).All(place => texts[place].Length == 0 || numbers[place] is not null);
        return areNumbers ? new(key, numbers, null) : new(key, [.. texts.Select(_ => (double?)null)], texts);
    }

    private static IEnumerable<string> Keys(IReadOnlyList<RunSummary> runs, Func<RunSummary, IEnumerable<string>> keys) =>
        runs.SelectMany(keys).Distinct().Order(StringComparer.Ordinal);
}
