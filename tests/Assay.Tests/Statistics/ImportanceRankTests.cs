using Assay.Statistics.Attribution;

namespace Assay.Tests.Statistics;

public sealed class ImportanceRankTests
{
    [Fact]
    public void The_agreement_is_the_gain_of_the_new_order_over_that_of_the_old()
    {
        // (0.1 / log2 2 + 0.3 / log2 3 + 0.6 / log2 4) / (0.6 / log2 2 + 0.3 / log2 3 + 0.1 / log2 4)
        var expected = (0.1 + (0.3 / Math.Log2(3)) + 0.3) / (0.6 + (0.3 / Math.Log2(3)) + 0.05);

        Assert.Equal(expected, ImportanceRank.Agreement([0.6, 0.3, 0.1], [0.1, 0.3, 0.6])!.Value, 12);
        Assert.Equal(1, ImportanceRank.Agreement([0.6, 0.3, 0.1], [9, 8, 7]));
    }

    [Fact]
    public void Inputs_of_the_same_weight_may_change_places_and_where_nothing_matters_nothing_is_said()
    {
        Assert.Equal(1, ImportanceRank.Agreement([0.4, 0.4, 0.2], [0.3, 0.5, 0.2])!.Value, 12);
        Assert.Null(ImportanceRank.Agreement([0, 0], [1, 2]));
        Assert.Equal([0, 0], ImportanceRank.Shares([], 2));
        Assert.Null(ImportanceRank.Interval([1, 0], []));
    }

    [Fact]
    public void Shares_are_of_the_absolute_attributions_and_the_interval_is_wide_where_rows_disagree()
    {
        double[][] rows = [[3, -1], [-3, 1], [3, 1]];

        Assert.Equal([0.75, 0.25], ImportanceRank.Shares(rows, 2));
        var sure = ImportanceRank.Interval([0.75, 0.25], rows)!;
        var unsure = ImportanceRank.Interval([0.75, 0.25], [[1, 0], [0, 1], [1, 0], [0, 1.1]])!;

        Assert.Equal((1, 1), (sure.Low, sure.High));
        Assert.True(unsure.Low < 0.9 && unsure.High == 1, $"{unsure}");
    }
}
