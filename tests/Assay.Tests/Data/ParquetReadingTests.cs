using Assay.Data.Datasets;
using Assay.Data.Reading;
using DuckDB.NET.Data;

namespace Assay.Tests.Data;

public sealed class ParquetReadingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-parquet-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("CAST(7 AS TINYINT)", ColumnKind.Number, "7")]
    [InlineData("CAST(7 AS UBIGINT)", ColumnKind.Number, "7")]
    [InlineData("9007199254740993", ColumnKind.Text, "9007199254740993")]
    [InlineData("CAST(1.25 AS DECIMAL(10, 2))", ColumnKind.Number, "1.25")]
    [InlineData("CAST(0.5 AS FLOAT)", ColumnKind.Number, "0.5")]
    [InlineData("CAST('nan' AS DOUBLE)", ColumnKind.Number, "NaN")]
    [InlineData("true", ColumnKind.Boolean, "1")]
    [InlineData("' padded '", ColumnKind.Text, " padded ")]
    [InlineData("'?'", ColumnKind.Text, null)]
    [InlineData("CAST('low' AS ENUM ('low', 'high'))", ColumnKind.Text, "low")]
    [InlineData("CAST('text' AS BLOB)", ColumnKind.Text, "text")]
    [InlineData("DATE '2024-02-29'", ColumnKind.Time, "2024-02-29")]
    [InlineData("TIMESTAMP '2024-02-29 10:00:00.5'", ColumnKind.Time, "2024-02-29T10:00:00.5")]
    public void A_column_keeps_the_type_of_the_file(string value, ColumnKind kind, string? read)
    {
        var table = Read($"SELECT {value} AS v, 1 AS w");

        Assert.Equal(kind, table.Columns[0].Kind);
        Assert.Equal(read, table.Columns[0] is NumberColumn number
            ? number.Values[0].ToString(System.Globalization.CultureInfo.InvariantCulture)
            : Assert.IsType<TextColumn>(table.Columns[0]).Values[0]);
    }

    [Fact]
    public void Rows_keep_their_order_and_names_their_case()
    {
        var table = Read("SELECT i AS \"a'b\"\"c\", -i AS \"A'B\"\"C\" FROM range(300000) t(i)");

        Assert.Equal(["a'b\"c", "A'B\"C"], table.Columns.Select(column => column.Name.Replace("_1", "", StringComparison.Ordinal)));
        Assert.Equal(Enumerable.Range(0, 300_000).Select(i => (double)i), Assert.IsType<NumberColumn>(table.Columns[0]).Values);
    }

    [Theory]
    [InlineData("SELECT 1 AS a, [1, 2] AS b", "Column 'b' holds INTEGER[] values; a table can have numbers, text, Booleans, dates and times.")]
    [InlineData("SELECT 1 AS a, {'x': 1} AS b", "Column 'b' holds STRUCT")]
    [InlineData("SELECT 1 AS a WHERE false", "The file has columns but no rows.")]
    [InlineData("SELECT 1 AS a, CAST('inf' AS DOUBLE) AS b", "Column 'b' has 1 infinite or too large number; leave them empty or give them a bound.")]
    public void What_is_no_table_is_refused_with_its_column(string sql, string sentence) =>
        Assert.StartsWith(sentence, Assert.Throws<InvalidTableException>(() => Read(sql)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(1, 2_000_000_000L, "The file has 2,000,000,000 rows, and the limit is 1,000,000,000.")]
    [InlineData(10, 900_000_000L, "The file has 900,000,000 rows of 10 columns, and the limit is 4,000,000,000 values.")]
    public void A_file_that_says_it_is_too_large_is_refused_before_it_is_read(int columns, long rows, string sentence)
    {
        const int Written = 12_345;
        var path = Write($"SELECT {string.Join(", ", Enumerable.Range(0, columns).Select(i => $"1 AS c{i}"))} FROM range({Written})");
        var bytes = File.ReadAllBytes(path);
        var footer = bytes.AsSpan(bytes.Length - 8 - BitConverter.ToInt32(bytes, bytes.Length - 8))[..^8].ToArray();
        var claimed = Replace(footer, Number(Written), Number(rows));
        File.WriteAllBytes(path, [.. bytes[..^(8 + footer.Length)], .. claimed, .. BitConverter.GetBytes(claimed.Length), .. "PAR1"u8]);

        Assert.Equal(sentence, Assert.Throws<InvalidTableException>(() => TableFile.Read(path, "parquet", cancel: TestContext.Current.CancellationToken)).Message);
    }

    [Fact]
    public void A_table_spills_to_no_more_than_half_of_what_the_disk_has_free()
    {
        using var table = DuckTable.Open(Write("SELECT 1 AS a"), "parquet", _folder, new(200, 1), TestContext.Current.CancellationToken);
        var limit = Assert.Single(table.Query("SELECT current_setting('max_temp_directory_size')", reader => reader.GetString(0)));
        Assert.Matches("^[0-9.]+ [KMGT]?i?B", limit);   // by default it is said in words: nearly all of the disk
    }

    // As Thrift's compact protocol writes whole numbers: zigzag, seven bits a byte.
    private static byte[] Number(long value)
    {
        var bytes = new List<byte>();
        for (value <<= 1; value > 127; value >>= 7)
            bytes.Add((byte)((value & 127) | 128));
        return [.. bytes, (byte)value];
    }

    private static byte[] Replace(byte[] text, byte[] old, byte[] with)
    {
        var replaced = new List<byte>();
        for (var i = 0; i < text.Length; i++)
        {
            var found = text.AsSpan(i).StartsWith(old);
            replaced.AddRange(found ? with : [text[i]]);
            i += found ? old.Length - 1 : 0;
        }

        return [.. replaced];
    }

    private Table Read(string sql) => TableFile.Read(Write(sql), "parquet", cancel: TestContext.Current.CancellationToken);

    private string Write(string sql)
    {
        var path = Path.Combine(_folder, $"{Guid.NewGuid():N}.parquet");
        using (var connection = new DuckDBConnection("Data Source=:memory:"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = $"COPY ({sql}) TO '{path}' (FORMAT parquet)";
            command.ExecuteNonQuery();
        }

        return path;
    }
}
