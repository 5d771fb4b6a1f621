namespace Assay.Data.Reading;

/// <summary>How files write that there is no value: compared without regard to case and surrounding spaces.</summary>
internal static class MissingValues
{
    private static readonly string[] Spellings = ["", "na", "nan", "null", "n/a", "?"];

    public static bool Contains(string value) =>
        Array.Exists(Spellings, spelling => value.AsSpan().Trim(' ').Equals(spelling, StringComparison.OrdinalIgnoreCase));

    // Not IN, of which DuckDB's planner makes a join per column.
    /// <summary>An expression that is null where the text <paramref name="value"/> says that there is no value.</summary>
    public static string ToNullSql(string value) =>
        $"CASE WHEN list_contains([{string.Join(", ", Spellings.Select(DuckTable.Literal))}], lower(trim({value}))) THEN NULL ELSE {value} END";
}
