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
    private readonly Dictionary<string, IReadOnlyList<string>> _texts;   // of inputs of text

    private TensorCells(IReadOnlyList<TensorSpec> inputs, Dictionary<string, IReadOnlyList<string>> texts)
    {
        (_inputs, _texts) = (inputs, texts);
        Count = inputs.Sum(WidthOf);
    }

    /// <summary>Cells of a row.</summary>
    public int Count { get; }

    /// <summary>Null where the inputs aren't columns, or texts are more than told apart.</summary>
    public static TensorCells? Of(IReadOnlyList<TensorSpec> inputs, OnnxGraph graph)
    {
        var texts = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var input in inputs)
        {
            if (input.Optional || input.Shape is not ([_] or [_, > 0]) || TensorTypes.Find(input.Datatype) is not { } type)
                return null;
            if (type == TensorType.Bytes)
                texts[input.Name] = graph.Nodes.FirstOrDefault(node => node.Operator == "OneHotEncoder" && node.Inputs.Contains(input.Name))?.Of("cats_strings").Texts ?? [];
            else if (type is not (TensorType.Fp32 or TensorType.Fp64 or TensorType.Int64 or TensorType.Int32))
                return null;
        }

        return inputs.Any(input => texts.ContainsKey(input.Name) && WidthOf(input) != 1) ? null : new(inputs, texts);
    }

    /// <summary>What the names of the inputs stand for in the graph.</summary>
    public IEnumerable<(string Name, GraphValue Value)> Values()
    {
        var first = 0;
        foreach (var input in _inputs)
        {
            yield return (input.Name, _texts.TryGetValue(input.Name, out var known)
                ? new TextValue(first, known)
                : new SlotsValue([.. Enumerable.Range(first, WidthOf(input)).Select(Slot.Straight)]));
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
        if (!_texts.TryGetValue(tensor.Tensor.Name, out var known))
            return (float)TensorNumbers.Get(tensor.Tensor, element);
        var text = Encoding.UTF8.GetString(tensor.Bytes(element)[sizeof(uint)..]);
        for (var place = 0; place < known.Count; place++)
        {
            if (known[place] == text)
                return place;
        }

        return text.Length == 0 ? PredictionRows.MissingCategory : UnknownText;
    }

    private static int WidthOf(TensorSpec input) => input.Shape is [_, var width] ? (int)width : 1;
}
