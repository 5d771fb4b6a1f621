using System.Data.Common;
using System.Globalization;
using Assay.Data.Datasets;

namespace Assay.Data.Reading;

/// <summary>The types of a CSV file's columns, decided over every row and never from a sample.</summary>
internal static class CsvTyping
{
    // From 2^53 on a double no longer tells neighbouring whole numbers apart: such numbers are codes and stay text.
    private const string WholeMax = "9007199254740992";

    // A number that begins with a needless zero is a code too, such as a postal code.
    private const string NumberPattern = @"[+-]?((0|[1-9]\d*)(\.\d*)?|\.\d+)([eE][+-]?\d+)?";
    private const string InfinityPattern = "[+-]?inf(inity)?";
    private const string TimePattern =
        @"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}(:?\d{2})?)?)?";

    // DuckDB takes some three times as long to plan twice as many of the conditions.
    private const int ColumnsPerQuery = 20;

    // Rewriting can double a row's quotes. DuckDB's own buffers, of sixteen lines each, would take most of its memory.
    private const int LineBytesMax = 3 * CsvRecords.RecordBytesMax;

    /// <summary>Reads the columns of a part, in the exact dialect, as text.</summary>
    public static string SelectSql(string path, byte separator, int[] columns)
    {
        var select = string.Join(", ", columns.Select(i => $"{MissingValues.ToNullSql($"c{i}")} AS c{i}"));
        var types = string.Join(", ", columns.Select(i => $"'c{i}': 'VARCHAR'"));
        var delimiter = DuckTable.Literal(((char)separator).ToString());
        return $"SELECT {select} FROM read_csv({DuckTable.Literal(path)}, auto_detect = false, header = false, "
            + $"delim = {delimiter}, quote = '\"', escape = '\"', new_line = '\\n', encoding = 'utf-8', strict_mode = true, "
            + $"max_line_size = {LineBytesMax}, buffer_size = {4 * LineBytesMax}, columns = {{{types}}})";
    }

    /// <summary>Types of some columns that are loaded as text into the table <paramref name="part"/>.</summary>
    /// <exception cref="InvalidTableException">A column of numbers has an infinite value, and none is to be kept.</exception>
    public static List<ColumnKind> Decide(DuckTable table, string part, int[] columns, IReadOnlyList<string> names, bool keepInfinite)
    {
        return [.. columns.Chunk(ColumnsPerQuery).SelectMany(some =>
        {
            var counts = string.Join(", ", some.Select(CountsSql));
            var found = table.Query($"SELECT {counts} FROM {part}", reader => some.Select((_, at) => Counts.Read(reader, at)).ToList())[0];
            return some.Select((column, at) => found[at].Kind(names[column], keepInfinite));
        })];
    }

    /// <summary>The same columns with their types.</summary>
    public static string TypedSql(string part, int[] columns, List<ColumnKind> kinds) =>
        $"SELECT {string.Join(", ", columns.Select((i, at) => kinds[at] switch
        {
            ColumnKind.Number => $"{NumberSql($"c{i}")} AS c{i}",
            ColumnKind.Boolean => $"CAST(lower(trim(c{i})) = 'true' AS DOUBLE) AS c{i}",
            ColumnKind.Time => $"trim(c{i}) AS c{i}",
            _ => $"c{i}",
        }))} FROM {part}";

    // What is beyond every double is as infinite as what says so.
    private static string NumberSql(string value) =>
        $"coalesce(TRY_CAST({value} AS DOUBLE), CAST(CASE WHEN starts_with(trim({value}), '-') THEN '-inf' WHEN {value} IS NOT NULL THEN 'inf' END AS DOUBLE))";

    private static string CountsSql(int column)
    {
        var value = $"trim(c{column})";
        var number = $"TRY_CAST(c{column} AS DOUBLE) IS NOT NULL AND regexp_full_match({value}, '{NumberPattern}')";
        var whole = $"abs(TRY_CAST(c{column} AS DOUBLE)) >= {WholeMax} AND regexp_full_match({value}, '[+-]?\\d+')";
        var infinite = $"isinf(TRY_CAST(c{column} AS DOUBLE)) OR regexp_full_match(lower({value}), '{InfinityPattern}')";
        var time = $"length({value}) >= 10 AND {value}[5] = '-' AND regexp_full_match({value}, '{TimePattern}') "
            + $"AND TRY_CAST({value} AS TIMESTAMP) IS NOT NULL";
        return string.Join(", ", new[] { number, whole, infinite, $"regexp_full_match({value}, '(?i)true|false')", time }
            .Select(condition => $"count(*) FILTER ({condition})").Prepend($"count(c{column})"));
    }

    private sealed record Counts(long Present, long Numbers, long Codes, long Infinite, long Booleans, long Times)
    {
        private const int Fields = 6;

        public static Counts Read(DbDataReader reader, int at)
        {
            long Field(int i) => reader.GetInt64(at * Fields + i);
            return new(Field(0), Field(1), Field(2), Field(3), Field(4), Field(5));
        }

        public ColumnKind Kind(string name, bool keepInfinite)
        {
            if (Infinite > 0 && Numbers + Infinite >= Present)
            {
                if (keepInfinite)
                    return Codes == 0 ? ColumnKind.Number : ColumnKind.Text;
                if (Infinite < Present)
                    throw Unbounded(name, Infinite);
            }

            return Present == 0 ? ColumnKind.Text
                : Booleans == Present ? ColumnKind.Boolean
                : Times == Present ? ColumnKind.Time
                : Numbers == Present && Codes == 0 ? ColumnKind.Number
                : ColumnKind.Text;
        }
    }

    /// <summary>Infinite values are refused, not guessed at.</summary>
    public static InvalidTableException Unbounded(string column, long values) => new(string.Create(CultureInfo.InvariantCulture,
        $"Column '{column}' has {values:N0} infinite or too large {(values == 1 ? "number" : "numbers")}; leave them empty or give them a bound."));
}
