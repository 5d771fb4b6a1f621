using Assay.Statistics.Drift;
using Assay.Statistics.Profiles;

namespace Assay.Tests.Statistics;

/// <summary>Columns of many values that each have few rows: steady ones stay calm, and others are found.</summary>
public sealed class RareValueTests
{
    [Theory]
    [InlineData(500, 1000, 500)]
    [InlineData(500, 2500, 1000)]
    [InlineData(3000, 10_000, 5000)]
    [InlineData(90, 200, 500)]
    public void A_steady_column_of_many_rare_values_raises_no_alarm(int values, int trained, int rows)
    {
        var alarms = 0;
        for (var round = 0; round < 100; round++)
        {
            var random = new Random(round);
            var baseline = BaselineBuilder.Categories("town", [.. Enumerable.Range(0, trained).Select(_ => $"t{random.Next(values)}")]);
            alarms += new DriftRule().Drifted([Live(baseline, rows, () => $"t{random.Next(values)}")]).Count;
        }

        Assert.InRange(alarms, 0, 3);   // one of a hundred is the level
    }

    [Fact]
    public void A_steady_column_of_few_frequent_and_many_rare_values_raises_no_alarm_and_its_change_does()
    {
        var (alarms, found) = (0, 0);
        for (var round = 0; round < 100; round++)
        {
            var random = new Random(round);
            var baseline = BaselineBuilder.Categories("town", [.. Enumerable.Range(0, 3000).Select(_ => Town(random, 1))]);
            alarms += new DriftRule().Drifted([Live(baseline, 500, () => Town(random, 1))]).Count;
            found += new DriftRule().Drifted([Live(baseline, 500, () => Town(random, 0.6))]).Count;
        }

        Assert.InRange(alarms, 0, 3);
        Assert.InRange(found, 95, 100);
    }

    [Fact]
    public void Where_every_value_is_too_rare_the_result_says_that_nothing_is_known()
    {
        var random = new Random(1);
        var baseline = BaselineBuilder.Categories("code", [.. Enumerable.Range(0, 1000).Select(_ => $"c{random.Next(5000)}")]);

        Assert.NotNull(Live(baseline, 500, () => $"c{random.Next(5000)}").Unknown);
        Assert.Null(Live(BaselineBuilder.Categories("plan", [.. Enumerable.Range(0, 1000).Select(i => $"p{i % 3}")]), 500, () => "p1").Unknown);
    }

    // Of all tables with the margins of two samples over rare values, the share below a level is that level.
    [Theory]
    [InlineData(20, 40, 40)]
    [InlineData(100, 200, 200)]
    [InlineData(300, 300, 900)]
    [InlineData(200, 800, 100)]
    public void The_p_value_of_rare_values_holds_its_level(int values, int first, int second)
    {
        const int Rounds = 4000;
        var (twenty, hundred, thousand) = (0, 0, 0);
        var random = new Random(values);
        for (var round = 0; round < Rounds; round++)
        {
            var (before, now) = (new long[values], new long[values]);
            for (var row = 0; row < first; row++)
                before[random.Next(values)]++;
            for (var row = 0; row < second; row++)
                now[random.Next(values)]++;
            var p = ChiSquare.Homogeneity(before, now);
            (twenty, hundred, thousand) = (twenty + (p < 0.05 ? 1 : 0), hundred + (p < 0.01 ? 1 : 0), thousand + (p < 0.001 ? 1 : 0));
        }

        Assert.InRange(twenty, 0, Rounds * 0.065);
        Assert.InRange(hundred, 0, Rounds * 0.017);
        Assert.InRange(thousand, 0, Rounds * 0.0035);
    }

    [Fact]
    public void Two_samples_without_a_rare_value_in_common_differ_and_one_sample_of_them_says_nothing()
    {
        long[] first = [.. Enumerable.Repeat(5L, 200), .. Enumerable.Repeat(0L, 200)];
        long[] second = [.. Enumerable.Repeat(0L, 200), .. Enumerable.Repeat(5L, 200)];

        Assert.InRange(ChiSquare.Homogeneity(first, second), 0, 1e-30);
        Assert.InRange(ChiSquare.Homogeneity(first, first), 0.9, 1);
        Assert.Equal(1, ChiSquare.Homogeneity([.. Enumerable.Repeat(1L, 50), .. Enumerable.Repeat(0L, 50)], [.. Enumerable.Repeat(0L, 50), .. Enumerable.Repeat(1L, 50)]));
    }

    private static string Town(Random random, double tilt) => $"t{(int)Math.Exp(Math.Pow(random.NextDouble(), 1 / tilt) * 7)}";

    private static DriftResult Live(Baseline baseline, int rows, Func<string> value)
    {
        var live = new LiveCounts(baseline);
        for (var row = 0; row < rows; row++)
            live.Add(value());
        return DriftTest.Compare(baseline, live.Take());
    }
}
