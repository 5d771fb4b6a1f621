using System.Globalization;
using Assay.Data.Lineage;

namespace Assay.Console.Charts;

/// <summary>Where a lineage's nodes stand on a page: a column for each distance, rows by the middle of what they hang on.</summary>
public sealed class LineageDrawing
{
    /// <summary>Width of a node.</summary>
    public const int NodeWidth = 190;

    /// <summary>Height of a node.</summary>
    public const int NodeHeight = 44;

    private const int ColumnStep = 250;
    private const int RowStep = 58;
    private const int Margin = 8;
    private const int Sweeps = 4;

    // How far an edge swings out that passes by a column, so that it is seen beside the node that stands there.
    private const int Swing = 56;

    private readonly Dictionary<string, (int Column, int Row)> _places = [];

    /// <summary>Places the nodes of a lineage.</summary>
    public LineageDrawing(LineageGraph graph)
    {
        Graph = graph;
        var columns = graph.Nodes.GroupBy(node => node.Column).OrderBy(column => column.Key)
            .Select(column => column.Select(node => node.Id).ToList()).ToList();
        var neighbours = graph.Edges.SelectMany(edge => new[] { (edge.From, edge.To), (edge.To, edge.From) }).ToLookup(pair => pair.Item1, pair => pair.Item2);
        Place(columns);
        for (var sweep = 0; sweep < Sweeps; sweep++)
        {
            // Each column in turn is put in the order of the middles of its neighbours, there and back.
            foreach (var column in sweep % 2 == 0 ? columns : columns.AsEnumerable().Reverse())
                column.Sort((one, other) => Middle(one, neighbours).CompareTo(Middle(other, neighbours)) is not 0 and var order ? order : string.CompareOrdinal(one, other));
            Place(columns);
        }

        Width = (2 * Margin) + ((columns.Count - 1) * ColumnStep) + NodeWidth;
        Height = (2 * Margin) + ((columns.Max(column => column.Count) - 1) * RowStep) + NodeHeight + (graph.Edges.Any(Passes) ? Swing / 2 : 0);
    }

    /// <summary>What is drawn.</summary>
    public LineageGraph Graph { get; }

    /// <summary>Width of the drawing.</summary>
    public int Width { get; }

    /// <summary>Height of the drawing.</summary>
    public int Height { get; }

    /// <summary>Left edge of a node.</summary>
    public int X(string id) => Margin + (_places[id].Column * ColumnStep);

    /// <summary>Upper edge of a node; short columns stand in the middle.</summary>
    public int Y(string id) => Margin + (_places[id].Row * RowStep / 2);

    /// <summary>The line of an edge: from the right of one node to the left of another.</summary>
    public string Line(LineageEdge edge)
    {
        var (x, y) = (X(edge.From) + NodeWidth, Y(edge.From) + (NodeHeight / 2));
        var (toX, toY) = (X(edge.To), Y(edge.To) + (NodeHeight / 2));
        var bend = Math.Max(30, Math.Abs(toX - x) / 2);
        var swing = Passes(edge) ? Swing : 0;
        return string.Create(CultureInfo.InvariantCulture, $"M{x},{y} C{x + bend},{y + swing} {toX - bend},{toY + swing} {toX},{toY}");
    }

    private bool Passes(LineageEdge edge) => _places[edge.To].Column - _places[edge.From].Column is > 1 or < 0;

    // Rows are counted in halves, so that a column of one stands beside the middle of a column of two.
    private void Place(List<List<string>> columns)
    {
        var longest = columns.Max(column => column.Count);
        for (var column = 0; column < columns.Count; column++)
        {
            for (var row = 0; row < columns[column].Count; row++)
                _places[columns[column][row]] = (column, (2 * row) + longest - columns[column].Count);
        }
    }

    private double Middle(string id, ILookup<string, string> neighbours) =>
        neighbours[id].Any() ? neighbours[id].Average(other => _places[other].Row) : _places[id].Row;
}
