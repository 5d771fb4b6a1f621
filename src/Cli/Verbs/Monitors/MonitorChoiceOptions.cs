using System.CommandLine;
using Assay.Monitoring.Attribution;
using Assay.Monitoring.Monitors;
using Assay.Monitoring.Multivariate;

namespace Assay.Cli.Verbs.Monitors;

/// <summary>The options of <c>assay monitor set</c> by which somebody chooses windows, reference and bounds.</summary>
internal static class MonitorChoiceOptions
{
    private static readonly DriftBounds Usual = new();

    private static readonly Option<long?> WindowRows = new("--window-rows") { Description = "Rows that end a window. Default: --minimum-rows", HelpName = "N" };

    private static readonly Option<int?> WindowSeconds = new("--window-seconds") { Description = "Time that ends a window, if it has --minimum-rows", HelpName = "N" };

    private static readonly Option<ReferenceKind> Kind = new("--reference") { Description = "What windows are compared with: training, first (the version's first window), fixed (a window) or sliding (the newest calm ones)", HelpName = "KIND" };

    private static readonly Option<string?> Id = new("--reference-window") { Description = "The window, for --reference fixed; 'assay monitor show' has the ids", HelpName = "ID" };

    private static readonly Option<int?> Windows = new("--reference-windows") { Description = "How many calm windows, for --reference sliding. Default: 10", HelpName = "N" };

    private static readonly Option<BoundKind> Bound = new("--bounds") { Description = "fixed (--psi) or learned for each feature from the first windows", HelpName = "KIND" };

    private static readonly Option<int> Learn = new("--learn-windows") { Description = "Windows to learn bounds from", HelpName = "N", DefaultValueFactory = _ => Usual.Windows };

    private static readonly Option<double> Deviations = new("--deviations") { Description = "Standard deviations above their mean", HelpName = "K", DefaultValueFactory = _ => Usual.Deviations };

    private static readonly Option<int?> Minutes = new("--multivariate-minutes") { Description = "Compare all features together, by rows of the prediction log, every so many minutes. Default: when somebody asks", HelpName = "N" };

    private static readonly Option<int> Rows = new("--multivariate-rows") { Description = "Rows to draw of each side for that", HelpName = "N", DefaultValueFactory = _ => new MultivariateSettings().Rows };

    private static readonly Option<int?> ReasonMinutes = new("--attribution-minutes") { Description = "Explain logged rows and compare which inputs matter every so many minutes. Default: when somebody asks, or a rule needs it", HelpName = "N" };

    private static readonly Option<int> ReasonRows = new("--attribution-rows") { Description = "Rows to explain of each side for that", HelpName = "N", DefaultValueFactory = _ => new AttributionSettings().Rows };

    public static IReadOnlyList<Option> All { get; } = [WindowRows, WindowSeconds, Kind, Id, Windows, Bound, Learn, Deviations, Minutes, Rows, ReasonMinutes, ReasonRows];

    /// <summary>By their paths in a request, those that are called otherwise there.</summary>
    public static IEnumerable<KeyValuePair<string, Option>> Fields { get; } =
        [new("reference.kind", Kind), new("bounds.kind", Bound), new("bounds.windows", Learn), new("multivariate.everyMinutes", Minutes), new("attribution.everyMinutes", ReasonMinutes)];

    public static MultivariateSettings? Multivariate(ParseResult parsed) =>
        parsed.GetValue(Minutes) is { } minutes ? new(minutes, parsed.GetValue(Rows)) : null;

    public static AttributionSettings? Attribution(ParseResult parsed) =>
        parsed.GetValue(ReasonMinutes) is { } minutes ? new(minutes, parsed.GetValue(ReasonRows)) : null;

    public static WindowLength? Window(ParseResult parsed) => (parsed.GetValue(WindowRows), parsed.GetValue(WindowSeconds)) switch
    {
        (null, null) => null,
        var (rows, seconds) => new(rows, seconds),
    };

    public static WindowReference? Reference(ParseResult parsed)
    {
        var reference = new WindowReference(parsed.GetValue(Kind), parsed.GetValue(Id), parsed.GetValue(Windows));
        return reference == new WindowReference() ? null : reference;
    }

    public static DriftBounds? Bounds(ParseResult parsed) => parsed.GetValue(Bound) == BoundKind.Fixed
        ? null
        : new(BoundKind.Learned, parsed.GetValue(Learn), parsed.GetValue(Deviations));

    /// <summary>What a monitor's windows are compared with and by which bounds, in one phrase.</summary>
    public static string Words(MonitorSettings settings)
    {
        var reference = settings.Reference switch
        {
            { Kind: ReferenceKind.Fixed } one => $"against window {one.Window}",
            { Kind: ReferenceKind.Sliding } sliding => $"against the newest {sliding.Windows ?? 10} calm windows",
            { Kind: ReferenceKind.First } => "against the version's first window",
            _ => "against the training data",
        };
        var bounds = settings.Bounds is { Kind: BoundKind.Learned } learned
            ? $", bounds learned from {learned.Windows} windows (mean and {learned.Deviations:0.#} deviations)"
            : "";
        return reference + bounds + DriftTestOptions.Words(settings.Tests) + (settings.Window is { } window ? $", a window every {Length(window)}" : "");
    }

    private static string Length(WindowLength window) => (window.Rows, window.Seconds) switch
    {
        ({ } rows, { } seconds) => $"{rows} rows or {seconds} s",
        ({ } rows, null) => $"{rows} rows",
        var (_, seconds) => $"{seconds} s",
    };
}
