using Assay.Statistics.Special;

namespace Assay.Tests.Statistics;

public sealed class KolmogorovDistributionTests
{
    // Each way of computing it, as scipy.stats.kstwo.sf has them.
    [Theory]
    [InlineData(0.05, 100, 0.9532159710635725)]
    [InlineData(0.1, 100, 0.2526927570063874)]
    [InlineData(0.2, 100, 0.0005551927327988775)]
    [InlineData(0.3, 100, 1.7719869892662917e-08)]
    [InlineData(0.0085, 10000, 0.4627985754334307)]
    [InlineData(0.02, 10000, 0.0006616848639387309)]
    [InlineData(0.001, 200000, 0.9881500208855729)]
    [InlineData(0.003, 200000, 0.0545369786611305)]
    [InlineData(0.005, 200000, 9.049367287273853e-05)]
    [InlineData(0.0005, 2000000, 0.6991771101944892)]
    [InlineData(0.0012, 2000000, 0.006297183259583361)]
    [InlineData(0.3, 10, 0.27053557479999946)]
    [InlineData(0.06, 10, 0.9999999999628411)]
    [InlineData(0.55, 10, 0.0022805103214843725)]
    [InlineData(0.95, 10, 1.9531250000000172e-13)]
    [InlineData(0.05, 141, 0.854845693009663)]
    [InlineData(0.1, 141, 0.11128445516467933)]
    [InlineData(0.004, 50000, 0.3994316646755731)]
    public void The_distribution_has_the_known_values(double d, long n, double probability) =>
        Assert.InRange(KolmogorovDistribution.Survival(d, n) / probability, 1 - 1e-7, 1 + 1e-7);

    [Fact]
    public void The_distribution_falls_from_one_to_zero()
    {
        foreach (var n in new[] { 1L, 2, 7, 140, 141, 5000, 3_000_000 })
        {
            var before = 1.0;
            for (var d = 0.0; d <= 1; d += 0.003)
            {
                var survival = KolmogorovDistribution.Survival(d, n);
                Assert.True(survival >= 0 && survival <= before + 1e-9, $"n {n}, d {d}: {survival} after {before}");
                before = survival;
            }
        }
    }

    [Fact]
    public void The_normal_distribution_has_the_known_values()
    {
        Assert.Equal(1.898956246588768e-08, Normal.Survival(5.5), 1e-20);
        Assert.Equal(3.090232306167813, Normal.Quantile(0.999), 1e-10);
        Assert.Equal(-2.3263478740408408, Normal.Quantile(0.01), 1e-10);
        Assert.Equal(1, Normal.Survival(double.NegativeInfinity));
    }
}
