namespace Assay.Data.Reading;

/// <summary>How files write that there is no value: compared without regard to case and surrounding spaces.</summary>
internal static class MissingValues
{
    private static readonly string[] Spellings = ["", "na", "nan", "null", "n/a", "?"];

    public static bool Contains(string value) =>
        Array.Exists(Spellings, spelling => value.AsSpan().Trim(' ').Equals(spelling, StringComparison.OrdinalIgnoreCase));

    /// <summary>An expression that is null where the text <paramref name="value"/> says that there is no value.</summary>
    public static string ToNullSql(string value) =>
        $"CASE WHEN lower(trim({value})) IN ({string.Join(", ", Spellings.Select(DuckTable.Literal))}) THEN NULL ELSE {value} END";
}
