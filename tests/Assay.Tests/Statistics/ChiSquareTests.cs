using Assay.Statistics.Drift;

namespace Assay.Tests.Statistics;

public sealed class ChiSquareTests
{
    // Upper 5 % and 0.1 % points as printed in the NIST/SEMATECH e-Handbook of Statistical Methods, table 1.3.6.7.4.
    [Theory]
    [InlineData(3.841, 1, 0.05)]
    [InlineData(11.070, 5, 0.05)]
    [InlineData(18.307, 10, 0.05)]
    [InlineData(124.342, 100, 0.05)]
    [InlineData(10.828, 1, 0.001)]
    [InlineData(29.588, 10, 0.001)]
    [InlineData(149.449, 100, 0.001)]
    public void The_survival_function_has_the_tabled_critical_values(double critical, int degrees, double probability) =>
        Assert.Equal(probability, ChiSquare.Survival(critical, degrees), tolerance: probability * 0.001);

    // For even degrees of freedom Q(k/2, x/2) is the Poisson sum exp(-x/2) Σ (x/2)^i / i!, i < k/2 (DLMF 8.4.10).
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(20)]
    [InlineData(200)]
    public void The_survival_function_equals_the_closed_form_of_even_degrees(int degrees)
    {
        foreach (var x in new[] { 1e-6, 0.5, 3, 20, 50, 180, 260, 400 })
        {
            double term = Math.Exp(-x / 2), sum = 0;
            for (var i = 0; i < degrees / 2; i++)
            {
                sum += term;
                term *= x / 2 / (i + 1);
            }

            var survival = ChiSquare.Survival(x, degrees);
            Assert.True(Math.Abs(survival - sum) <= 1e-11 * sum + 1e-14, $"x {x}: {survival} instead of {sum}");
        }
    }

    [Fact]
    public void The_survival_function_starts_at_one_falls_and_ends_at_zero()
    {
        Assert.Equal(1, ChiSquare.Survival(0, 7));
        Assert.Equal(0, ChiSquare.Survival(double.PositiveInfinity, 7));
        var before = 1.0;
        for (var x = 0.25; x < 60; x += 0.25)
        {
            var survival = ChiSquare.Survival(x, 7);
            Assert.InRange(survival, double.Epsilon, before);
            before = survival;
        }
    }

    // The example of scipy.stats.chi2_contingency's documentation: statistic 2.7778, two degrees of freedom.
    [Fact]
    public void Homogeneity_has_the_p_value_of_the_known_table() =>
        Assert.Equal(0.24935220877729619, ChiSquare.Homogeneity([10, 10, 20], [20, 20, 20]), tolerance: 1e-12);

    [Fact]
    public void Nothing_to_compare_is_no_evidence()
    {
        Assert.Equal(1, ChiSquare.Homogeneity([10, 20], [0, 0]));
        Assert.Equal(1, ChiSquare.Homogeneity([10], [500]));
        Assert.Equal(1, ChiSquare.Homogeneity([1000, 1000], [3, 0]));
    }

    [Fact]
    public void Rare_bins_are_pooled_so_that_a_single_odd_row_proves_nothing()
    {
        // Unpooled, the one row in the empty bin would add 7 to the statistic.
        var withOddRow = ChiSquare.Homogeneity([3500, 3500, 0], [249, 250, 1]);

        Assert.InRange(withOddRow, 0.1, 1);
    }

    [Fact]
    public void A_few_rows_of_a_value_that_a_large_reference_never_had_are_evidence() =>
        Assert.InRange(ChiSquare.Homogeneity([5500, 5500, 0], [137, 137, 26]), 0, 1e-30);

    [Fact]
    public void A_value_never_seen_before_that_becomes_frequent_is_evidence() =>
        Assert.InRange(ChiSquare.Homogeneity([4000, 3000, 0], [100, 100, 300]), 0, 1e-100);

    [Fact]
    public void Equal_samples_of_any_size_have_a_p_value_of_one() =>
        Assert.Equal(1, ChiSquare.Homogeneity([100, 200, 300], [10, 20, 30]), tolerance: 1e-12);
}
