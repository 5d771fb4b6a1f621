using Assay.Statistics.Drift;
using Assay.Statistics.Intervals;

namespace Assay.Monitoring.Reports;

/// <summary>The tests and distances of two samples of numbers, by their names in the documentation.</summary>
internal static class NumberTests
{
    private const int ResampledMax = 5000;   // values of both sides up to which distances in units are resampled

    private delegate TestFigure Figure(NumberPair pair, QuantileBins bins, ComparisonSettings settings);

    private static readonly Dictionary<string, Figure> All = new()
    {
        ["psi"] = (pair, bins, settings) => Distance("psi", pair, bins, settings, (a, b) => Divergence.Psi(a, b)),
        ["chi-square-pooled"] = (pair, bins, _) => Pooled(pair, bins),
        ["ks"] = (pair, _, settings) => Kolmogorov(pair, settings),
        ["cramer-von-mises"] = (pair, _, _) => Of("cramer-von-mises", CramerVonMises.Test(pair.First, pair.Second)),
        ["anderson-darling"] = (pair, _, _) => Of("anderson-darling", AndersonDarling.Test(pair.First, pair.Second)),
        ["mann-whitney"] = (pair, _, _) => Of("mann-whitney", MannWhitney.Test(pair.First, pair.Second)),
        ["epps-singleton"] = (pair, _, _) => Of("epps-singleton", EppsSingleton.Test(pair.First, pair.Second)),
        ["wasserstein"] = (pair, _, settings) => Resampled("wasserstein", pair, settings, Wasserstein.Distance),
        ["wasserstein-normalised"] = (pair, _, settings) => Resampled("wasserstein-normalised", pair, settings, Wasserstein.Normalised),
        ["energy"] = (pair, _, settings) => Resampled("energy", pair, settings, EnergyDistance.Distance),
        ["jensen-shannon"] = (pair, bins, settings) => Distance("jensen-shannon", pair, bins, settings, (a, b) => Divergence.JensenShannon(a, b)),
        ["jensen-shannon-nats"] = (pair, bins, settings) => Distance("jensen-shannon-nats", pair, bins, settings, (a, b) => Divergence.JensenShannonNats(a, b)),
        ["hellinger"] = (pair, bins, settings) => Distance("hellinger", pair, bins, settings, (a, b) => Divergence.Hellinger(a, b)),
        ["total-variation"] = (pair, bins, settings) => Distance("total-variation", pair, bins, settings, (a, b) => Divergence.TotalVariation(a, b)),
        ["l-infinity"] = (pair, bins, settings) => Distance("l-infinity", pair, bins, settings, (a, b) => Divergence.LInfinity(a, b)),
    };

    // Only when they are named: permutations take their time.
    private static readonly Dictionary<string, Figure> OnDemand = new()
    {
        ["energy-test"] = (pair, _, settings) => Of("energy-test", EnergyDistance.Test(pair.First, pair.Second, seed: settings.Seed)),
    };

    public static IReadOnlyList<string> Names { get; } = [.. All.Keys, .. OnDemand.Keys];

    public static IReadOnlyList<TestFigure> Run(NumberPair pair, QuantileBins bins, ComparisonSettings settings) =>
        settings.Tests is { } named
            ? [.. named.Where(Names.Contains).Select(name => (All.GetValueOrDefault(name) ?? OnDemand[name])(pair, bins, settings))]
            : [.. All.Values.Select(figure => figure(pair, bins, settings))];

    private static TestFigure Of(string name, TwoSampleResult result) => new(name, result.Statistic, result.PValue, Note: result.Unknown);

    private static TestFigure Kolmogorov(NumberPair pair, ComparisonSettings settings)
    {
        var figure = Of("ks", KolmogorovSmirnov.Test(pair.First, pair.Second));
        return figure.Statistic is { } distance
            ? figure with { Interval = DistributionBand.Distance(distance, pair.First.Count, pair.Second.Count, settings.Confidence) }
            : figure;
    }

    private static TestFigure Pooled(NumberPair pair, QuantileBins bins) => pair.First.Count == 0 || pair.Second.Count == 0
        ? new("chi-square-pooled", null, null, Note: "A sample has no values.")
        : new("chi-square-pooled", null, ChiSquare.Homogeneity(bins.Reference, bins.Current));

    private static TestFigure Distance(
        string name, NumberPair pair, QuantileBins bins, ComparisonSettings settings, Func<long[], long[], double> distance) =>
        pair.First.Count == 0 || pair.Second.Count == 0
            ? new(name, null, null, Note: "A sample has no values.")
            : new(name, distance(bins.Reference, bins.Current), null,
                Interval: Bootstrap.Counts(bins.Reference, bins.Current, distance, settings.Confidence, seed: settings.Seed));

    private static TestFigure Resampled(
        string name, NumberPair pair, ComparisonSettings settings, Func<NumberSample, NumberSample, TwoSampleResult> distance)
    {
        var figure = Of(name, distance(pair.First, pair.Second));
        if (figure.Statistic is null || pair.First.Count + pair.Second.Count > ResampledMax)
            return figure;
        return figure with
        {
            Interval = Bootstrap.Numbers(
                pair.First, pair.Second, (a, b) => distance(a, b).Statistic ?? 0, settings.Confidence, rounds: 100, seed: settings.Seed),
        };
    }
}
