using Assay.Data.Datasets;
using Assay.Data.Screening;

namespace Assay.Tests.Data;

/// <summary>Reading and screening, on data that nobody made for these tests.</summary>
public sealed class RealTableTests
{
    [Theory]
    [InlineData("telco-churn.csv", "csv", "churn", "rownames")]
    [InlineData("adult.parquet", "parquet", "class", "")]
    [InlineData("bike-hour.csv", "csv", "cnt", "instant,dteday,casual,registered")]
    [InlineData("bike-hour.csv", "csv", "temp", "instant,dteday")]
    [InlineData("elec2.csv", "csv", "class", "")]
    [InlineData("california_housing_reference.csv", "csv", "clf_target", "id,timestamp")]
    [InlineData("california_housing_reference.csv", "csv", "MedInc", "id,timestamp")]
    [InlineData("california_housing_analysis_gt.csv", "csv", "clf_target", "id")]
    public void Screening_leaves_out_exactly_what_names_the_row_or_gives_the_label_away(
        string file, string format, string label, string excluded)
    {
        var table = TableFile.Read(SharedData.Path(file), format, cancel: TestContext.Current.CancellationToken);

        var found = ColumnScreen.Find(table, label);

        Assert.Equal(excluded, string.Join(',', found.Select(column => column.Column)));
        Assert.All(found, column => Assert.NotEmpty(column.Reason));
    }

    [Fact]
    public void Telco_has_its_rows_types_and_eleven_missing_charges()
    {
        var table = TableFile.Read(SharedData.Path("telco-churn.csv"), "csv", cancel: TestContext.Current.CancellationToken);

        Assert.Equal((7043, 21), (table.Rows, table.Columns.Count));
        var charges = Assert.IsType<NumberColumn>(table.Find("total_charges"));
        Assert.Equal(11, charges.Values.Count(double.IsNaN));
        Assert.Equal(29.85, charges.Values[0]);
        var churn = Assert.IsType<TextColumn>(table.Find("churn"));
        Assert.Equal(1869, churn.Values.Count(value => value == "Yes"));
    }

    [Fact]
    public void Adult_keeps_its_rows_and_its_missing_categories()
    {
        var table = TableFile.Read(SharedData.Path("adult.parquet"), "parquet", cancel: TestContext.Current.CancellationToken);

        Assert.Equal((48842, 15), (table.Rows, table.Columns.Count));
        Assert.Equal(2799, Assert.IsType<TextColumn>(table.Find("workclass")).Values.Count(value => value is null));
        Assert.Equal(ColumnKind.Number, table.Find("education-num")!.Kind);
    }

    [Fact]
    public void Two_readings_of_a_file_are_the_same()
    {
        var path = SharedData.Path("bike-hour.csv");
        var one = TableFile.Read(path, "csv", cancel: TestContext.Current.CancellationToken);
        var other = TableFile.Read(path, "csv", cancel: TestContext.Current.CancellationToken);

        Assert.Equal(ColumnKind.Time, one.Find("dteday")!.Kind);
        Assert.All(one.Columns.Zip(other.Columns), pair => Assert.Equal(Values(pair.First), Values(pair.Second)));
    }

    private static IEnumerable<object?> Values(Column column) => column switch
    {
        NumberColumn number => number.Values.Cast<object?>(),
        TextColumn text => text.Values,
        _ => [],
    };
}
