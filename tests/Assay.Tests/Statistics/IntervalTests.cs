using Assay.Statistics.Drift;
using Assay.Statistics.Intervals;

namespace Assay.Tests.Statistics;

public sealed class IntervalTests
{
    // As scipy.stats.binomtest(k, n).proportion_ci(method='wilson').
    [Theory]
    [InlineData(0, 10, 0, 0.27753279986288926)]
    [InlineData(7, 10, 0.39677814746114526, 0.892208732593699)]
    [InlineData(50, 1000, 0.03813026239274881, 0.06531382024425081)]
    [InlineData(10, 10, 0.7224672001371109, 1)]
    public void Wilson_s_interval_has_the_known_values(long count, long rows, double low, double high)
    {
        var interval = ShareInterval.Wilson(count, rows)!;

        Assert.Equal(low, interval.Low, 1e-9);
        Assert.Equal(high, interval.High, 1e-9);
    }

    // R. G. Newcombe, Interval estimation for the difference between independent proportions, 1998, table II, method 10.
    [Theory]
    [InlineData(56, 70, 48, 80, 0.0524, 0.3339)]
    [InlineData(9, 10, 3, 10, 0.1705, 0.8090)]
    [InlineData(10, 10, 0, 20, 0.6791, 1)]
    public void The_interval_of_a_difference_of_shares_is_the_published_one(long count, long rows, long other, long otherRows, double low, double high)
    {
        var interval = ShareDifference.Newcombe(count, rows, other, otherRows)!;

        Assert.Equal(low, interval.Low, 1e-4);
        Assert.Equal(high, interval.High, 1e-4);
        Assert.Null(ShareDifference.Newcombe(0, 0, 1, 2));
    }

    [Fact]
    public void A_learned_bound_is_mean_and_deviations_but_not_below_what_chance_explains()
    {
        Assert.Equal(0.4, LearnedBound.Of([0.1, 0.2, 0.3], deviations: 2, noise: 0.05), 1e-12);
        Assert.Equal(0.5, LearnedBound.Of([0.1, 0.2, 0.3], deviations: 2, noise: 0.5), 1e-12);
        Assert.Equal(21.666 / 500, LearnedBound.Noise(10, 1000, 1000, 0.01), 2e-4);   // the 99 % quantile of chi-square with 9 degrees
        Assert.Equal(0, LearnedBound.Noise(1, 1000, 1000, 0.01));
    }

    [Fact]
    public void Without_rows_nothing_is_known()
    {
        Assert.Null(ShareInterval.Wilson(0, 0));
        Assert.Equal(new Interval(0, 1), DistributionBand.Distance(0.5, 0, 10));
        Assert.Null(Bootstrap.Counts([0, 0], [1, 2], Psi));
        Assert.Equal(double.PositiveInfinity, SampleSize.LeastShift(0, 5));
    }

    [Fact]
    public void The_bootstrap_covers_the_true_index_about_as_often_as_it_says()
    {
        // Shares 0.5, 0.3, 0.2 against 0.4, 0.3, 0.3.
        var truth = (0.4 - 0.5) * Math.Log(0.4 / 0.5) + (0.3 - 0.2) * Math.Log(0.3 / 0.2);
        var random = new Random(1);
        var covered = 0;
        for (var round = 0; round < 200; round++)
        {
            var interval = Bootstrap.Counts(Draw(random, 0.5, 0.8, 600), Draw(random, 0.4, 0.7, 600), Psi, seed: round)!;
            covered += interval.Low <= truth && truth <= interval.High ? 1 : 0;
        }

        Assert.InRange(covered, 176, 200);
    }

    [Fact]
    public void The_rows_that_a_shift_needs_grow_with_its_inverse_square()
    {
        Assert.Equal(32, SampleSize.ForShift(0.5));
        Assert.Equal(785, SampleSize.ForShift(0.1));
        Assert.Equal(1570, SampleSize.ForShift(0.1, referenceRows: 1570));
        Assert.Null(SampleSize.ForShift(0.1, referenceRows: 500));
        Assert.Equal(0.5, SampleSize.LeastShift(63, 63), 0.001);
    }

    [Fact]
    public void The_band_of_a_distance_is_wide_for_few_rows_and_narrow_for_many()
    {
        var few = DistributionBand.Distance(0.3, 20, 20);
        var many = DistributionBand.Distance(0.3, 100_000, 100_000);

        Assert.Equal(new Interval(0, few.High), few);
        Assert.InRange(many.Low, 0.28, 0.3);
        Assert.InRange(many.High, 0.3, 0.32);
    }

    private static double Psi(long[] reference, long[] current) => Divergence.Psi(reference, current);

    private static long[] Draw(Random random, double first, double second, int rows)
    {
        var counts = new long[3];
        for (var row = 0; row < rows; row++)
        {
            var at = random.NextDouble();
            counts[at < first ? 0 : at < second ? 1 : 2]++;
        }

        return counts;
    }
}
