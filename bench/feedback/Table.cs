using System.Globalization;
using System.Text;

namespace Assay.FeedbackBench;

/// <summary>A table of numbers in the order of time, whose last column is the label, 0 or 1.</summary>
internal sealed class Table
{
    private readonly string _head;
    private readonly string[] _lines;
    private readonly string[] _columns;

    private Table(string head, string[] lines)
    {
        (_head, _lines, _columns) = (head, lines, head.Split(','));
        Labels = Array.ConvertAll(lines, line => int.Parse(line[(line.LastIndexOf(',') + 1)..], CultureInfo.InvariantCulture));
    }

    public int Rows => _lines.Length;

    /// <summary>Of each row.</summary>
    public int[] Labels { get; }

    public string Label => _columns[^1];

    public static Table Read(string file)
    {
        var lines = File.ReadAllLines(file);
        return new(lines[0], lines[1..]);
    }

    /// <summary>Rows with their label, as a CSV file.</summary>
    public Stream Csv(Range rows) => new MemoryStream(Encoding.UTF8.GetBytes($"{_head}\n{string.Join('\n', _lines[rows])}\n"));

    /// <summary>The body of a request that asks about these rows, with the columns that the model takes: it left out those that were constant when it was trained.</summary>
    public byte[] Body(Range rows, IEnumerable<string> inputs)
    {
        var places = inputs.Select(input => Array.IndexOf(_columns, input)).ToArray();
        return Encoding.UTF8.GetBytes($"[{string.Join(',', _lines[rows].Select(line => Row(line.Split(','), places)))}]");
    }

    private static string Row(string[] cells, int[] places) => $"[{string.Join(',', places.Select(place => cells[place]))}]";
}
