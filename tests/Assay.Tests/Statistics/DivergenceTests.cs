using Assay.Statistics.Drift;
using FsCheck;
using FsCheck.Fluent;

namespace Assay.Tests.Statistics;

public sealed class DivergenceTests
{
    [Fact]
    public void Psi_is_what_the_formula_gives_by_hand()
    {
        // 0.1 ln(0.2 / 0.1) + (-0.1) ln(0.3 / 0.4)
        var expected = (0.1 * Math.Log(2)) - (0.1 * Math.Log(0.75));

        Assert.Equal(expected, Divergence.Psi([100, 300, 400, 200], [20, 30, 30, 20]), tolerance: 1e-14);
    }

    [Fact]
    public void Psi_stays_finite_when_a_bin_is_empty() =>
        Assert.Equal(
            ((0.5 - (0.5 / 1000)) * Math.Log(0.5 / (0.5 / 1000))) + ((0.5 - 1) * Math.Log(0.5)),
            Divergence.Psi([1000, 0], [50, 50]),
            tolerance: 1e-12);

    // The examples of scipy.spatial.distance.jensenshannon's documentation, the second divided by √ln 2 for base 2.
    [Fact]
    public void Jensen_Shannon_has_the_known_values()
    {
        Assert.Equal(1, Divergence.JensenShannon([10, 0, 0], [0, 7, 0]), tolerance: 1e-15);
        Assert.Equal(
            0.46450140402245893 / Math.Sqrt(Math.Log(2)), Divergence.JensenShannon([10, 0], [5, 5]), tolerance: 1e-12);
    }

    [Fact]
    public void No_rows_are_no_drift()
    {
        Assert.Equal(0, Divergence.Psi([10, 20], [0, 0]));
        Assert.Equal(0, Divergence.JensenShannon([0, 0], [10, 20]));
    }

    [Fact]
    public void Counts_over_other_bins_are_refused() =>
        Assert.Throws<ArgumentException>(() => Divergence.Psi([1, 2], [1, 2, 3]));

    [Fact]
    public void Psi_is_never_negative_and_symmetric() =>
        Prop.ForAll(Pairs(), pair =>
            Divergence.Psi(pair.Reference, pair.Live) >= 0
            && Close(Divergence.Psi(pair.Reference, pair.Live), Divergence.Psi(pair.Live, pair.Reference)))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Equal_shares_are_at_distance_zero_whatever_the_sample_sizes() =>
        Prop.ForAll(Pairs(), pair =>
        {
            long[] fiveTimes = [.. pair.Reference.Select(count => 5 * (count + 1))];
            long[] once = [.. pair.Reference.Select(count => count + 1)];
            return Divergence.Psi(once, fiveTimes) < 1e-12 && Divergence.JensenShannon(once, fiveTimes) < 1e-7;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Jensen_Shannon_is_symmetric_and_between_zero_and_one() =>
        Prop.ForAll(Pairs(), pair =>
            Divergence.JensenShannon(pair.Reference, pair.Live) is >= 0 and <= 1
            && Close(Divergence.JensenShannon(pair.Reference, pair.Live), Divergence.JensenShannon(pair.Live, pair.Reference)))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void P_values_are_probabilities() =>
        Prop.ForAll(Pairs(), pair => ChiSquare.Homogeneity(pair.Reference, pair.Live) is >= 0 and <= 1)
            .QuickCheckThrowOnFailure();

    private static bool Close(double a, double b) => Math.Abs(a - b) <= 1e-12 * (1 + Math.Abs(a));

    private static Arbitrary<(long[] Reference, long[] Live)> Pairs()
    {
        var count = Gen.Choose(0, 400).Select(n => n < 60 ? 0L : n);
        var pair = Gen.Choose(1, 30).SelectMany(bins => count.ArrayOf(bins).SelectMany(reference =>
            count.ArrayOf(bins).Select(live => (reference, live))));
        return pair.ToArbitrary();
    }
}
