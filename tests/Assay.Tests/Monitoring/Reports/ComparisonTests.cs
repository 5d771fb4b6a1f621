using System.Globalization;
using System.Text;
using System.Text.Json;
using Assay.Data.Datasets;
using Assay.Kernel;
using Assay.Monitoring.Reports;
using Parquet;
using Parquet.Schema;

namespace Assay.Tests.Monitoring.Reports;

/// <summary>Two files, read as the command line reads them, and what their comparison says.</summary>
public sealed class ComparisonTests : IDisposable
{
    private static readonly ComparisonSettings Usual = new();

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_file_compared_with_another_draw_of_the_same_is_calm()
    {
        var comparison = CompareTables.Whole(Customers("a", 1000, 1), Customers("b", 800, 2), Usual);

        Assert.Equal(ComparisonVerdict.Calm, comparison.Verdict);
        Assert.All(comparison.Columns, column => Assert.Equal(ComparisonVerdict.Calm, column.Verdict));
        Assert.All(comparison.Multivariate, test => Assert.Equal(ComparisonVerdict.Calm, test.Verdict));
        Assert.DoesNotContain(comparison.Quality, finding => finding.Severity == "critical");
    }

    [Fact]
    public void A_shifted_number_and_a_new_category_are_drift_and_named_first_the_larger()
    {
        var comparison = CompareTables.Columns(Customers("a", 1000, 1), Customers("b", 800, 2, ageShift: 8, trials: true), Usual);

        Assert.Equal(ComparisonVerdict.Drift, comparison.Verdict);
        Assert.Equal(["plan", "age"], comparison.DriftedColumns);
        var age = comparison.Columns.Single(column => column.Name == "age");
        var ks = age.Tests.Single(test => test.Test == "ks");
        Assert.True(ks.PValue < 1e-10 && ks.CorrectedPValue > ks.PValue && ks.Interval!.Low > 0);
        var finding = Assert.Single(comparison.Quality, finding => finding.Check == "categories");
        Assert.Contains("'trial'", finding.Summary, StringComparison.Ordinal);
        Assert.InRange(finding.Share, finding.Interval!.Low, finding.Interval.High);
    }

    [Theory]
    [InlineData(1000, "0 % of the current values")]
    [InlineData(0, "100 % of the current values")]
    [InlineData(250, "75 % of the current values")]
    public void Of_a_column_whose_values_are_nearly_all_different_nothing_is_known_but_how_many_both_share(int from, string share)
    {
        var comparison = CompareTables.Columns(Orders("a", 0), Orders("b", from), Usual);

        Assert.Equal(ComparisonVerdict.Unknown, comparison.Verdict);
        var column = Assert.Single(comparison.Columns);
        Assert.Equal(ComparisonVerdict.Unknown, column.Verdict);
        Assert.StartsWith("Nearly every value is different (1,000 in 1,000 rows of the reference)", column.Because, StringComparison.Ordinal);
        Assert.Contains(share, column.Because, StringComparison.Ordinal);
    }

    [Fact]
    public void Thousands_of_values_that_the_reference_never_has_are_drift_and_those_that_are_rare_are_not()
    {
        var other = CompareTables.Columns(Thrice("a", 0), Thrice("b", 30_000), Usual);
        Assert.Equal(ComparisonVerdict.Drift, other.Verdict);

        // Towns, of which a few have most of the rows, and most a few: another draw has many that are new.
        var same = CompareTables.Columns(Towns("c", 1), Towns("d", 2), Usual);
        Assert.Contains("that the reference never has", Assert.Single(same.Quality).Summary, StringComparison.Ordinal);
        Assert.True(same.Verdict == ComparisonVerdict.Calm, same.Columns[0].Because);
    }

    [Fact]
    public void Columns_that_only_go_together_otherwise_are_drift_too()
    {
        var comparison = CompareTables.Whole(Pairs("a", 0.95, 1), Pairs("b", 0, 2), Usual);

        Assert.Empty(comparison.DriftedColumns);
        Assert.Equal(ComparisonVerdict.Drift, comparison.Verdict);
        Assert.All(comparison.Multivariate, test => Assert.Equal(ComparisonVerdict.Drift, test.Verdict));
    }

    [Fact]
    public void Few_rows_are_unknown_and_say_how_many_it_takes()
    {
        var comparison = CompareTables.Whole(Customers("a", 1000, 1), Customers("b", 17, 2, ageShift: 30), Usual);

        Assert.Equal(ComparisonVerdict.Unknown, comparison.Verdict);
        Assert.All(comparison.Columns, column => Assert.Contains("17 of at least 50", column.Because, StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_wrong_with_a_table_is_said_without_a_crash()
    {
        var reference = File("reference.csv", "gone,empty,constant,mixed,kept\n", 200, row => $"{row},{row % 7},{row % 5},{row},{row % 3}\n");
        var current = File("current.csv", "new,empty,constant,mixed,kept\n", 200, row => $"{row},,3,{(row % 2 == 0 ? "n" : "m")},{row % 3}\n");

        var comparison = CompareTables.Whole(reference, current, Usual);

        Assert.Equal(
            [("constant", "constant"), ("missing", "empty"), ("schema", "gone"), ("schema", "new"), ("type", "mixed")],
            comparison.Quality.Select(finding => (finding.Check, finding.Column)).Distinct().Order());
        var empty = comparison.Columns.Single(column => column.Name == "empty");
        Assert.Equal(ComparisonVerdict.Unknown, empty.Verdict);
        Assert.Contains("0 of at least 50", empty.Because, StringComparison.Ordinal);
    }

    [Fact]
    public void Tests_and_columns_can_be_named_and_the_surest_test_decides()
    {
        var settings = Usual with { Columns = ["age"], Tests = ["ks", "mann-whitney"] };

        var comparison = CompareTables.Columns(Customers("a", 1000, 1), Customers("b", 800, 2, ageShift: 3), settings);

        var age = Assert.Single(comparison.Columns);
        Assert.Equal(["ks", "mann-whitney"], age.Tests.Select(test => test.Test));
        Assert.Equal(ComparisonVerdict.Drift, age.Verdict);
        Assert.Throws<InvalidTableException>(() => CompareTables.Columns(Customers("c", 60, 1), Customers("d", 60, 2), Usual with { Columns = ["size"] }));
    }

    [Fact]
    public void The_corrections_count_the_columns()
    {
        var (reference, current) = (Customers("a", 300, 1), Customers("b", 300, 2));

        var bonferroni = CompareTables.Columns(reference, current, Usual).Columns.Select(column => column.Tests.Single(test => test.Test == "chi-square-pooled")).ToList();
        var none = CompareTables.Columns(reference, current, Usual with { Correction = ComparisonCorrection.None }).Columns.Select(column => column.Tests.Single(test => test.Test == "chi-square-pooled")).ToList();

        Assert.Equal(none.Select(test => Math.Min(1, test.PValue!.Value * none.Count)), bonferroni.Select(test => test.CorrectedPValue!.Value));
        Assert.Equal(none.Select(test => test.PValue), none.Select(test => test.CorrectedPValue));
    }

    [Fact]
    public void Predictions_are_measured_where_label_and_prediction_are_named()
    {
        var comparison = CompareTables.Whole(Scored("a", 600, 1, noise: 0.1), Scored("b", 500, 2, noise: 0.6), Usual, "label", "score");

        Assert.Equal(["accuracy", "area under ROC"], comparison.Performance.Select(figure => figure.Metric));
        Assert.All(comparison.Performance, figure => Assert.True(figure.Worse));
        var alike = CompareTables.Whole(Scored("c", 600, 1, noise: 0.1), Scored("d", 500, 2, noise: 0.1), Usual, "label", "score");
        Assert.All(alike.Performance, figure => Assert.False(figure.Worse));
        var few = CompareTables.Whole(Scored("e", 600, 1, noise: 0.1), Scored("f", 20, 2, noise: 0.6), Usual, "label", "score");
        Assert.All(few.Performance, figure => Assert.True(figure is { Current: null, Worse: null, Note: not null }));
    }

    [Fact]
    public void The_page_stands_alone_and_shows_names_as_text()
    {
        var reference = File("reference.csv", "<script>alert(1)</script>,x\n", 100, row => $"{row},{row % 4}\n");
        var current = File("current.csv", "<script>alert(1)</script>,x\n", 100, row => $"{row + 60},{row % 4}\n");

        var page = HtmlReport.Write(CompareTables.Whole(reference, current, Usual), DateTimeOffset.UnixEpoch);

        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("http:", page, StringComparison.Ordinal);
        Assert.DoesNotContain("https:", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)", page, StringComparison.Ordinal);
        Assert.Contains("1970-01-01 00:00 UTC", page, StringComparison.Ordinal);
        Assert.True(page.Split("<svg").Length - 1 >= 3);
        Assert.Contains("1 column of 2 drifted", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parquet_files_are_compared_by_streaming_as_they_are_in_memory()
    {
        var (reference, current) = (await Parquet("a.parquet", 3000, 0), await Parquet("b.parquet", 1200, 0.8f));

        var streamed = await StreamColumns.Run(reference, current, Usual, TestContext.Current.CancellationToken);

        var inMemory = CompareTables.Columns(Read(reference, "parquet"), Read(current, "parquet"), Usual);
        Assert.Equal(["moved"], streamed.DriftedColumns);
        Assert.Equal((3000, 1200), (streamed.ReferenceRows, streamed.CurrentRows));
        Assert.Equal(inMemory.Columns.Select(column => (column.Name, column.Reference.Missing, column.Current.Missing)),
            streamed.Columns.Select(column => (column.Name, column.Reference.Missing, column.Current.Missing)));
        Assert.All(streamed.Columns.Zip(inMemory.Columns), pair => Assert.Equal(pair.Second.Tests[0].Statistic!.Value, pair.First.Tests[0].Statistic!.Value, 1e-9));
        var problem = await Assert.ThrowsAsync<InvalidTableException>(() => StreamColumns.Run(
            reference, Path.Combine(_folder.Path, "none.csv"), Usual, TestContext.Current.CancellationToken));
        Assert.Contains("none.csv", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Infinities_of_a_column_are_counted_and_told_and_the_rest_is_compared()
    {
        var reference = File("a.csv", "x,y,z\n", 300, row => $"{row},{row % 50},{(row == 7 ? "-inf" : "1")}\n");
        var current = File("b.csv", "x,y,z\n", 300, row => $"{(row % 100 == 0 ? "Infinity" : row)},{(row % 50) + 30},{(row % 2 == 0 ? "inf" : "1e999")}\n");

        var comparison = CompareTables.Whole(reference, current, Usual, "y", "x");

        Assert.Equal(["y"], comparison.DriftedColumns);
        var x = comparison.Columns[0];
        Assert.Equal((0, 3, 3), (x.Reference.Infinite, x.Current.Infinite, x.Current.Missing));
        Assert.Equal(ComparisonVerdict.Calm, x.Verdict);
        Assert.StartsWith("3 values are infinite", Assert.Single(comparison.Quality, finding => (finding.Column, finding.Check) == ("x", "infinite")).Summary, StringComparison.Ordinal);
        Assert.Equal("critical", Assert.Single(comparison.Quality, finding => (finding.Column, finding.Check) == ("z", "infinite")).Severity);
        Assert.Equal(ComparisonVerdict.Unknown, comparison.Columns[2].Verdict);
        Assert.Equal(297, Assert.Single(comparison.Performance).CurrentRows);
        Assert.NotEmpty(HtmlReport.Write(comparison, DateTimeOffset.UnixEpoch));
        Assert.NotEmpty(JsonSerializer.Serialize(comparison, AssayJson.Indented));
    }

    [Fact]
    public async Task Infinities_of_Parquet_files_are_told_in_memory_and_streamed()
    {
        var reference = await Parquet("a.parquet", 3000, 0);
        var current = await Parquet("b.parquet", 3000, 0, infinite: 5);

        var inMemory = CompareTables.Columns(Read(reference, "parquet"), Read(current, "parquet"), Usual);
        var streamed = await StreamColumns.Run(reference, current, Usual, TestContext.Current.CancellationToken);

        foreach (var comparison in new[] { inMemory, streamed })
        {
            Assert.Equal(ComparisonVerdict.Calm, comparison.Verdict);
            var finding = Assert.Single(comparison.Quality, finding => finding.Check == "infinite");
            Assert.Equal(("moved", 15), (finding.Column, finding.Rows));
            Assert.Equal((0, 15), (comparison.Columns[0].Reference.Infinite, comparison.Columns[0].Current.Infinite));
        }
    }

    [Fact]
    public void The_result_is_json_with_every_number()
    {
        var comparison = CompareTables.Whole(Customers("a", 200, 1), Customers("b", 200, 2), Usual);

        var json = JsonSerializer.SerializeToElement(comparison, AssayJson.Indented);

        Assert.Equal("calm", json.GetProperty("verdict").GetString());
        Assert.Equal(JsonValueKind.Number, json.GetProperty("columns")[0].GetProperty("tests")[0].GetProperty("statistic").ValueKind);
    }

    public void Dispose() => _folder.Dispose();

    private NamedTable Customers(string name, int rows, int seed, double ageShift = 0, bool trials = false)
    {
        var random = new Random(seed);
        string[] plans = trials ? ["basic", "basic", "plus", "trial"] : ["basic", "basic", "plus", "pro"];
        return File($"{name}.csv", "age,income,plan,active\n", rows, _ => string.Create(
            CultureInfo.InvariantCulture,
            $"{40 + ageShift + (10 * Normal(random)):0.0},{Math.Exp(Normal(random)):0.00},{plans[random.Next(4)]},{(random.Next(3) == 0 ? "true" : "false")}\n"));
    }

    private NamedTable Orders(string name, int from) => File($"{name}.csv", "order\n", 1000, row => $"n{from + row}\n");

    private NamedTable Thrice(string name, int from) => File($"{name}.csv", "code\n", 90_000, row => $"c{from + (row / 3)}\n");

    private NamedTable Towns(string name, int seed)
    {
        var random = new Random(seed);
        return File($"{name}.csv", "town\n", 60_000, _ => $"t{(int)Math.Exp(random.NextDouble() * 9)}\n");
    }

    // Several row groups, and every seventh value of a column missing.
    private async Task<string> Parquet(string name, int rows, float shift, int infinite = 0)
    {
        var (moved, some, whole) = (new DataField<float>("moved"), new DataField<double?>("some"), new DataField<int>("whole"));
        var random = new Random(rows);
        var path = Path.Combine(_folder.Path, name);
        await using var file = System.IO.File.Create(path);
        await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema(moved, some, whole), file);
        for (var group = 0; group < 3; group++)
        {
            using var part = writer.CreateRowGroup();
            await part.WriteAsync<float>(moved, Enumerable.Range(0, rows / 3).Select(row => row < infinite ? float.NegativeInfinity : (float)Normal(random) + shift).ToArray());
            await part.WriteAsync<double>(some, (ReadOnlyMemory<double?>)Enumerable.Range(0, rows / 3).Select(row => row % 7 == 0 ? null : (double?)random.Next(1000)).ToArray());
            await part.WriteAsync<int>(whole, Enumerable.Range(0, rows / 3).Select(_ => random.Next(100)).ToArray());
            part.CompleteValidate();
        }

        return path;
    }

    private NamedTable Pairs(string name, double correlation, int seed)
    {
        var random = new Random(seed);
        return File($"{name}.csv", "x,y,z\n", 1000, _ =>
        {
            var (x, y) = (Normal(random), Normal(random));
            return string.Create(CultureInfo.InvariantCulture, $"{x:R},{(correlation * x) + (Math.Sqrt(1 - correlation * correlation) * y):R},{Normal(random):R}\n");
        });
    }

    private NamedTable Scored(string name, int rows, int seed, double noise)
    {
        var random = new Random(seed);
        return File($"{name}.csv", "x,label,score\n", rows, _ =>
        {
            var label = random.Next(2);
            var score = Math.Clamp((label == 1 ? 0.7 : 0.3) + (noise * Normal(random)), 0, 1);
            return string.Create(CultureInfo.InvariantCulture, $"{Normal(random):0.000},{label},{score:0.0000}\n");
        });
    }

    private NamedTable File(string name, string header, int rows, Func<int, string> row)
    {
        var text = new StringBuilder(header);
        for (var i = 0; i < rows; i++)
            text.Append(row(i));
        var path = Path.Combine(_folder.Path, name);
        System.IO.File.WriteAllText(path, text.ToString());
        return Read(path, "csv");
    }

    private static NamedTable Read(string path, string format) => new(Path.GetFileName(path), TableFile.Read(path, format, keepInfinite: true));

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
