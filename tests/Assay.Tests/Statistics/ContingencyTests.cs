using Assay.Statistics.Drift;

namespace Assay.Tests.Statistics;

/// <summary>Tests of counts against the values that SciPy 1.10.1 gives for the same tables.</summary>
public sealed class ContingencyTests
{
    private static readonly Dictionary<string, long[][]> Tables = new()
    {
        ["two by three"] = [[10, 10, 20], [20, 20, 20]],
        ["two by two"] = [[12, 5], [7, 9]],
        ["an empty cell"] = [[3, 1, 0, 8], [5, 4, 6, 2]],
        ["uneven"] = [[100, 3], [90, 14]],
        ["three by three"] = [[10, 20, 30], [6, 9, 17], [5, 1, 9]],
    };

    [Theory]
    [InlineData("two by three", true, 2.7777777777777777, 0.24935220877729622, 2, 2.768858761678132, 0.25046668010954165)]
    [InlineData("two by two", true, 1.455996378814684, 0.22756821457580642, 1, 1.4660007253363232, 0.22597775072188128)]
    [InlineData("two by two", false, 2.4305755196815575, 0.118989205532145, 1, 2.460043007730719, 0.1167755846784958)]
    [InlineData("an empty cell", true, 11.37610294117647, 0.009856658312805857, 3, 13.739060329718788, 0.00328273610846757)]
    [InlineData("uneven", true, 6.30398493371052, 0.01204668708500039, 1, 6.701357149231386, 0.009633955380150818)]
    [InlineData("uneven", false, 7.639310214868541, 0.005710975240365148, 1, 8.244757514558119, 0.0040869868381184955)]
    [InlineData("three by three", true, 4.994660218253967, 0.2878458291312732, 4, 5.811911588360024, 0.21364206041963366)]
    public void Chi_square_and_G_have_the_known_values(string table, bool yates, double chi, double chiP, int degrees, double g, double gP)
    {
        var pearson = ContingencyTest.Pearson(Tables[table], yates);
        var likelihood = ContingencyTest.G(Tables[table], yates);

        Assert.Equal(chi, pearson.Statistic!.Value, 1e-11);
        Assert.Equal(chiP, pearson.PValue!.Value, 1e-12);
        Assert.Equal(degrees, pearson.DegreesOfFreedom);
        Assert.Equal(g, likelihood.Statistic!.Value, 1e-11);
        Assert.Equal(gP, likelihood.PValue!.Value, 1e-12);
    }

    [Theory]
    [InlineData(8, 2, 1, 5, 20, 0.034965034965034975)]
    [InlineData(12, 5, 7, 9, 3.085714285714286, 0.16632006577356484)]
    [InlineData(100, 3, 90, 14, 5.185185185185185, 0.00945107415467458)]
    [InlineData(0, 5, 5, 0, 0, 0.007936507936507938)]
    [InlineData(3, 3, 3, 3, 1, 1)]
    [InlineData(1000, 1200, 900, 1300, 1.2037037037037037, 0.002581641036791763)]
    [InlineData(2, 100, 10, 90, 0.18, 0.017931256279648162)]
    [InlineData(1, 9, 11, 3, 0.030303030303030304, 0.0027594561852200836)]
    public void Fisher_s_test_has_the_known_values(long a, long b, long c, long d, double odds, double p)
    {
        var result = FisherExact.Test(a, b, c, d);

        Assert.Equal(odds, result.Statistic!.Value, 1e-12);
        Assert.Equal(p, result.PValue!.Value, 1e-11);
    }

    [Fact]
    public void A_table_with_an_empty_row_or_column_is_no_evidence()
    {
        Assert.Equal(1, FisherExact.Test(0, 0, 3, 5).PValue);
        Assert.Equal(double.PositiveInfinity, FisherExact.Test(3, 0, 2, 5).Statistic);
        Assert.Null(ContingencyTest.Pearson([[0, 0], [3, 5]]).PValue);
        Assert.Equal(1, ContingencyTest.G([[4, 0], [3, 0]]).PValue);
        Assert.Throws<ArgumentException>(() => ContingencyTest.G([[4, 0], [3]]));
    }

    [Fact]
    public void Distances_of_counts_have_the_known_values()
    {
        long[] reference = [10, 20, 30, 0, 5];
        long[] current = [8, 15, 20, 7, 0];

        Assert.Equal(0.3318537503115553, Divergence.JensenShannon(reference, current), 1e-14);
        Assert.Equal(0.27628637005186063, Divergence.JensenShannonNats(reference, current), 1e-14);
        Assert.Equal(0.33108361080049414, Divergence.Hellinger(reference, current), 1e-14);
        Assert.Equal(0.1461538461538462, Divergence.TotalVariation(reference, current), 1e-14);
        Assert.Equal(0.14, Divergence.LInfinity(reference, current), 1e-14);
        Assert.Equal(0, Divergence.Hellinger(reference, [0, 0, 0, 0, 0]));
    }

    [Fact]
    public void Corrections_raise_p_values_by_how_many_there_are()
    {
        double[] p = [0.01, 0.04, 0.03, 0.005];

        Assert.Equal([0.04, 0.16, 0.12, 0.02], MultipleTesting.Bonferroni(p), Close);
        Assert.Equal([0.02, 0.04, 0.04, 0.02], MultipleTesting.BenjaminiHochberg(p), Close);
        Assert.Empty(MultipleTesting.BenjaminiHochberg([]));
    }

    private static bool Close(double one, double other) => Math.Abs(one - other) < 1e-12;
}
