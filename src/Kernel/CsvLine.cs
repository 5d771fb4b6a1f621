using System.Buffers;

namespace Assay.Kernel;

/// <summary>Lines of a CSV file that is read back as the values that were written, whatever its reader takes for what parts them.</summary>
public static class CsvLine
{
    private static readonly SearchValues<char> NeedQuotes = SearchValues.Create(",;\t|\"\r\n");

    /// <summary>The cells with commas between them, without a line end; a missing value is an empty cell.</summary>
    public static string Of(IEnumerable<string?> cells) => string.Join(',', cells.Select(cell => Quoted(cell ?? "")));

    private static string Quoted(string cell) =>
        cell.AsSpan().IndexOfAny(NeedQuotes) < 0 && !cell.StartsWith(' ') && !cell.EndsWith(' ')
            ? cell
            : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
