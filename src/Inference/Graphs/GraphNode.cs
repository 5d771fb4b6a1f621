using System.Globalization;
using Assay.Inference.Requests;
using Assay.Inference.Tensors;

namespace Assay.Inference.Graphs;

/// <summary>A place in a graph of models.</summary>
/// <param name="Place">Where it stands in the file, such as <c>sequence[1].ensemble[0]</c>.</param>
/// <param name="Rename">Outputs and what they are called from there on.</param>
internal abstract record GraphNode(string Place, IReadOnlyDictionary<string, string> Rename);

/// <summary>A version of a model.</summary>
internal sealed record MemberNode(string Place, IReadOnlyDictionary<string, string> Rename, string Model, string Version) : GraphNode(Place, Rename);

/// <summary>Each step is asked with what the one before answered, and with the request's own inputs.</summary>
internal sealed record SequenceNode(string Place, IReadOnlyDictionary<string, string> Rename, IReadOnlyList<GraphNode> Steps) : GraphNode(Place, Rename);

/// <summary>All are asked the same, and their numbers are averaged by weight.</summary>
internal sealed record EnsembleNode(string Place, IReadOnlyDictionary<string, string> Rename, IReadOnlyList<(GraphNode Node, double Weight)> Members) : GraphNode(Place, Rename);

/// <summary>The first whose condition holds is asked.</summary>
internal sealed record SwitchNode(string Place, IReadOnlyDictionary<string, string> Rename, IReadOnlyList<(Condition? When, GraphNode Node)> Cases) : GraphNode(Place, Rename);

/// <summary>One is asked, by chance and weight.</summary>
internal sealed record SplitterNode(string Place, IReadOnlyDictionary<string, string> Rename, IReadOnlyList<(GraphNode Node, double Weight)> Members) : GraphNode(Place, Rename);

/// <summary>A comparison of an input with a value, such as <c>amount &gt; 1000</c> or <c>plan = plus</c>.</summary>
internal sealed record Condition(string Input, string Operator, string Value)
{
    private static readonly string[] Operators = ["<=", ">=", "!=", "<", ">", "="];

    /// <summary>Null when the text is none.</summary>
    public static Condition? Read(string text)
    {
        foreach (var comparison in Operators)
        {
            if (text.Split(comparison, 2, StringSplitOptions.TrimEntries) is [{ Length: > 0 } input, { Length: > 0 } value])
                return new(input, comparison, value);
        }

        return null;
    }

    /// <summary>Why it can hold for no row of an input of this type, as the end of a sentence about the input; null when it can.</summary>
    public string? WhyNot(string datatype) => datatype switch
    {
        "BYTES" => null,
        "BF16" => "which is BF16, and no condition reads that",
        _ when !double.TryParse(Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || double.IsNaN(value) =>
            $"which is {datatype}, and '{Value}' is no number{(datatype == "BOOL" ? "; write 1 for true and 0 for false" : "")}",
        _ => null,
    };

    /// <summary>Whether it holds, for each row of a request.</summary>
    /// <exception cref="InvalidInputException">The input isn't there.</exception>
    public IReadOnlyList<bool> Of(IReadOnlyList<NamedTensor> inputs)
    {
        var tensor = inputs.FirstOrDefault(input => input.Name == Input)
            ?? throw new InvalidInputException($"Input '{Input}' is missing, and the model's graph decides by it.", column: Input);
        return [.. tensor.Type == TensorType.Bytes ? Texts(tensor) : Numbers(tensor)];
    }

    private IEnumerable<bool> Texts(NamedTensor tensor) =>
        tensor.Texts().Select(text => Holds(string.CompareOrdinal(System.Text.Encoding.UTF8.GetString(text.Span), Value)));

    private IEnumerable<bool> Numbers(NamedTensor tensor) => double.TryParse(Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
        ? Enumerable.Range(0, tensor.Count).Select(at => TensorNumbers.Get(tensor, at)).Select(number => !double.IsNaN(number) && Holds(number.CompareTo(value)))
        : throw new InvalidInputException($"The model's graph compares '{Input}' with the text '{Value}', and the input is numbers.", column: Input);

    private bool Holds(int comparison) => Operator switch
    {
        "<=" => comparison <= 0,
        ">=" => comparison >= 0,
        "!=" => comparison != 0,
        "<" => comparison < 0,
        ">" => comparison > 0,
        _ => comparison == 0,
    };
}
