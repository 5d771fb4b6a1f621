using Assay.Statistics.Drift;
using Assay.Statistics.Intervals;

namespace Assay.Monitoring.Reports;

/// <summary>The tests and distances of two counted categories, by their names in the documentation.</summary>
internal static class CategoryTests
{
    private const double RoughBelow = 5;   // Cochran, 1954

    private delegate TestFigure? Figure(CategoryPair pair, ComparisonSettings settings);

    private static readonly Dictionary<string, Figure> All = new()
    {
        ["psi"] = (pair, settings) => Distance("psi", pair, settings, (a, b) => Divergence.Psi(a, b)),
        ["chi-square-pooled"] = (pair, _) => pair.First.Sum() == 0 || pair.Second.Sum() == 0
            ? new("chi-square-pooled", null, null, Note: "A sample has no values.")
            : new("chi-square-pooled", null, ChiSquare.Homogeneity(pair.First, pair.Second)),
        ["chi-square"] = (pair, _) => Of("chi-square", ContingencyTest.Pearson([pair.First, pair.Second])),
        ["g"] = (pair, _) => Of("g", ContingencyTest.G([pair.First, pair.Second])),
        ["fisher"] = (pair, _) => Fisher(pair),
        ["jensen-shannon"] = (pair, settings) => Distance("jensen-shannon", pair, settings, (a, b) => Divergence.JensenShannon(a, b)),
        ["jensen-shannon-nats"] = (pair, settings) => Distance("jensen-shannon-nats", pair, settings, (a, b) => Divergence.JensenShannonNats(a, b)),
        ["hellinger"] = (pair, settings) => Distance("hellinger", pair, settings, (a, b) => Divergence.Hellinger(a, b)),
        ["total-variation"] = (pair, settings) => Distance("total-variation", pair, settings, (a, b) => Divergence.TotalVariation(a, b)),
        ["l-infinity"] = (pair, settings) => Distance("l-infinity", pair, settings, (a, b) => Divergence.LInfinity(a, b)),
    };

    public static IReadOnlyList<string> Names { get; } = [.. All.Keys];

    public static IReadOnlyList<TestFigure> Run(CategoryPair pair, ComparisonSettings settings) =>
        [.. All.Where(test => settings.Tests?.Contains(test.Key) ?? true).Select(test => test.Value(pair, settings)).OfType<TestFigure>()];

    private static TestFigure Of(string name, ContingencyResult result) => new(
        name, result.Statistic, result.PValue,
        Note: result.Unknown ?? (result.LeastExpected is > 0 and < RoughBelow ? "Some value is expected fewer than 5 times: the p-value is rough." : null));

    private static TestFigure? Fisher(CategoryPair pair)
    {
        if (pair.Values.Count != 2)
            return null;
        var result = FisherExact.Test(pair.First[0], pair.First[1], pair.Second[0], pair.Second[1]);
        // JSON has no infinity.
        return result.Statistic is { } odds && double.IsInfinity(odds)
            ? new("fisher", null, result.PValue, Note: "The odds ratio is infinite.")
            : new("fisher", result.Statistic, result.PValue, Note: result.Unknown);
    }

    private static TestFigure Distance(string name, CategoryPair pair, ComparisonSettings settings, Func<long[], long[], double> distance) =>
        pair.First.Sum() == 0 || pair.Second.Sum() == 0
            ? new(name, null, null, Note: "A sample has no values.")
            : new(name, distance(pair.First, pair.Second), null,
                Interval: Bootstrap.Counts(pair.First, pair.Second, distance, settings.Confidence, seed: settings.Seed));
}
