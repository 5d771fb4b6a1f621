namespace Assay.Console.Tables;

/// <summary>Lines of a CSV file that people open in a spreadsheet.</summary>
internal static class Csv
{
    /// <summary>The whole file: a line of titles, and one for each row.</summary>
    public static string Of<T>(IReadOnlyList<TableColumn<T>> columns, IEnumerable<T> rows) =>
        string.Concat(rows.Select(row => Line(columns.Select(column => column.Exported(row)))).Prepend(Line(columns.Select(column => column.Title))));

    public static string Line(IEnumerable<string> cells) => string.Join(',', cells.Select(Quote)) + "\r\n";

    // A cell that a spreadsheet would run as a formula gets an apostrophe before it.
    private static string Quote(string text)
    {
        var safe = text.Length > 0 && "=@\t".Contains(text[0]) ? "'" + text : text;
        return safe.AsSpan().IndexOfAny(",\"\r\n") < 0 ? safe : "\"" + safe.Replace("\"", "\"\"") + "\"";
    }
}
