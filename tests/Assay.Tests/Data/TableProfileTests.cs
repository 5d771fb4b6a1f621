using System.Globalization;
using System.Text;
using Assay.Data;
using Assay.Data.Checks;
using Assay.Data.Datasets;
using Assay.Data.Profiles;
using Assay.Data.Reading;

namespace Assay.Tests.Data;

public sealed class TableProfileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-profile-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Telco_is_profiled_with_the_figures_that_other_tools_give()
    {
        var profile = Profile(SharedData.Path("telco-churn.csv"));

        var charges = profile.Single(column => column.Name == "total_charges");
        Assert.Equal((ColumnKind.Number, 7032L, 11L), (charges.Kind, charges.Count, charges.Missing));
        Assert.Equal(2283.300441, charges.Mean!.Value, 5);
        Assert.Equal(2266.610181, charges.StandardDeviation!.Value, 4);
        Assert.Equal([18.8, 8684.8], [charges.Min!.Value, charges.Max!.Value]);
        Assert.Equal(1397.475, charges.Quantiles![3], 3);
        Assert.Equal(20, charges.Histogram.Count);
        Assert.Equal(7032, charges.Histogram.Sum(bin => bin.Count));

        var contract = profile.Single(column => column.Name == "contract");
        Assert.Equal(3, contract.Distinct);
        Assert.Equal(("Month-to-month", 3875L), (contract.Histogram[0].Label, contract.Histogram[0].Count));
    }

    [Fact]
    public void A_profile_counts_the_same_whatever_the_number_of_columns()
    {
        var columns = Enumerable.Range(0, 250).ToList();
        var text = new StringBuilder(string.Join(',', columns.Select(i => $"c{i}"))).Append('\n');
        for (var row = 0; row < 40; row++)
            text.Append(CultureInfo.InvariantCulture, $"{string.Join(',', columns.Select(i => row % (i + 1)))}\n");

        var profile = Profile(Write(text.ToString()));

        Assert.Equal(columns.Select(i => $"c{i}"), profile.Select(column => column.Name));
        Assert.Equal(columns.Select(i => Math.Min(40L, i + 1)), profile.Select(column => column.Distinct));
    }

    [Fact]
    public void Values_that_mostly_occur_once_are_not_shown()
    {
        var profile = Profile(Write("mail,plan,when\na@x,basic,2024-01-01\nb@x,basic,2024-02-01\nc@x,pro,2024-02-03\nd@x,basic,2025-01-01\n"));

        Assert.Empty(profile[0].Histogram);
        Assert.Equal([("basic", 3L), ("pro", 1L)], profile[1].Histogram.Select(bin => (bin.Label, bin.Count)));
        Assert.Equal(4, profile[2].Histogram.Count);
    }

    [Fact]
    public void Very_large_numbers_do_not_overflow()
    {
        var column = Profile(Write("x,y\n-1.7e308,1\n1.7e308,2\n0,3\n"))[0];

        Assert.Equal(0, column.Mean);
        Assert.True(double.IsFinite(column.StandardDeviation!.Value));
        Assert.Equal(3, column.Histogram.Sum(bin => bin.Count));
    }

    [Fact]
    public void A_column_of_only_missing_values_is_allowed_and_says_so()
    {
        var column = Profile(Write("x,y\n,1\nNA,2\n"))[0];

        Assert.Equal((0L, 2L, 0L), (column.Count, column.Missing, column.Distinct));
        Assert.Null(column.Mean);
    }

    [Fact]
    public void A_table_meets_the_rules_that_were_inferred_from_it()
    {
        foreach (var file in new[] { "telco-churn.csv", "bike-hour.csv" })
            Assert.DoesNotContain(Check(SharedData.Path(file), SharedData.Path(file)), check => !check.Passed);
    }

    [Theory]
    [InlineData("1;basic;30", "")]
    [InlineData("1;basic;-1", "range:age")]
    [InlineData("1;basic;5000", "range:age")]
    [InlineData("1;platinum;30", "categories:plan")]
    [InlineData("1;;30", "missing-share:plan")]
    [InlineData("7;basic;30", "unique:id")]
    [InlineData("1;basic;old", "type:age,range:age")]
    public void A_changed_version_breaks_exactly_the_rule_that_speaks_of_the_change(string changed, string broken)
    {
        var first = Write(Subscribers(200, _ => null));
        var parts = changed.Split(';');
        var second = Write(Subscribers(200, row => row % 20 == 0 ? parts : null));

        var failed = Check(first, second).Where(check => !check.Passed).Select(check => check.Rule).ToList();

        Assert.Equal(broken.Split(',', StringSplitOptions.RemoveEmptyEntries), failed);
    }

    [Fact]
    public void Too_few_rows_and_other_columns_are_found()
    {
        var failed = Check(Write(Subscribers(200, _ => null)), Write("id,plan,region\n1,basic,north\n2,basic,south\n"))
            .Where(check => !check.Passed).ToDictionary(check => check.Rule, check => check.Observed);

        Assert.Equal("2 rows", failed["row-count"]);
        Assert.Equal("without age; also region", failed["columns"]);
        Assert.Equal("there is no such column", failed["type:age"]);
    }

    private static string Subscribers(int rows, Func<int, string[]?> change)
    {
        var text = new StringBuilder("id,plan,age\n");
        for (var row = 0; row < rows; row++)
        {
            var changed = change(row);
            var id = changed is ["7", ..] ? "7" : $"{row + 1}";
            text.Append(CultureInfo.InvariantCulture, $"{id},{changed?[1] ?? (row % 3 == 0 ? "pro" : "basic")},{changed?[2] ?? $"{18 + row * 7 % 60}"}\n");
        }

        return text.ToString();
    }

    private List<ColumnProfile> Profile(string path)
    {
        using var table = Open(path);
        return TableProfile.Of(table);
    }

    private List<RuleResult> Check(string first, string second)
    {
        using var one = Open(first);
        using var other = Open(second);
        return RuleCheck.Run(RuleInference.Infer(one, TableProfile.Of(one)), other, TableProfile.Of(other));
    }

    private DuckTable Open(string path) => DuckTable.Open(
        path, "csv", Directory.CreateDirectory(Path.Combine(_folder, Guid.NewGuid().ToString("N"))).FullName, new(256, 2), TestContext.Current.CancellationToken);

    private string Write(string text)
    {
        var path = Path.Combine(_folder, Guid.NewGuid().ToString("N"));
        File.WriteAllText(path, text);
        return path;
    }
}
