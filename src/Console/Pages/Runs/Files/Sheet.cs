using System.Text;
using System.Text.Json;

namespace Assay.Console.Pages.Runs.Files;

/// <summary>The first rows and columns of a table.</summary>
/// <param name="Head">Names of the columns.</param>
/// <param name="Rows">Cells as text.</param>
/// <param name="IsWhole">Whether the file has no more.</param>
internal sealed record Sheet(IReadOnlyList<string> Head, IReadOnlyList<IReadOnlyList<string>> Rows, bool IsWhole) : Preview
{
    private const int RowsMax = 500;
    private const int ColumnsMax = 50;

    public static Sheet OfCsv(string text, char separator, bool isWhole)
    {
        var rows = Split(text, separator);
        var cut = rows.Count > RowsMax + 1;
        if (!isWhole && !cut && rows.Count > 1)
            rows.RemoveAt(rows.Count - 1);   // it ends in the middle
        var wide = rows.Exists(row => row.Count > ColumnsMax);
        return new(
            rows.Count == 0 ? [] : [.. rows[0].Take(ColumnsMax)],
            [.. rows.Skip(1).Take(RowsMax).Select(row => (IReadOnlyList<string>)[.. row.Take(ColumnsMax)])],
            isWhole && !cut && !wide);
    }

    /// <summary>A list of objects, or columns with rows of data as MLflow logs tables; null for any other document.</summary>
    public static Sheet? OfJson(JsonElement document)
    {
        if (document.ValueKind == JsonValueKind.Object && document.TryGetProperty("columns", out var columns) && document.TryGetProperty("data", out var data)
            && columns.ValueKind == JsonValueKind.Array && data.ValueKind == JsonValueKind.Array && data.EnumerateArray().All(row => row.ValueKind == JsonValueKind.Array))
        {
            return new(
                [.. columns.EnumerateArray().Take(ColumnsMax).Select(Cell)],
                [.. data.EnumerateArray().Take(RowsMax).Select(row => (IReadOnlyList<string>)[.. row.EnumerateArray().Take(ColumnsMax).Select(Cell)])],
                data.GetArrayLength() <= RowsMax && columns.GetArrayLength() <= ColumnsMax);
        }

        if (document.ValueKind != JsonValueKind.Array || document.GetArrayLength() == 0 || document.EnumerateArray().Any(row => row.ValueKind != JsonValueKind.Object))
            return null;
        var shown = document.EnumerateArray().Take(RowsMax).ToList();
        var names = shown.SelectMany(row => row.EnumerateObject()).Select(field => field.Name).Distinct().Take(ColumnsMax + 1).ToList();
        return new(
            [.. names.Take(ColumnsMax)],
            [.. shown.Select(row => (IReadOnlyList<string>)[.. names.Take(ColumnsMax).Select(name => row.TryGetProperty(name, out var value) ? Cell(value) : "")])],
            document.GetArrayLength() <= RowsMax && names.Count <= ColumnsMax);
    }

    private static string Cell(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    // Quoted cells may hold separators, line ends and doubled quotes.
    private static List<List<string>> Split(string text, char separator)
    {
        var rows = new List<List<string>>();
        var (row, cell, quoted) = (new List<string>(), new StringBuilder(), false);
        for (var i = 0; i < text.Length && rows.Count <= RowsMax + 1; i++)
        {
            var letter = text[i];
            if (quoted)
            {
                if (letter != '"')
                    cell.Append(letter);
                else if (i + 1 < text.Length && text[i + 1] == '"')
                    cell.Append(text[i++]);
                else
                    quoted = false;
            }
            else if (letter == '"' && cell.Length == 0)
            {
                quoted = true;
            }
            else if (letter == separator || letter == '\n')
            {
                row.Add(cell.ToString().TrimEnd('\r'));
                cell.Clear();
                if (letter == '\n')
                {
                    rows.Add(row);
                    row = [];
                }
            }
            else
            {
                cell.Append(letter);
            }
        }

        if (cell.Length > 0 || row.Count > 0)
        {
            row.Add(cell.ToString().TrimEnd('\r'));
            rows.Add(row);
        }

        return rows;
    }
}
