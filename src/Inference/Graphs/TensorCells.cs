using System.Text;
using Assay.Inference.Requests;
using Assay.Inference.Tensors;

namespace Assay.Inference.Graphs;

/// <summary>
/// Rows of tensors as rows of cells: the elements of all inputs, one after the other in the order of the signature; a text
/// as its place among the values that the graph tells apart.
/// </summary>
internal sealed class TensorCells
{
    private const float UnknownText = -2;   // none that the graph knows, nor the empty one

    private readonly IReadOnlyList<TensorSpec> _inputs;
    private readonly HashSet<string> _texts;   // inputs
    private readonly string[] _known;
    private readonly Dictionary<string, float> _places;   // of what is known

    private TensorCells(IReadOnlyList<TensorSpec> inputs, HashSet<string> texts, string[] known)
    {
        (_inputs, _texts, _known) = (inputs, texts, known);
        _places = known.Select((text, place) => (text, place)).ToDictionary(pair => pair.text, pair => (float)pair.place, StringComparer.Ordinal);
        Count = inputs.Sum(WidthOf);
    }

    /// <summary>Cells of a row.</summary>
    public int Count { get; }

    /// <summary>Null where the inputs aren't columns.</summary>
    public static TensorCells? Of(IReadOnlyList<TensorSpec> inputs, OnnxGraph graph)
    {
        var texts = new HashSet<string>(StringComparer.Ordinal);
        foreach (var input in inputs)
        {
            if (input.Optional || input.Shape is not ([_] or [_, > 0]) || TensorTypes.Find(input.Datatype) is not { } type)
                return null;
            if (type == TensorType.Bytes)
                texts.Add(input.Name);
            else if (type is not (TensorType.Fp32 or TensorType.Fp64 or TensorType.Int64 or TensorType.Int32))
                return null;
        }

        string[] known = [.. graph.Nodes.SelectMany(node => node.Of("cats_strings").Texts.Concat(node.Of("keys_strings").Texts)).Distinct(StringComparer.Ordinal)];
        return new(inputs, texts, known);
    }

    /// <summary>What the names of the inputs stand for in the graph.</summary>
    public IEnumerable<(string Name, GraphValue Value)> Values()
    {
        var first = 0;
        foreach (var input in _inputs)
        {
            var cells = Enumerable.Range(first, WidthOf(input));
            yield return (input.Name, _texts.Contains(input.Name) ? new TextsValue([.. cells], _known) : new SlotsValue([.. cells.Select(Slot.Straight)]));
            first += WidthOf(input);
        }
    }

    /// <summary>A row of tensors that were sent; null when they aren't those of the signature.</summary>
    public float[]? Row(IReadOnlyList<CellTensor> tensors, int row)
    {
        var cells = new float[Count];
        var first = 0;
        foreach (var input in _inputs)
        {
            if (tensors.FirstOrDefault(sent => sent.Tensor.Name == input.Name) is not { } tensor || tensor.Width != WidthOf(input))
                return null;
            for (var element = 0; element < tensor.Width; element++)
                cells[first++] = Cell(tensor, (row * tensor.Width) + element);
        }

        return cells;
    }

    /// <summary>Of each of the tensors that were sent the first of its cells.</summary>
    public IEnumerable<int> Places(IEnumerable<CellTensor> tensors) =>
        tensors.Select(tensor => _inputs.TakeWhile(input => input.Name != tensor.Tensor.Name).Sum(WidthOf));

    private float Cell(CellTensor tensor, int element)
    {
        if (!_texts.Contains(tensor.Tensor.Name))
            return (float)TensorNumbers.Get(tensor.Tensor, element);
        var text = Encoding.UTF8.GetString(tensor.Bytes(element)[sizeof(uint)..]);
        return _places.TryGetValue(text, out var place) ? place : text.Length == 0 ? PredictionRows.MissingCategory : UnknownText;
    }

    private static int WidthOf(TensorSpec input) => input.Shape is [_, var width] ? (int)width : 1;
}
