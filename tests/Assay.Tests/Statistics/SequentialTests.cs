using Assay.Statistics.Drift;
using Assay.Statistics.Sequential;

namespace Assay.Tests.Statistics;

public sealed class SequentialTests
{
    private const int Runs = 400;
    private const double Alpha = 0.05;

    // The mean likelihood ratio by numerical integration to 30 digits (mpmath).
    [Theory]
    [InlineData(0, 0, 0.01, 0)]
    [InlineData(3, 100, 0.01, 0.878354679983875)]
    [InlineData(12, 100, 0.05, 2.91317881321501)]
    [InlineData(40, 60, 0.5, 2.19424800141049)]
    [InlineData(1, 500, 0.01, -1.64551339916912)]
    [InlineData(9, 10, 0.05, 11.8165672181038)]
    [InlineData(300, 20_000, 0.01, 19.8602574141725)]
    public void The_evidence_about_a_rate_is_the_mean_likelihood_ratio(long events, long trials, double bound, double logEvidence)
    {
        Assert.Equal(logEvidence, RateTest.LogEvidence(events, trials, bound), 1e-8);
        Assert.Equal(Math.Min(1, Math.Exp(-logEvidence)), RateTest.PValue(events, trials, bound), 1e-8);
    }

    [Theory]
    [InlineData(1000, 2, 4, 500, 1.5, 5, 0.000944941461073, 0.360419094868)]
    [InlineData(100, 2, 4, 100, 2.1, 4, 1, 0.922393202649)]
    public void Two_means_are_compared_as_the_integral_over_the_mixture_has_it(
        long n, double mean, double variance, long m, double otherMean, double otherVariance, double p, double half)
    {
        var compared = MeanTest.Compare(new(n, mean, variance), new(m, otherMean, otherVariance));
        Assert.Equal(p, compared.PValue, 1e-9);
        Assert.Equal((otherMean - mean - half, otherMean - mean + half), (compared.Low, compared.High), new Near(1e-9));
    }

    [Fact]
    public void Two_distributions_are_compared_bin_by_bin()
    {
        Assert.Equal(0.000463565187227562, SplitTest.PValue([90, 90, 90], [30, 10, 5], 0.1), 1e-12);
        Assert.Equal(1, SplitTest.PValue([95, 91, 88], [5, 10, 11], 0.1));
    }

    [Fact]
    public void The_kolmogorov_smirnov_distance_is_the_largest_gap_between_shares()
    {
        Assert.Equal(0.5, Divergence.KolmogorovSmirnov([10, 0, 10, 0], [0, 5, 0, 5]), 1e-12);
        Assert.Equal(0, Divergence.KolmogorovSmirnov([1, 2, 3], [10, 20, 30]), 1e-12);
        Assert.Equal(0, Divergence.KolmogorovSmirnov([1, 2, 3], [0, 0, 0]));
    }

    // One look after each ten requests, 200 looks in all: a test for a fixed number of requests would be wrong in a third of the runs.
    [Theory]
    [InlineData(0.01)]
    [InlineData(0.05)]
    [InlineData(0.5)]
    public void Looking_often_at_a_rate_at_its_bound_is_wrong_in_at_most_one_of_twenty_runs(double bound)
    {
        var random = new Random(4711);
        var alarms = Enumerable.Range(0, Runs).Count(_ => Alarms(200, random, (events, trials) => RateTest.PValue(events, trials, bound), bound));
        Assert.InRange(alarms, 0, (int)(Runs * Alpha));
    }

    [Fact]
    public void A_rate_of_three_times_its_bound_is_found_in_nearly_every_run()
    {
        var random = new Random(4711);
        var alarms = Enumerable.Range(0, Runs).Count(_ => Alarms(200, random, (events, trials) => RateTest.PValue(events, trials, 0.01), 0.03));
        Assert.InRange(alarms, (int)(Runs * 0.95), Runs);
    }

    private static bool Alarms(int looks, Random random, Func<long, long, double> test, double rate)
    {
        var events = 0L;
        for (var look = 1; look <= looks; look++)
        {
            for (var request = 0; request < 10; request++)
                events += random.NextDouble() < rate ? 1 : 0;
            if (test(events, look * 10L) < Alpha)
                return true;
        }

        return false;
    }

    [Theory]
    [InlineData(0, 0, Runs / 20)]
    [InlineData(0.5, Runs * 95 / 100, Runs)]
    public void Looking_often_at_two_means_finds_what_is_there_and_little_else(double shift, int fewest, int most)
    {
        var random = new Random(4712);
        var alarms = 0;
        for (var run = 0; run < Runs; run++)
        {
            var (first, second) = (new Assay.Statistics.Sketches.Moments(), new Assay.Statistics.Sketches.Moments());
            var alarmed = false;
            for (var value = 1; value <= 1000 && !alarmed; value++)
            {
                first.Add(-Math.Log(1 - random.NextDouble()));   // skewed on purpose: rewards are seldom normal
                second.Add(shift - Math.Log(1 - random.NextDouble()));
                alarmed = value % 10 == 0 && MeanTest.Compare(Of(first), Of(second)).PValue < Alpha;
            }

            alarms += alarmed ? 1 : 0;
        }

        Assert.InRange(alarms, fewest, most);

        static Sample Of(Assay.Statistics.Sketches.Moments moments) =>
            new(moments.Count, moments.Mean, moments.Count < 2 ? 0 : moments.Variance * moments.Count / (moments.Count - 1));
    }

    [Theory]
    [InlineData(false, 0, Runs / 20)]
    [InlineData(true, Runs * 95 / 100, Runs)]
    public void Looking_often_at_two_distributions_finds_what_is_there_and_little_else(bool shifted, int fewest, int most)
    {
        var random = new Random(4713);
        var alarms = 0;
        for (var run = 0; run < Runs; run++)
        {
            var (stable, candidate) = (new long[10], new long[10]);
            var alarmed = false;
            for (var row = 1; row <= 4000 && !alarmed; row++)
            {
                var isCandidate = random.NextDouble() < 0.25;
                var value = random.NextDouble();
                var bin = (int)(10 * (isCandidate && shifted ? value * value : value));
                (isCandidate ? candidate : stable)[bin]++;
                alarmed = row % 20 == 0 && SplitTest.PValue(stable, candidate, 0.25) < Alpha;
            }

            alarms += alarmed ? 1 : 0;
        }

        Assert.InRange(alarms, fewest, most);
    }

    [Fact]
    public void Draws_from_a_posterior_have_its_mean_and_the_better_arm_wins_nearly_always()
    {
        var random = new Random(4714);
        var posterior = new BetaPosterior(30, 70);
        var draws = Enumerable.Range(0, 20_000).Select(_ => posterior.Draw(random)).ToList();
        Assert.Equal(posterior.Mean, draws.Average(), 0.002);

        // Deviation of Beta(31, 71): √(ab / ((a + b)² (a + b + 1))).
        Assert.Equal(Math.Sqrt(31.0 * 71 / (102.0 * 102 * 103)), Math.Sqrt(draws.Average(draw => (draw - posterior.Mean) * (draw - posterior.Mean))), 0.001);
        var shares = BetaPosterior.BestShares([posterior, new(60, 40)], random, 2000);
        Assert.InRange(shares[1], 0.99, 1);
    }

    private sealed class Near(double tolerance) : IEqualityComparer<(double, double)>
    {
        public bool Equals((double, double) x, (double, double) y) =>
            Math.Abs(x.Item1 - y.Item1) <= tolerance && Math.Abs(x.Item2 - y.Item2) <= tolerance;

        public int GetHashCode((double, double) pair) => 0;
    }
}
