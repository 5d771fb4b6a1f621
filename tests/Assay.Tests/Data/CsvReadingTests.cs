using System.Globalization;
using System.Text;
using Assay.Data.Datasets;

namespace Assay.Tests.Data;

public sealed class CsvReadingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-csv-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("a,b\n1,x\n2,y\n")]
    [InlineData("a,b\r\n1,x\r\n2,y\r\n")]
    [InlineData("a,b\r1,x\r2,y\r")]
    [InlineData("a,b\r\n1,x\n2,y")]
    [InlineData("\uFEFFa,b\n1,x\n2,y\n")]
    [InlineData("\n\na,b\n\n1,x\n  \n2,y\n\n")]
    [InlineData("a;b\n1;x\n2;y\n")]
    [InlineData("a\tb\n1\tx\n2\ty\n")]
    [InlineData("a|b\n1|x\n2|y\n")]
    [InlineData("\"a\",\"b\"\n\"1\",\"x\"\n\"2\",\"y\"\n")]
    [InlineData(" a , b \n1,x\n2,y\n")]
    [InlineData("a, \"b\" \n1, \"x\"\n2,\"y\" \n")]
    public void The_same_table_is_read_however_the_file_is_written(string text)
    {
        var table = Read(text);

        Assert.Equal(["a", "b"], table.Columns.Select(column => column.Name));
        Assert.Equal([1, 2], Assert.IsType<NumberColumn>(table.Columns[0]).Values);
        Assert.Equal(["x", "y"], Assert.IsType<TextColumn>(table.Columns[1]).Values);
    }

    [Fact]
    public void Quoted_values_keep_delimiters_quotes_line_breaks_and_spaces()
    {
        var table = Read("n,t\r\n1,\"a, \"\"b\"\"\r\nc\"\r\n2,5\" disk\r\n3, padded \r\n4,\"#;|\"\r\n");

        Assert.Equal(["a, \"b\"\r\nc", "5\" disk", " padded ", "#;|"], Text(table, "t"));
    }

    [Fact]
    public void Every_spelling_of_a_missing_value_is_missing()
    {
        var table = Read("n,t,whole\n1,x,1\n,,2\nNA,NA,3\nNaN,NaN,4\nnull,null,5\nN/A,N/A,6\n?,?,7\n\"\",\"\",8\n NA , na ,9\n2.5,Nancy,10\n");

        Assert.Equal([1, .. Enumerable.Repeat(double.NaN, 8), 2.5], Assert.IsType<NumberColumn>(table.Find("n")).Values);
        Assert.Equal(["x", .. Enumerable.Repeat<string?>(null, 8), "Nancy"], Text(table, "t"));
    }

    [Theory]
    [InlineData("1;-2;+3;.5;5.;1e-3;1E+05;0;0.0;-0.5", ColumnKind.Number)]
    [InlineData("true;FALSE;True", ColumnKind.Boolean)]
    [InlineData("2024-02-29;2023-12-31", ColumnKind.Time)]
    [InlineData("2024-02-29 10:00;2023-12-31T23:59:59.123Z;2023-12-31T23:59:59+02:00", ColumnKind.Time)]
    [InlineData("2024-02-30;2023-12-31", ColumnKind.Text)]
    [InlineData("1;2;three", ColumnKind.Text)]
    [InlineData("00123;04567", ColumnKind.Text)]
    [InlineData("9007199254740993;1", ColumnKind.Text)]
    [InlineData("0x10;1", ColumnKind.Text)]
    [InlineData("1_000;1", ColumnKind.Text)]
    [InlineData("Yes;No", ColumnKind.Text)]
    [InlineData("NA;?", ColumnKind.Text)]
    [InlineData("true;1", ColumnKind.Text)]
    public void A_column_has_the_type_that_all_of_its_values_have(string values, ColumnKind kind)
    {
        var table = Read("v,w\n" + string.Concat(values.Split(';').Select(value => $"{value},1\n")));

        Assert.Equal(kind, table.Columns[0].Kind);
    }

    [Fact]
    public void One_late_word_among_many_numbers_makes_the_column_text()
    {
        var rows = string.Concat(Enumerable.Range(1, 50_000).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i},{i}\n")));

        var table = Read($"a,b\n{rows}1,none\n");

        Assert.Equal(ColumnKind.Number, table.Columns[0].Kind);
        Assert.Equal(ColumnKind.Text, table.Columns[1].Kind);
        Assert.Equal("50000", Text(table, "b")[49_999]);
    }

    [Theory]
    [InlineData("", "The file is empty.")]
    [InlineData("\n \n", "The file is empty.")]
    [InlineData("a,b\n", "The file has a header but no rows.")]
    [InlineData("a,b\n1,2\n3\n4,5\n", "Line 3 has 1 value, and the header names 2 columns.")]
    [InlineData("a,b\n\"x\ny\",2\n1,2,3\n", "Line 4 has 3 values, and the header names 2 columns.")]
    [InlineData("a\n1\n2,3\n", "Line 3 has 2 values, and the header names 1 column.")]
    [InlineData("a,b,a\n1,2,3\n", "Columns 1 and 3 are both named 'a'; rename one of them.")]
    [InlineData("a,,c\n1,2,3\n", "Column 2 has no name; give it one in the header.")]
    [InlineData("1,2,3\n4,5,6\n", "Line 1 holds only numbers; the first line of a CSV file must name the columns.")]
    [InlineData("a,b\n1,\"2\n3,4\n", "Line 2 opens a quote that is not closed again.")]
    [InlineData("a,b\n1,2\n3,\"4\"5\n", "Line 3 has text after the closing quote of value 2; write a quote inside a quoted value twice.")]
    [InlineData("a,b\n1,2\n3,\0\n", "Line 3 has a zero byte at its place 3, so the file is no CSV text.")]
    [InlineData("PAR1xxxx", "The file is Parquet, not CSV; send it with format=parquet.")]
    [InlineData("a,b\n1,2\ninf,4\n", "Column 'a' has 1 infinite or too large number; leave them empty or give them a bound.")]
    [InlineData("a,b\n1,2\n1e999,4\n", "Column 'a' has 1 infinite or too large number; leave them empty or give them a bound.")]
    public void A_file_that_is_no_table_is_refused_with_one_sentence(string text, string sentence) =>
        Assert.Equal(sentence, Refused(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Text_in_another_encoding_is_refused_with_its_line()
    {
        Assert.Equal("Line 3 is not UTF-8 text; save the file as CSV in UTF-8.", Refused(Encoding.Latin1.GetBytes("a,b\n1,x\n2,é\n")));
        Assert.Equal("The file is UTF-16 text, not UTF-8; save it as CSV in UTF-8.",
            Refused([.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("a,b\n1,x\n")]));
    }

    [Fact]
    public void Binary_garbage_is_refused()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var garbage = new byte[50_000];
            new Random(seed).NextBytes(garbage);
            Assert.NotEmpty(Refused(garbage));
            Assert.StartsWith("The file is no Parquet file", Refused(garbage, "parquet"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Ten_thousand_columns_are_refused_and_two_thousand_are_not()
    {
        Assert.Equal("The file has 10,000 columns, and the limit is 2,000; leave out those that no model needs.",
            Refused(Encoding.UTF8.GetBytes(Wide(10_000))));
        Assert.Equal(2000, Read(Wide(2000)).Columns.Count);
    }

    [Fact]
    public void Each_of_many_columns_has_its_values_whether_they_are_missing_or_quoted()
    {
        string?[] Row(int row) => [.. Enumerable.Range(0, 201).Select(i => ((i + row) % 5) switch { 0 => null, 1 => $"a,{i}", 2 => $"say \"{i}\"", _ => $"t{i}" })];
        string Plain(int row) => string.Join(',', Enumerable.Range(0, 201).Select(i => (i + row) % 3 == 0 ? "" : $"t{i}"));
        string Quoted(string? value) => value is null || value[0] == 't' ? value ?? "" : $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        var header = string.Join(',', Enumerable.Range(0, 201).Select(i => $"c{i}"));
        var table = Read($"{header}\n{string.Join(',', Row(0).Select(Quoted))}\n{Plain(0)}\n{string.Join(',', Row(1).Select(Quoted))}\n");
        for (var i = 0; i < 201; i++)
            Assert.Equal([Row(0)[i], i % 3 == 0 ? null : $"t{i}", Row(1)[i]], Text(table, $"c{i}"));

        foreach (var (row, values) in new[] { ($"{Plain(0)},more", "202"), (Plain(0)[..^5], "200"), ($"\"q\"{Plain(0)},", "202"), ("\"q\"", "1") })
            Assert.Equal($"Line 2 has {values} {(values == "1" ? "value" : "values")}, and the header names 201 columns.", Refused(Encoding.UTF8.GetBytes($"{header}\n{row}\n")));
    }

    [Fact]
    public void A_line_without_end_is_refused()
    {
        var line = "a,b\n1," + new string('x', 3 << 20) + "\n";
        Assert.Equal("Line 2 is longer than 1,024 KiB, which no row of a CSV file should be.", Refused(Encoding.UTF8.GetBytes(line)));
    }

    [Fact]
    public void A_damaged_Parquet_file_is_refused()
    {
        Assert.StartsWith("The file is damaged or no Parquet file that can be read",
            Refused([.. "PAR1"u8, .. new byte[100], .. "PAR1"u8], "parquet"), StringComparison.Ordinal);
        Assert.StartsWith("The Parquet file is cut off",
            Refused([.. "PAR1"u8, .. new byte[100]], "parquet"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_and_an_unknown_format_are_named()
    {
        var gone = Path.Combine(_folder, "gone.csv");
        var token = TestContext.Current.CancellationToken;
        Assert.Equal($"There is no file {gone}.", Assert.Throws<InvalidTableException>(() => TableFile.Read(gone, "csv", cancel: token)).Message);
        Assert.Equal("The format 'xlsx' is not known; use csv or parquet.",
            Assert.Throws<InvalidTableException>(() => TableFile.Read(gone, "xlsx", cancel: token)).Message);
    }

    private static string Wide(int columns)
    {
        var numbers = Enumerable.Range(0, columns).ToList();
        return string.Join(',', numbers.Select(i => $"c{i}")) + "\n" + string.Join(',', numbers) + "\n";
    }

    private static string?[] Text(Table table, string column) => Assert.IsType<TextColumn>(table.Find(column)).Values;

    private Table Read(string text) => TableFile.Read(Write(Encoding.UTF8.GetBytes(text)), "csv", cancel: TestContext.Current.CancellationToken);

    private string Refused(byte[] bytes, string format = "csv") => Assert.Throws<InvalidTableException>(
        () => TableFile.Read(Write(bytes), format, cancel: TestContext.Current.CancellationToken)).Message;

    private string Write(byte[] bytes)
    {
        var path = Path.Combine(_folder, Guid.NewGuid().ToString("N"));
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
