using System.CommandLine;
using System.Globalization;
using Assay.Cli.CommandLine;
using Assay.Monitoring.Monitors;
using Assay.Statistics.Drift;

namespace Assay.Cli.Verbs.Monitors;

/// <summary>The options of <c>assay monitor set</c> by which somebody chooses the measure of drift.</summary>
internal static class DriftTestOptions
{
    private static readonly Dictionary<string, DriftMeasure> Measures = new(StringComparer.Ordinal)
    {
        ["psi"] = DriftMeasure.Psi,
        ["jensen-shannon"] = DriftMeasure.JensenShannon,
        ["hellinger"] = DriftMeasure.Hellinger,
        ["ks"] = DriftMeasure.Ks,
        ["wasserstein"] = DriftMeasure.Wasserstein,
    };

    private static readonly string Names = string.Join(", ", Measures.Keys);

    private static readonly Option<string?> Test = new("--test") { Description = $"Judge drift by this measure: {Names}. Default: psi", HelpName = "NAME" };

    private static readonly Option<double?> Bound = new("--test-bound") { Description = "Value of it that is drift. Default: 0.1, and --psi of psi", HelpName = "VALUE" };

    private static readonly Option<string[]> Feature = new("--test-feature") { Description = "Judge one feature otherwise, such as age=wasserstein or age=ks:0.2; give it once for each", HelpName = "NAME=TEST[:VALUE]" };

    public static IReadOnlyList<Option> All { get; } = [Test, Bound, Feature];

    /// <exception cref="CommandException">There is no such measure.</exception>
    public static DriftTests? Of(ParseResult parsed)
    {
        var measure = parsed.GetValue(Test) is { } name ? Measure(name) : DriftMeasure.Psi;
        FeatureTest[] features = [.. (parsed.GetValue(Feature) ?? []).Select(Parse)];
        return measure == DriftMeasure.Psi && parsed.GetValue(Bound) is null && features.Length == 0
            ? null
            : new(measure, parsed.GetValue(Bound), features.Length == 0 ? null : features);
    }

    /// <summary>By which measures drift is judged, after a comma; nothing where the index judges all.</summary>
    public static string Words(DriftTests? tests)
    {
        if (tests is null)
            return "";
        var own = (tests.Features ?? []).Select(feature => $"{feature.Name} by {One(feature.Measure, feature.Bound)}").ToList();
        return $", judged by {One(tests.Measure, tests.Bound)}{(own.Count > 0 ? $" ({string.Join(", ", own)})" : "")}";
    }

    private static string One(DriftMeasure measure, double? bound) =>
        Measures.First(each => each.Value == measure).Key + (bound is { } value ? string.Create(CultureInfo.InvariantCulture, $" from {value:0.####}") : "");

    // A feature's name may have an equals sign, a measure has none.
    private static FeatureTest Parse(string text)
    {
        var (at, rest) = (text.LastIndexOf('='), text[(text.LastIndexOf('=') + 1)..].Split(':'));
        if (at < 1 || rest.Length > 2)
            throw new CommandException($"'{text}' names no feature and measure; write NAME=TEST or NAME=TEST:VALUE.");
        if (rest.Length == 1)
            return new(text[..at], Measure(rest[0]));
        return double.TryParse(rest[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var bound)
            ? new(text[..at], Measure(rest[0]), bound)
            : throw new CommandException($"'{rest[1]}' is no number: write NAME=TEST:VALUE.");
    }

    private static DriftMeasure Measure(string name) =>
        Measures.TryGetValue(name, out var measure) ? measure : throw new CommandException($"The measure '{name}' is not known; use {Names}.");
}
