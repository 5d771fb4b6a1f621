using Assay.Statistics.Multivariate;

namespace Assay.Tests.Statistics;

/// <summary>What only several features together show: the same distribution each, another relation between them.</summary>
public sealed class MultivariateTests
{
    private static readonly double[][] Reference = Rows(400, 0.9, 0, 1);
    private static readonly double[][] Alike = Rows(400, 0.9, 0, 2);
    private static readonly double[][] Unrelated = Rows(400, 0, 0, 3);
    private static readonly double[][] Shifted = Rows(400, 0.9, 0.7, 4);

    [Fact]
    public void The_mean_discrepancy_finds_shifts_and_relations()
    {
        Assert.InRange(MaximumMeanDiscrepancy.Test(Reference, Alike).PValue!.Value, 0.05, 1);
        Assert.Equal(0.005, MaximumMeanDiscrepancy.Test(Reference, Unrelated).PValue!.Value, 1e-9);
        Assert.Equal(0.005, MaximumMeanDiscrepancy.Test(Reference, Shifted).PValue!.Value, 1e-9);
    }

    [Fact]
    public void The_mean_discrepancy_is_the_estimate_of_its_definition()
    {
        double[][] first = [[0], [1]];
        double[][] second = [[3], [4]];
        // The median of the squared distances 1, 9, 16, 4, 9, 1 is 6.5.
        double K(double square) => Math.Exp(-square / 13);

        var result = MaximumMeanDiscrepancy.Test(first, second, permutations: 5);

        Assert.Equal(K(1) + K(1) - 2 * (K(9) + K(16) + K(4) + K(9)) / 4, result.Statistic!.Value, 1e-6);
    }

    [Fact]
    public void A_classifier_can_t_tell_alike_rows_apart_and_can_others()
    {
        var alike = DomainClassifier.Test(Reference, Alike);
        var unrelated = DomainClassifier.Test(Reference, Unrelated);

        Assert.InRange(alike.Area!.Value, 0.42, 0.56);
        Assert.InRange(alike.PValue!.Value, 0.01, 1);
        Assert.InRange(unrelated.Area!.Value, 0.65, 1);
        Assert.InRange(unrelated.PValue!.Value, 0, 1e-6);
        Assert.True(unrelated.Interval!.Low > 0.5);
    }

    [Fact]
    public void Principal_components_leave_more_over_of_rows_that_go_together_otherwise()
    {
        var alike = PrincipalComponents.Test(Reference, Alike);
        var unrelated = PrincipalComponents.Test(Reference, Unrelated);

        Assert.InRange(alike.PValue!.Value, 0.01, 1);
        Assert.InRange(unrelated.PValue!.Value, 0, 1e-6);
        Assert.True(unrelated.Current > unrelated.Reference * 1.3);
    }

    [Fact]
    public void Too_few_rows_are_unknown_and_say_how_many_it_takes()
    {
        Assert.Contains("50 rows", DomainClassifier.Test(Reference, [[1, 2, 3]]).Unknown, StringComparison.Ordinal);
        Assert.Contains("50 rows", PrincipalComponents.Test([], Reference).Unknown, StringComparison.Ordinal);
        Assert.Contains("two rows", MaximumMeanDiscrepancy.Test(Reference, [[1, 2, 3]]).Unknown, StringComparison.Ordinal);
        Assert.Contains("no width", MaximumMeanDiscrepancy.Test([[1], [1], [1]], [[1], [1]]).Unknown, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_values_say_nothing_and_constants_don_t_divide()
    {
        var scale = new Standardised([[1, 5], [3, 5], [double.NaN, 5]]);

        Assert.Equal([1, 2], scale.Scale([[3, 7]])[0]);
        Assert.Equal([0, 0], scale.Scale([[double.NaN, double.PositiveInfinity]])[0]);
    }

    // Two features that correlate, and one by itself.
    private static double[][] Rows(int count, double correlation, double shift, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var (x, y) = (Draw(random), Draw(random));
            return new[] { x + shift, (correlation * x) + (Math.Sqrt(1 - correlation * correlation) * y), Draw(random) };
        })];
    }

    private static double Draw(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
