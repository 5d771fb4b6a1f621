using Assay.Statistics.Estimation;

namespace Assay.Tests.Statistics;

public sealed class ExpectedTableTests
{
    [Fact]
    public void A_table_of_probabilities_gives_what_is_expected_of_each_class()
    {
        var table = Table();

        Assert.Equal((100, 60, 40), (table.Rows, table.Truth(0), table.Truth(1)));
        Assert.Equal(45 / 50.0, table.Precision(0)!.Value, 12);
        Assert.Equal(45 / 60.0, table.Recall(0)!.Value, 12);
        Assert.Equal(2 * 45 / 110.0, table.F1(0)!.Value, 12);
        Assert.Equal(((2 * 45 / 110.0) + (2 * 35 / 90.0)) / 2, table.MacroF1!.Value, 12);
        Assert.True(table.MacroF1.Low < table.MacroF1.Value && table.MacroF1.Value < table.MacroF1.High);
    }

    [Fact]
    public void Calibration_moves_right_answers_and_keeps_the_rows_of_each_answer()
    {
        var table = Table().Scaled(0.6);

        Assert.Equal((50, 50), (table.Cells[(0, 0)] + table.Cells[(1, 0)], table.Cells[(0, 1)] + table.Cells[(1, 1)]));
        Assert.InRange((table.Hits(0) + table.Hits(1)) / 100, 0.58, 0.62);
        Assert.Equal(Table().Hits(0), Table().Scaled(0.8).Hits(0), 9);
    }

    [Fact]
    public void What_was_never_answered_nor_expected_is_not_known()
    {
        var nothing = new ExpectedTable(new Dictionary<int, double>(), new Dictionary<(int, int), double>());

        Assert.Null(nothing.MacroF1);
        Assert.Null(nothing.F1(0));
    }

    // Of 50 answers of each class 45 and 35 are expected to be right.
    private static ExpectedTable Table() => new(
        new Dictionary<int, double> { [0] = 50, [1] = 50 },
        new Dictionary<(int Truth, int Decided), double> { [(0, 0)] = 45, [(1, 0)] = 5, [(0, 1)] = 15, [(1, 1)] = 35 });
}
