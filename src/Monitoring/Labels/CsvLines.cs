using System.Text;
using Assay.Kernel.Refusals;

namespace Assay.Monitoring.Labels;

/// <summary>Small tables as CSV (RFC 4180), in memory.</summary>
internal static class CsvLines
{
    /// <summary>The cells of each line; empty lines are passed over.</summary>
    /// <exception cref="Refusal">A quotation mark is not closed.</exception>
    public static List<IReadOnlyList<string>> Read(string text)
    {
        var (lines, cells, cell) = (new List<IReadOnlyList<string>>(), new List<string>(), new StringBuilder());
        var isQuoted = false;
        for (var at = text.StartsWith('\uFEFF') ? 1 : 0; at < text.Length; at++)
        {
            var here = text[at];
            if (isQuoted)
            {
                if (here != '"')
                    cell.Append(here);
                else if (at + 1 < text.Length && text[at + 1] == '"')
                    cell.Append(text[at++]);
                else
                    isQuoted = false;
                continue;
            }

            switch (here)
            {
                case '"':
                    isQuoted = true;
                    break;
                case ',':
                    EndCell(cells, cell);
                    break;
                case '\n':
                    EndLine(lines, ref cells, cell);
                    break;
                case '\r':
                    break;
                default:
                    cell.Append(here);
                    break;
            }
        }

        if (isQuoted)
            throw Refusal.Invalid("labels", "The table ends within quotation marks: close them.");
        EndLine(lines, ref cells, cell);
        return lines;
    }

    private static void EndCell(List<string> cells, StringBuilder cell)
    {
        cells.Add(cell.ToString());
        cell.Clear();
    }

    private static void EndLine(List<IReadOnlyList<string>> lines, ref List<string> cells, StringBuilder cell)
    {
        if (cells.Count == 0 && cell.Length == 0)
            return;
        EndCell(cells, cell);
        lines.Add(cells);
        cells = [];
    }
}
