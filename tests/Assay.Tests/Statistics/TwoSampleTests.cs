using Assay.Statistics.Drift;

namespace Assay.Tests.Statistics;

/// <summary>Tests of numbers against the values that SciPy 1.10.1 gives for the same samples.</summary>
public sealed class TwoSampleTests
{
    private static readonly Dictionary<string, (double[] Reference, double[] Current)> Samples = new()
    {
        ["tiny"] =
        (
            [1.1, 2.5, 3.7],
            [0.4, 2.6, 2.7, 5.1]
        ),
        ["ties"] =
        (
            [1, 2, 2, 3, 3, 3, 4, 5],
            [2, 3, 3, 4, 4, 4, 5, 6, 6, 7]
        ),
        ["skewed"] =
        (
            [2.867, 5.909, 0.078, 0.871, 2.756, 3.866, 1.923, 4.469, 1.336, 1.735, 1.196, 0.342, 0.429, 1.462, 0.56, 3.566, 3.641, 6.042, 0.974, 3.99, 0.404, 0.442, 1.085, 1.325, 0.202],
            [0.157, 2.367, 0.486, 7.177, 2.492, 2.224, 1.956, 4.778, 1.223, 6.119, 0.753, 1.113, 0.616, 3.244, 1.563, 0.486, 20.135, 0.93, 1.282, 2.49, 14.468, 1.23, 3.722, 1.696, 0.222, 4.177, 5.623, 1.092, 1.462, 0.212, 0.206]
        ),
        ["normal12"] =
        (
            [-0.392, 0.626, -0.47, 0.292, 0.968, 0.096, 0.574, 1.448, -1.246, 0.744, -1.885, 0.432],
            [1.003, 0.257, -0.277, 0.738, 0.39, 0.898, -0.108, 1.346, -0.236]
        ),
        ["eight"] =
        (
            [-0.304, -0.392, 1.268, -1.496, -0.414, 1.182, -0.658, -1.239],
            [1.066, -0.08, 2.17, -1.341, 0.882, 1.832, 2.571, -1.712, 3.348, -1.301, -2.525, -1.409, 0.81, -0.144, 1.381, 1.491, 1.136, -0.009, 4.128, -3.932]
        ),
        ["far"] =
        (
            [1, 2, 3, 4, 5, 6],
            [11, 12, 13, 14, 15.5, 16, 17]
        ),
        ["equal"] =
        (
            [1, 2, 3, 4, 5, 6],
            [1, 2, 3, 4, 5, 6]
        ),
    };

    [Theory]
    [InlineData("tiny", 0.4166666666666667, 0.8857142857142858)]
    [InlineData("ties", 0.45, 0.2475433063668358)]
    [InlineData("skewed", 0.12903225806451613, 0.9420107192034691)]
    [InlineData("normal12", 0.3333333333333333, 0.5466233456945532)]
    [InlineData("eight", 0.45, 0.15875782832304572)]
    [InlineData("far", 1, 0.0011655011655011655)]
    [InlineData("equal", 0, 1)]
    public void Kolmogorov_Smirnov_counts_exactly(string sample, double statistic, double p) =>
        Check(sample, (a, b) => KolmogorovSmirnov.Test(a, b), statistic, p);

    [Theory]
    [InlineData("tiny", 0.41666666666666663, 0.7777777777777779)]
    [InlineData("ties", 0.45, 0.29290000000000005)]
    [InlineData("skewed", 0.12903225806451613, 0.9504437629561974)]
    [InlineData("normal12", 0.3333333333333333, 0.5328526748971194)]
    [InlineData("eight", 0.45, 0.12539240277777808)]
    [InlineData("far", 1, 0)]
    [InlineData("equal", 0, 1)]
    public void Kolmogorov_Smirnov_has_the_asymptotic_p_value(string sample, double statistic, double p) =>
        Check(sample, (a, b) => KolmogorovSmirnov.Test(a, b, PValueMethod.Asymptotic), statistic, p);

    [Theory]
    [InlineData("tiny", 5, 0.8571428571428571)]
    [InlineData("ties", 18, 0.054527172174230996)]
    [InlineData("skewed", 353.5, 0.5893006529664928)]
    [InlineData("normal12", 44, 0.5078760249038887)]
    [InlineData("eight", 59, 0.30393246045419964)]
    [InlineData("far", 0, 0.0011655011655011655)]
    [InlineData("equal", 18, 1)]
    public void Mann_Whitney_counts_exactly(string sample, double statistic, double p) =>
        Check(sample, (a, b) => MannWhitney.Test(a, b, PValueMethod.Exact), statistic, p);

    [Theory]
    [InlineData("tiny", 5, 0.8596837951986662)]
    [InlineData("ties", 18, 0.0515549439551676)]
    [InlineData("skewed", 353.5, 0.5808413045259206)]
    [InlineData("normal12", 44, 0.49958961640701716)]
    [InlineData("eight", 59, 0.29716943600402423)]
    [InlineData("far", 0, 0.0034052358212947604)]
    [InlineData("equal", 18, 1)]
    public void Mann_Whitney_has_the_asymptotic_p_value(string sample, double statistic, double p) =>
        Check(sample, (a, b) => MannWhitney.Test(a, b, PValueMethod.Asymptotic), statistic, p);

    [Theory]
    [InlineData("tiny", 5, 0.8571428571428571)]
    [InlineData("ties", 18, 0.0515549439551676)]
    [InlineData("skewed", 353.5, 0.5808413045259206)]
    [InlineData("normal12", 44, 0.49958961640701716)]
    [InlineData("eight", 59, 0.30393246045419964)]
    [InlineData("far", 0, 0.0011655011655011655)]
    [InlineData("equal", 18, 1)]
    public void Mann_Whitney_counts_small_samples_without_ties(string sample, double statistic, double p) =>
        Check(sample, (a, b) => MannWhitney.Test(a, b), statistic, p);

    [Theory]
    [InlineData("tiny", 0.08333333333333326, 0.8857142857142857)]
    [InlineData("ties", 0.41087962962962976, 0.07207824854883678)]
    [InlineData("skewed", 0.052926267281105055, 0.8755696420245836)]
    [InlineData("normal12", 0.09788359788359813, 0.6431871534038717)]
    [InlineData("eight", 0.2758928571428574, 0.16744994136298483)]
    [InlineData("far", 1.0897435897435899, 0.0011655011655011655)]
    [InlineData("equal", 0, 1)]
    public void Cramer_von_Mises_counts_exactly(string sample, double statistic, double p) =>
        Check(sample, (a, b) => CramerVonMises.Test(a, b, PValueMethod.Exact), statistic, p);

    [Theory]
    [InlineData("tiny", 0.08333333333333326, 0.8922720291907023)]
    [InlineData("ties", 0.41087962962962976, 0.06819618147606032)]
    [InlineData("skewed", 0.052926267281105055, 0.8834243696648196)]
    [InlineData("normal12", 0.09788359788359813, 0.6483815199535923)]
    [InlineData("eight", 0.2758928571428574, 0.160986262728242)]
    [InlineData("far", 1.0897435897435899, 0.0012843991104184438)]
    [InlineData("equal", 0, 1)]
    public void Cramer_von_Mises_has_the_asymptotic_p_value(string sample, double statistic, double p) =>
        Check(sample, (a, b) => CramerVonMises.Test(a, b, PValueMethod.Asymptotic), statistic, p, 1e-7);

    [Theory]
    [InlineData("tiny", 0.08333333333333326, 0.8857142857142857)]
    [InlineData("ties", 0.41087962962962976, 0.07207824854883678)]
    [InlineData("skewed", 0.052926267281105055, 0.8834243696648196)]
    [InlineData("normal12", 0.09788359788359813, 0.6431871534038717)]
    [InlineData("eight", 0.2758928571428574, 0.16744994136298483)]
    [InlineData("far", 1.0897435897435899, 0.0011655011655011655)]
    [InlineData("equal", 0, 1)]
    public void Cramer_von_Mises_counts_small_samples(string sample, double statistic, double p) =>
        Check(sample, (a, b) => CramerVonMises.Test(a, b), statistic, p, 1e-7);

    [Theory]
    [InlineData("tiny", -1.036227795294025, 0.25)]
    [InlineData("ties", 2.356291669629891, 0.03499996197102719)]
    [InlineData("skewed", -0.7409552384804287, 0.25)]
    [InlineData("normal12", -0.443894976632874, 0.25)]
    [InlineData("eight", 0.5788403162041826, 0.19103949725685043)]
    [InlineData("far", 6.24940170544591, 0.0012711209713559964)]
    [InlineData("equal", -1.5222970092197332, 0.25)]
    public void Anderson_Darling_is_interpolated_in_its_table(string sample, double statistic, double p) =>
        Check(sample, (a, b) => AndersonDarling.Test(a, b), statistic, p);

    [Theory]
    [InlineData("ties", 3.3881027938987027, 0.4950951855596055)]
    [InlineData("skewed", 1.8834603164562018, 0.7571826687872677)]
    [InlineData("normal12", 1.4960492474689264, 0.8273410623918709)]
    [InlineData("eight", 6.745635092318709, 0.14995650442922517)]
    [InlineData("far", 278.7208869831807, 4.205069013092139e-59)]
    [InlineData("equal", 0, 1)]
    public void Epps_Singleton_compares_characteristic_functions(string sample, double statistic, double p) =>
        Check(sample, EppsSingleton.Test, statistic, p, 1e-8);

    [Theory]
    [InlineData("tiny", 0.7833333333333332, 0.7372605710373361, 0.579750904364203)]
    [InlineData("ties", 1.525, 1.3079772925021096, 0.9688911187538051)]
    [InlineData("skewed", 1.1014748387096778, 0.6325585155066534, 0.3787658495462842)]
    [InlineData("normal12", 0.37036111111111114, 0.4066750120717196, 0.3464034791545408)]
    [InlineData("eight", 1.147175, 1.2175710269428448, 0.7114518606342948)]
    [InlineData("far", 10.57142857142857, 6.189994748416409, 4.107539663371226)]
    [InlineData("equal", 0, 0, 0)]
    public void Distances_have_the_known_values(string sample, double wasserstein, double normalised, double energy) =>
        Distances(sample, wasserstein, normalised, energy);

    [Fact]
    public void Anderson_Darling_takes_any_number_of_samples()
    {
        var (first, second) = Of("skewed");

        var result = AndersonDarling.Test(first, second, Of("eight").Current);

        Assert.Equal(4.048831568186881, result.Statistic!.Value, 1e-10);
        Assert.Equal(0.005107126379158563, result.PValue!.Value, 1e-10);
    }

    [Fact]
    public void An_exact_p_value_keeps_its_digits_far_below_one()
    {
        // All of 300 values above all of 400 others: two of the arrangements are as extreme.
        var result = KolmogorovSmirnov.Test(Sequence(0, 300), Sequence(1000, 400));

        var expected = 2.0;
        for (var i = 1; i <= 300; i++)
            expected *= i / (400.0 + i);
        Assert.Equal(1, result.Statistic);
        Assert.InRange(result.PValue!.Value / expected, 1 - 1e-9, 1 + 1e-9);
    }

    [Fact]
    public void Missing_and_infinite_values_are_left_out_and_counted()
    {
        var sample = NumberSample.Of([3, double.NaN, 1, double.PositiveInfinity, double.NegativeInfinity, double.NaN, -0.0]);

        Assert.Equal([0, 1, 3], sample.Values);
        Assert.Equal(2, sample.Missing);
        Assert.Equal(2, sample.Infinite);
    }

    [Fact]
    public void Nothing_to_compare_is_unknown_and_says_why()
    {
        var (none, one, some) = (NumberSample.Of([double.NaN]), NumberSample.Of([1]), NumberSample.Of([1, 2, 3]));
        TwoSampleResult[] results =
        [
            KolmogorovSmirnov.Test(none, some), MannWhitney.Test(some, none), CramerVonMises.Test(one, some), AndersonDarling.Test(none, some),
            AndersonDarling.Test(one, NumberSample.Of([1, 1, 1, 1])), EppsSingleton.Test(some, some), Wasserstein.Distance(none, none),
            Wasserstein.Normalised(one, some), EnergyDistance.Test(none, some),
            EppsSingleton.Test(NumberSample.Of([1, 1, 1, 1, 1, 1]), NumberSample.Of([1, 1, 1, 1, 1, 2])),
        ];

        Assert.All(results, result => Assert.True(result is { Statistic: null, PValue: null, Unknown.Length: > 10 }, $"{result}"));
    }

    [Fact]
    public void One_row_and_constants_don_t_crash_a_test()
    {
        var (one, constant) = (NumberSample.Of([1]), NumberSample.Of([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]));

        Assert.Equal(1, KolmogorovSmirnov.Test(one, one).PValue);
        Assert.Equal(1, KolmogorovSmirnov.Test(constant, constant).PValue);
        Assert.Equal(1, MannWhitney.Test(constant, constant).PValue);
        Assert.Equal(1, MannWhitney.Test(one, one).PValue);
        Assert.Equal(0, EnergyDistance.Test(constant, one).Statistic);
        Assert.Equal(1, EnergyDistance.Test(constant, one).PValue);
        Assert.Equal(0, QuantileBins.Psi(constant, one));
    }

    [Fact]
    public void The_energy_test_finds_a_shift_and_no_difference_where_there_is_none()
    {
        var (reference, current) = (Normal(200, 0, 1), Normal(200, 0, 2));

        Assert.InRange(EnergyDistance.Test(reference, current).PValue!.Value, 0.05, 1);
        Assert.Equal(0.001, EnergyDistance.Test(reference, Normal(200, 0.6, 3)).PValue!.Value, 1e-9);
    }

    [Fact]
    public void Quantile_bins_see_a_change_inside_a_heavy_tail()
    {
        var reference = NumberSample.Of([.. Enumerable.Range(1, 1000).Select(i => 1.0 / i), 1e9]);
        var current = NumberSample.Of([.. Enumerable.Range(1, 1000).Select(i => 1.5 / i), 1e9]);

        Assert.InRange(QuantileBins.Psi(reference, current)!.Value, 0.1, 10);
    }

    private static NumberSample Sequence(double from, int count) => NumberSample.Of([.. Enumerable.Range(0, count).Select(i => from + i)]);

    private static NumberSample Normal(int count, double mean, int seed)
    {
        var random = new Random(seed);
        return NumberSample.Of([.. Enumerable.Range(0, count).Select(_ =>
            mean + Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))]);
    }

    private static (NumberSample Reference, NumberSample Current) Of(string sample) =>
        (NumberSample.Of(Samples[sample].Reference), NumberSample.Of(Samples[sample].Current));

    private static void Check(string sample, Func<NumberSample, NumberSample, TwoSampleResult> test, double statistic, double p, double tolerance = 1e-10)
    {
        var (reference, current) = Of(sample);
        var result = test(reference, current);
        Assert.True(Math.Abs(result.Statistic!.Value - statistic) <= 1e-9 * Math.Max(1, Math.Abs(statistic)), $"{sample}: statistic {result.Statistic} instead of {statistic}");
        Assert.True(Math.Abs(result.PValue!.Value - p) <= tolerance * Math.Max(p, 1e-3), $"{sample}: p {result.PValue} instead of {p}");
    }

    private static void Distances(string sample, double wasserstein, double normalised, double energy)
    {
        var (reference, current) = Of(sample);
        Assert.Equal(wasserstein, Wasserstein.Distance(reference, current).Statistic!.Value, 1e-12);
        Assert.Equal(normalised, Wasserstein.Normalised(reference, current).Statistic!.Value, 1e-12);
        Assert.Equal(energy, EnergyDistance.Distance(reference, current).Statistic!.Value, 1e-12);
    }
}
