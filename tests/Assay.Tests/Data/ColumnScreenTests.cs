using Assay.Data.Datasets;
using Assay.Data.Screening;

namespace Assay.Tests.Data;

public sealed class ColumnScreenTests
{
    private const int Rows = 2000;
    private readonly Random _random = new(7);

    [Fact]
    public void What_says_nothing_or_names_the_row_is_left_out()
    {
        var table = Table(
            Numbers("empty", _ => double.NaN),
            Numbers("constant", _ => 3),
            Words("word", _ => "same"),
            new TextColumn("when", ColumnKind.Time, Fill(row => $"2024-01-{1 + row % 28:D2}")),
            Numbers("sampled", Sampled()),
            Numbers("counting", row => row % 1500),
            Words("key", row => $"K-{row * 7919 % 100_003}"),
            Words("note", row => $"text {row / 2 * 2 % 1990}"));

        var found = ColumnScreen.Find(table, "label");

        Assert.Equal(["empty", "constant", "word", "when", "sampled", "counting", "key"], found.Select(column => column.Column));
    }

    [Fact]
    public void Honest_columns_stay()
    {
        var table = Table(
            Numbers("continuous", _ => _random.NextDouble()),
            Numbers("income", _ => Math.Round(20_000 + 1e7 * _random.NextDouble())),
            Numbers("age", _ => _random.Next(18, 90)),
            Numbers("hour", row => row % 24),
            Numbers("once", row => row == 5 ? 1 : 0),
            Numbers("given", row => row % 3 == 0 ? 1 : double.NaN),
            Numbers("strong", row => Label(row) + (_random.NextDouble() < 0.02 ? 1 : 0)),
            Words("city", _ => $"city {_random.Next(500)}"));

        Assert.Empty(ColumnScreen.Find(table, "label"));
    }

    [Fact]
    public void Rows_that_are_repeated_do_not_make_a_continuous_column_look_like_a_leak()
    {
        var values = Enumerable.Range(0, Rows).Select(_ => _random.NextDouble()).ToArray();

        Assert.Empty(ColumnScreen.Find(Repeated(values), "label"));

        static Table Repeated(double[] values) => new(
            [
                new NumberColumn("x", ColumnKind.Number, [.. values, .. values, .. values]),
                new NumberColumn("label", ColumnKind.Number, [.. Fill(Label), .. Fill(Label), .. Fill(Label)]),
            ], 3 * Rows);
    }

    [Theory]
    [InlineData("code")]
    [InlineData("reason")]
    [InlineData("refund")]
    [InlineData("score")]
    public void A_column_that_determines_a_class_is_a_leak(string leak)
    {
        Column column = leak switch
        {
            "code" => Numbers(leak, row => Label(row) == 1 ? 2 + row % 3 : 7 + row % 2),
            "reason" => Words(leak, row => Label(row) == 1 ? $"reason {row % 40}" : null),
            "refund" => Numbers(leak, row => Label(row) == 1 ? _random.NextDouble() * 100 : double.NaN),
            _ => Numbers(leak, row => Label(row) == 1 ? 0.5 + _random.NextDouble() / 2 : _random.NextDouble() / 2),
        };
        var table = Table(column, Numbers("age", _ => _random.Next(18, 90)));

        Assert.Equal(leak, Assert.Single(ColumnScreen.Find(table, "label")).Column);
        Assert.Equal(leak, Assert.Single(ColumnScreen.Find(WithTextLabel(table), "label")).Column);
    }

    [Fact]
    public void A_number_in_another_unit_or_order_gives_a_number_away()
    {
        var label = Fill(_ => Math.Round(100 * _random.NextDouble(), 3));
        var table = new Table(
            [
                new NumberColumn("label", ColumnKind.Number, label),
                Numbers("scaled", row => Math.Round(label[row] * 1.8 + 32, 1)),
                Numbers("log", row => -Math.Log(label[row] + 1)),
                Numbers("near", row => label[row] + _random.NextDouble()),
            ], Rows);

        Assert.Equal(["scaled", "log"], ColumnScreen.Find(table, "label").Select(column => column.Column));
    }

    [Fact]
    public void Two_columns_that_add_up_to_the_label_are_both_left_out_and_named()
    {
        var (one, other) = (Fill(_ => _random.Next(50)), Fill(_ => _random.Next(50)));
        var table = new Table(
            [
                new NumberColumn("one", ColumnKind.Number, Array.ConvertAll(one, value => (double)value)),
                new NumberColumn("other", ColumnKind.Number, Array.ConvertAll(other, value => (double)value)),
                Numbers("third", _ => _random.Next(50)),
                Numbers("sum", row => one[row] + other[row]),
            ], Rows);

        var found = ColumnScreen.Find(table, "sum");

        Assert.Equal(["one", "other"], found.Select(column => column.Column));
        Assert.All(found, column => Assert.Equal("gives the label away: one + other is sum in every row", column.Reason));
        Assert.Equal(["other", "sum"], ColumnScreen.Find(table, "one").Select(column => column.Column));
    }

    [Fact]
    public void One_row_that_disagrees_acquits()
    {
        var (one, other) = (Fill(_ => _random.Next(50)), Fill(_ => _random.Next(50)));
        var table = new Table(
            [
                Numbers("one", row => one[row]),
                Numbers("other", row => other[row]),
                Numbers("sum", row => one[row] + other[row] + (row == Rows - 1 ? 1 : 0)),
            ], Rows);

        Assert.Empty(ColumnScreen.Find(table, "sum"));
    }

    [Fact]
    public void A_label_that_is_not_there_is_refused_with_the_columns_that_are()
    {
        var problem = Assert.Throws<InvalidTableException>(() => ColumnScreen.Find(Table(Numbers("age", row => row % 9)), "nothing"));

        Assert.Equal("There is no column 'nothing' to learn; the columns are age, label.", problem.Message);
    }

    [Fact]
    public void A_tiny_table_proves_nothing()
    {
        var table = new Table(
            [
                new NumberColumn("x", ColumnKind.Number, [1, 2, 3, 4, 5, 6]),
                new TextColumn("y", ColumnKind.Text, ["a", "b", "c", "d", "e", "f"]),
                new NumberColumn("label", ColumnKind.Number, [0, 0, 0, 1, 1, 1]),
            ], 6);

        Assert.Empty(ColumnScreen.Find(table, "label"));
    }

    private static double Label(int row) => row * 2654435761 % 4294967296 < 1200000000 ? 1 : 0;

    private static T[] Fill<T>(Func<int, T> value) => [.. Enumerable.Range(0, Rows).Select(value)];

    private static NumberColumn Numbers(string name, Func<int, double> value) => new(name, ColumnKind.Number, Fill(value));

    private static TextColumn Words(string name, Func<int, string?> value) => new(name, ColumnKind.Text, Fill(value));

    private Func<int, double> Sampled()
    {
        var ids = Enumerable.Range(0, 20 * Rows).ToArray();
        _random.Shuffle(ids);
        return row => ids[row];
    }

    private static Table Table(params Column[] columns) => new([.. columns, Numbers("label", Label)], Rows);

    private static Table WithTextLabel(Table table) => table with
    {
        Columns = [.. table.Columns.Where(column => column.Name != "label"), Words("label", row => Label(row) == 1 ? "Yes" : "No")],
    };
}
