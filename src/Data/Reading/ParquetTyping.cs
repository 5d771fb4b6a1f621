using Assay.Data.Datasets;

namespace Assay.Data.Reading;

/// <summary>A Parquet column, the name it gets in queries, and the expression that reads it.</summary>
internal sealed record ParquetColumn(string Name, string Sql, ColumnKind Kind, string Select);

/// <summary>The types of a Parquet file's columns: its own, reduced to Assay's four.</summary>
internal static class ParquetTyping
{
    private static readonly HashSet<string> Numbers =
        ["TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT", "UINTEGER", "FLOAT", "DOUBLE"];

    private static readonly HashSet<string> WideNumbers = ["BIGINT", "UBIGINT", "HUGEINT", "UHUGEINT"];

    /// <summary>Looks for the mark at both ends, so that a wrong file gets a better sentence than a parser has.</summary>
    public static void CheckFrame(string path)
    {
        using var file = File.OpenRead(path);
        Span<byte> head = stackalloc byte[4];
        Span<byte> tail = stackalloc byte[4];
        if (file.Length < 12 || file.ReadAtLeast(head, 4, false) < 4 || !head.SequenceEqual("PAR1"u8))
            throw new InvalidTableException("The file is no Parquet file: it does not begin with PAR1.");
        file.Seek(-4, SeekOrigin.End);
        file.ReadExactly(tail);
        if (!tail.SequenceEqual("PAR1"u8))
            throw new InvalidTableException("The Parquet file is cut off or encrypted: it does not end with PAR1.");
    }

    /// <summary>
    /// Looks at how many values the file says it has, before any is read: a file of some kilobytes can have thousands of
    /// millions. It is said in two places, and the larger counts.
    /// </summary>
    /// <exception cref="InvalidTableException">There are too many.</exception>
    public static void CheckSize(DuckTable table, string path)
    {
        var file = DuckTable.Literal(path);
        var rows = Math.Max(
            table.Query($"SELECT num_rows FROM parquet_file_metadata({file})", reader => reader.GetInt64(0))[0],
            table.Query(
                $"SELECT CAST(coalesce(sum(rows), 0) AS BIGINT) FROM (SELECT max(row_group_num_rows) AS rows FROM parquet_metadata({file}) GROUP BY row_group_id)",
                reader => reader.GetInt64(0))[0]);
        if (rows > TableLimits.RowsMax)
            throw new InvalidTableException($"The file has {rows:N0} rows, and the limit is {TableLimits.RowsMax:N0}.");
        var columns = table.Query($"SELECT count(*) FROM parquet_schema({file}) WHERE coalesce(num_children, 0) = 0", reader => reader.GetInt64(0))[0];
        if (rows * columns > TableLimits.ValuesMax)
            throw new InvalidTableException($"The file has {rows:N0} rows of {columns:N0} columns, and the limit is {TableLimits.ValuesMax:N0} values.");
    }

    public static List<ParquetColumn> Describe(DuckTable table, string path, string source, bool keepInfinite)
    {
        var described = table.Query($"DESCRIBE SELECT * FROM {source}", reader => (Name: reader.GetString(0), Type: reader.GetString(1)));
        var names = ExactNames(table, path) is var exact && exact.Count == described.Count
            ? exact
            : described.ConvertAll(column => column.Name);
        ColumnNames.Check(names);
        return [.. described.Select((column, i) => Column(table, source, new(names[i], column.Name, column.Type, i), keepInfinite))];
    }

    private sealed record Described(string Name, string SqlName, string Type, int Place);

    // DuckDB renames columns that differ in case only, or not at all; the file's schema has the names as they are, depth
    // first, with the number of children of each.
    private static List<string> ExactNames(DuckTable table, string path)
    {
        var schema = table.Query(
            $"SELECT name, coalesce(num_children, 0) FROM parquet_schema({DuckTable.Literal(path)})",
            reader => (Name: reader.GetString(0), Children: reader.GetInt64(1)));
        var names = new List<string>();
        var open = 0L;   // nodes still to come below the current column
        foreach (var (name, children) in schema.Skip(1))
        {
            if (open == 0)
                names.Add(name);
            else
                open--;
            open += children;
        }

        return names;
    }

    private static ParquetColumn Column(DuckTable table, string source, Described column, bool keepInfinite)
    {
        var value = $"\"{column.SqlName.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        var type = column.Type.Split('(')[0];
        var kind = type switch
        {
            _ when Numbers.Contains(type) || type is "DECIMAL" => ColumnKind.Number,
            _ when WideNumbers.Contains(type) => IsExact(table, source, value) ? ColumnKind.Number : ColumnKind.Text,
            "BOOLEAN" => ColumnKind.Boolean,
            "VARCHAR" or "ENUM" or "UUID" => ColumnKind.Text,
            _ when type is "DATE" or "TIME" || type.StartsWith("TIMESTAMP", StringComparison.Ordinal) => ColumnKind.Time,
            _ => throw new InvalidTableException(
                $"Column '{column.Name}' holds {column.Type} values; a table can have numbers, text, Booleans, dates and times."),
        };
        if (!keepInfinite && type is ("FLOAT" or "DOUBLE"))
            RefuseInfinite(table, source, value, column.Name);
        return new(column.Name, $"c{column.Place}", kind, $"{Select(value, type, kind)} AS c{column.Place}");
    }

    private static string Select(string value, string type, ColumnKind kind) => kind switch
    {
        ColumnKind.Number when type is "FLOAT" or "DOUBLE" => $"CAST(CASE WHEN isnan({value}) THEN NULL ELSE {value} END AS DOUBLE)",
        ColumnKind.Number or ColumnKind.Boolean => $"CAST({value} AS DOUBLE)",
        ColumnKind.Time when type.StartsWith("TIMESTAMP", StringComparison.Ordinal) => $"replace(CAST({value} AS VARCHAR), ' ', 'T')",
        ColumnKind.Text => MissingValues.ToNullSql($"CAST({value} AS VARCHAR)"),
        _ => $"CAST({value} AS VARCHAR)",
    };

    private static bool IsExact(DuckTable table, string source, string value) => table.Query(
        $"SELECT coalesce(max(abs(CAST({value} AS DOUBLE))), 0) < 9007199254740992 FROM {source}", reader => reader.GetBoolean(0))[0];

    private static void RefuseInfinite(DuckTable table, string source, string value, string name)
    {
        var infinite = table.Query($"SELECT count(*) FILTER (isinf({value})) FROM {source}", reader => reader.GetInt64(0))[0];
        if (infinite > 0)
            throw CsvTyping.Unbounded(name, infinite);
    }
}
