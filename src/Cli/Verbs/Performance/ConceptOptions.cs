using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Output;
using Assay.Monitoring.Concept;
using Assay.Monitoring.Performance;
using Spectre.Console;

namespace Assay.Cli.Verbs.Performance;

/// <summary>Options and words about concept drift, of <c>assay performance</c>.</summary>
internal static class ConceptOptions
{
    private static readonly ConceptSettings Usual = new();

    private static readonly Option<string[]> Named = new("--detector") { Description = "What watches errors for concept drift: adwin, page-hinkley or ddm; repeat it for several; none turns it off. Default: adwin", HelpName = "DETECTOR" };

    private static readonly Option<double?> Delta = new("--delta") { Description = "ADWIN's chance of a false alarm at a look", HelpName = "N" };

    private static readonly Option<double?> Tolerance = new("--tolerance") { Description = "How far the mean error may rise without Page-Hinkley counting it", HelpName = "N" };

    private static readonly Option<double?> Threshold = new("--threshold") { Description = "From which sum on Page-Hinkley finds a change", HelpName = "N" };

    private static readonly Option<double?> WarningLevel = new("--warning-level") { Description = "Deviations above the least error at which DDM warns", HelpName = "N" };

    private static readonly Option<double?> DriftLevel = new("--drift-level") { Description = "Deviations above the least error at which DDM finds a change", HelpName = "N" };

    private static readonly Option<int?> Rows = new("--concept-rows") { Description = "Labels that an error needs to be shown, and without a change until an alert is over", HelpName = "N" };

    /// <summary>The options.</summary>
    public static IReadOnlyList<Option> All { get; } = [Named, Delta, Tolerance, Threshold, WarningLevel, DriftLevel, Rows];

    /// <summary>The settings that were given.</summary>
    public static ConceptSettings Read(ParseResult parsed) => new()
    {
        Detectors = parsed.GetValue(Named) is { Length: > 0 } names ? Detectors(names) : Usual.Detectors,
        Delta = parsed.GetValue(Delta) ?? Usual.Delta,
        Tolerance = parsed.GetValue(Tolerance) ?? Usual.Tolerance,
        Threshold = parsed.GetValue(Threshold) ?? Usual.Threshold,
        WarningLevel = parsed.GetValue(WarningLevel) ?? Usual.WarningLevel,
        DriftLevel = parsed.GetValue(DriftLevel) ?? Usual.DriftLevel,
        MinimumRows = parsed.GetValue(Rows) ?? Usual.MinimumRows,
    };

    /// <summary>Shows what detectors know.</summary>
    public static void Write(IReadOnlyList<ConceptReport> concepts)
    {
        if (concepts.Count == 0)
            return;
        var table = Screen.Table("Concept", "Version", "Labels", "State", "Error of the window", "Last change");
        foreach (var concept in concepts)
        {
            foreach (var one in concept.Detectors)
            {
                var change = concept.LastChange is { } last && last.Detector == one.Detector
                    ? $"{(last.IsRise ? "rose" : "fell")} from {Words(last.Before)} to {Words(last.After)} at label {Figures.Number(last.Rows)}, {Figures.Time(last.FoundAt)}" : "";
                table.AddRow(
                    Name(one.Detector), $"{concept.Version}", Figures.Number(concept.Rows), one.State.ToString().ToLowerInvariant(),
                    Markup.Escape(Words(one.Error)), Markup.Escape(change));
            }
        }

        Screen.Write(table, "No detector watches for concept drift.");
        foreach (var note in concepts.Select(concept => concept.Note).OfType<string>())
            Screen.Line(note);
    }

    /// <summary>What watches, in one sentence.</summary>
    public static string Words(ConceptSettings settings) => settings.Detectors.Count == 0
        ? "Nothing watches for concept drift."
        : $"Concept drift is looked for by {string.Join(", ", settings.Detectors.Select(Name))}.";

    private static string Words(Measure measure) => measure.Value is { } value
        ? $"{measure.Name} {Figures.Figure(value)} [{Figures.Figure(measure.Low)} to {Figures.Figure(measure.High)}], {Figures.Number(measure.Rows)} labels"
        : measure.Note ?? "";

    private static string Name(ConceptDetector detector) => detector switch
    {
        ConceptDetector.Adwin => "adwin",
        ConceptDetector.PageHinkley => "page-hinkley",
        _ => "ddm",
    };

    private static IReadOnlyList<ConceptDetector> Detectors(string[] names) => names is ["none"] ? [] : [.. names.Select(Detector)];

    // The API writes pageHinkley, and its errors name it so.
    private static ConceptDetector Detector(string name) =>
        Enum.GetValues<ConceptDetector>().Where(each => each.ToString().Equals(name.Replace("-", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase))
            .Select(each => (ConceptDetector?)each).FirstOrDefault()
            ?? throw new CommandException($"There is no detector '{name}': use adwin, page-hinkley, ddm, or none alone.");
}
