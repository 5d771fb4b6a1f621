using Assay.Statistics.Drift;
using Assay.Statistics.Profiles;

namespace Assay.Tests.Statistics;

/// <summary>What counts over bins say beside what the values themselves say.</summary>
public sealed class BinnedMeasureTests
{
    private static readonly DriftMeasure[] All = Enum.GetValues<DriftMeasure>();

    [Theory]
    [InlineData(0.5)]
    [InlineData(-1)]
    [InlineData(0.1)]
    public void Ordered_measures_are_near_to_those_of_the_values(double shift)
    {
        var random = new Random(1);
        double[] trained = [.. Sample(random, 5000)];
        double[] live = [.. Sample(random, 2000).Select(value => value + shift)];
        var baseline = BaselineBuilder.Numbers("x", trained);
        var window = Window(baseline, live);
        var (before, now) = (NumberSample.Of(trained), NumberSample.Of(live));

        var ks = Value(DriftMeasure.Ks, baseline, window);
        Assert.InRange(ks, 0.8 * KolmogorovSmirnov.Test(before, now).Statistic!.Value, KolmogorovSmirnov.Test(before, now).Statistic!.Value);
        Assert.True(BinnedMeasure.KsPValue(ks, 5000, 2000) >= KolmogorovSmirnov.Test(before, now).PValue!.Value * 0.99);
        var exact = Wasserstein.Normalised(before, now).Statistic!.Value;
        Assert.InRange(Value(DriftMeasure.Wasserstein, baseline, window), 0.85 * exact, 1.15 * exact);
    }

    // Evenly from 0 to 10, and from 5 to 10: each row moves by 2.5 on average, in deviations of 10 / √12.
    [Fact]
    public void Wasserstein_of_even_values_is_exact()
    {
        var baseline = BaselineBuilder.Numbers("x", [.. Enumerable.Range(0, 10_001).Select(i => i / 1000.0)]);
        var window = Window(baseline, [.. Enumerable.Range(0, 5001).Select(i => 5 + (i / 1000.0))]);

        Assert.Equal(2.5 / (10 / Math.Sqrt(12)), Value(DriftMeasure.Wasserstein, baseline, window), tolerance: 0.002);
    }

    [Fact]
    public void Equal_samples_have_a_distance_of_nothing_and_samples_apart_the_largest()
    {
        var baseline = BaselineBuilder.Numbers("x", [.. Enumerable.Range(0, 1000).Select(i => (double)i)]);
        var same = Window(baseline, [.. Enumerable.Range(0, 1000).Select(i => (double)i)]);
        var apart = Window(baseline, [.. Enumerable.Repeat(5000.0, 1000)]);

        Assert.All(All, measure => Assert.Equal(0, Value(measure, baseline, same), tolerance: 1e-9));
        Assert.All(All, measure => Assert.True(Value(measure, baseline, apart) > 0.6, $"{measure}"));
    }

    [Fact]
    public void An_ordered_measure_of_a_category_or_of_nothing_is_unknown_and_the_index_decides()
    {
        var category = BaselineBuilder.Categories("plan", [.. Enumerable.Range(0, 1000).Select(i => $"p{i % 3}")]);
        Assert.Null(BinnedMeasure.Of(DriftMeasure.Ks, category, [10, 10, 10, 0], 0));
        Assert.Null(DriftTest.Compare(category, CountedWindow.Of([900, 0, 0, 0], 0), new(DriftMeasure.Wasserstein, 0.1)).Chosen);

        var number = BaselineBuilder.Numbers("x", [.. Enumerable.Range(0, 1000).Select(i => (double)i)]);
        Assert.Null(BinnedMeasure.Of(DriftMeasure.Wasserstein, number, new long[number.Counts.Count], 500));
        Assert.NotNull(BinnedMeasure.Of(DriftMeasure.Hellinger, number, new long[number.Counts.Count], 500));
    }

    [Theory]
    [InlineData(DriftMeasure.JensenShannon)]
    [InlineData(DriftMeasure.Hellinger)]
    [InlineData(DriftMeasure.Ks)]
    [InlineData(DriftMeasure.Wasserstein)]
    public void Each_measure_keeps_the_level_finds_a_shift_and_stays_below_its_noise(DriftMeasure measure)
    {
        const int Rounds = 200;
        var (alarms, found, noisy) = (0, 0, 0);
        var random = new Random(7);
        for (var round = 0; round < Rounds; round++)
        {
            var baseline = BaselineBuilder.Numbers("x", [.. Sample(random, 2000)]);
            var (steady, moved) = (Window(baseline, [.. Sample(random, 500)]), Window(baseline, [.. Sample(random, 500).Select(value => value + 0.5)]));
            var choice = new DriftChoice(measure, DriftChoice.Usual(measure));
            alarms += new DriftRule().Drifted([DriftTest.Compare(baseline, steady, choice)]).Count;
            found += new DriftRule(Significance: 0.01 / 51).Drifted([DriftTest.Compare(baseline, moved, choice)]).Count;   // as one of 51
            noisy += Value(measure, baseline, steady) > BinnedMeasure.Noise(measure, baseline, 500, 0.01) ? 1 : 0;
        }

        Assert.InRange(alarms, 0, 6);
        Assert.InRange(found, Rounds * 95 / 100, Rounds);
        Assert.InRange(noisy, 0, 8);
    }

    private static double Value(DriftMeasure measure, Baseline baseline, CountedWindow window) =>
        BinnedMeasure.Of(measure, baseline, window.Counts, window.Missing)!.Value;

    private static CountedWindow Window(Baseline baseline, double[] values)
    {
        var live = new LiveCounts(baseline);
        foreach (var value in values)
            live.Add(value);
        return live.Take();
    }

    private static IEnumerable<double> Sample(Random random, int rows)
    {
        for (var row = 0; row < rows; row++)
            yield return Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }
}
