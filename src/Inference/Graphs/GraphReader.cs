using Assay.Inference.Models;
using Assay.Inference.Tensors;
using Google.Protobuf;

namespace Assay.Inference.Graphs;

/// <summary>
/// Follows a graph from its inputs to its output, to find the linear function or the trees that it computes, and of which
/// input each of their values comes. Knows the operators of our own exports and their near relatives; what it doesn't know
/// it leaves, and the model is then explained from the outside.
/// </summary>
internal sealed class GraphReader
{
    private readonly Dictionary<string, GraphValue> _values = new(StringComparer.Ordinal);
    private readonly int _inputs;

    private GraphReader(OnnxGraph graph, IEnumerable<(string Name, GraphValue Value)> inputs, int cells)
    {
        _inputs = cells;
        foreach (var (name, constant) in graph.Constants)
            _values[name] = new ConstantValue(constant);
        foreach (var (name, value) in inputs)
            _values[name] = value;
        foreach (var node in graph.Nodes)
        {
            if (node.Operator == "Split")
                Follow(node, SlotOperators.Split(node, _values.GetValueOrDefault(node.Inputs[0]), node.Inputs.Count > 1 ? _values.GetValueOrDefault(node.Inputs[1]) : null));
            else if (node.Outputs.Count == 1 && Follow(node) is { } value)
                _values[node.Outputs[0]] = value;
            else if (node.Outputs.Count == 2 && Classifier(node) is { } scores)
                _values[node.Outputs[1]] = scores;   // the first is the class
        }
    }

    /// <summary>The model, or null when the graph computes something else.</summary>
    public static ReadModel? Read(ReadOnlyMemory<byte> file, ModelSchema schema)
    {
        try
        {
            var reader = new GraphReader(OnnxGraph.Read(file), schema.Inputs.Select((input, cell) => (input.Name, Start(input, cell))), schema.Inputs.Count);
            return reader._values.GetValueOrDefault(schema.Output) is ScoreValue value
                ? new(value.Score, value.IsProbability, value.InSteps)
                : null;
        }
        catch (Exception problem) when (problem is InvalidDataException or InvalidProtocolBufferException)   // what the runtime loads and we can't read is a black box, not an error
        {
            return null;
        }
    }

    /// <summary>A graph of tensors, or null when none of its outputs could be followed.</summary>
    /// <param name="file">The ONNX file.</param>
    /// <param name="signature">What it takes.</param>
    public static ReadTensors? Read(ReadOnlyMemory<byte> file, ModelSignature signature)
    {
        try
        {
            var graph = OnnxGraph.Read(file);
            if (TensorCells.Of(signature.Inputs, graph) is not { } cells)
                return null;
            var reader = new GraphReader(graph, cells.Values(), cells.Count);
            var outputs = signature.Outputs.Select(output => output.Name).Distinct(StringComparer.Ordinal)
                .Select(name => (name, Scores: RowScores.Of(reader._values.GetValueOrDefault(name))))
                .Where(output => output.Scores is not null).ToDictionary(output => output.name, output => output.Scores!, StringComparer.Ordinal);
            return outputs.Count > 0 ? new(cells, outputs) : null;
        }
        catch (Exception problem) when (problem is InvalidDataException or InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static GraphValue Start(ModelInput input, int cell) => input.Type == InputType.Category
        ? new TextsValue([cell], input.Categories!)
        : new SlotsValue([Slot.Straight(cell)]);

    private GraphValue? Follow(OnnxNode node)
    {
        var inputs = node.Inputs.Select(name => _values.GetValueOrDefault(name)).ToArray();
        if (node.Operator == "Constant")
            return node.Of("value").Tensor is { } constant ? new ConstantValue(constant) : null;
        return inputs switch
        {
            [SlotsValue or TextsValue, ..] when node.Operator == "Concat" => SlotOperators.Concat(node, inputs),
            [TextsValue texts] => TextOperators.Alone(node, texts),
            [TextsValue texts, ConstantValue constant] => TextOperators.With(node, texts, constant.Tensor),
            [SlotsValue slots] => OfSlots(node, slots),
            [SlotsValue slots, ConstantValue constant] => OfSlotsAnd(node, slots, constant.Tensor),
            [SlotsValue slots, ConstantValue weights, ConstantValue bias] when node.Operator == "Gemm" =>
                ScoreOperators.Gemm(node, slots, weights.Tensor, bias.Tensor) ?? (GraphValue?)RowScoreOperators.Gemm(node, slots, weights.Tensor, bias.Tensor),
            [ScoreValue { IsProbability: false } score] => ScoreOperators.Alone(node, score),
            [ScoreValue { IsProbability: false } score, ConstantValue constant] => ScoreOperators.With(node, score, constant.Tensor, isFirst: true),
            [ConstantValue constant, ScoreValue { IsProbability: false } score] => ScoreOperators.With(node, score, constant.Tensor, isFirst: false),
            [ScoreValue score] when node.Operator is "Identity" or "Cast" or "Reshape" => score,
            [ScoresValue scores] => RowScoreOperators.Alone(node, scores.Of),
            [ScoresValue scores, ConstantValue constant] => RowScoreOperators.With(node, scores.Of, constant.Tensor),
            _ => null,
        };
    }

    private void Follow(OnnxNode node, IEnumerable<GraphValue> parts)
    {
        foreach (var (name, part) in node.Outputs.Zip(parts))
            _values[name] = part;
    }

    private ScoresValue? Classifier(OnnxNode node) => (node.Operator, _values.GetValueOrDefault(node.Inputs[0])) switch
    {
        ("LinearClassifier", SlotsValue slots) => RowScoreOperators.LinearClassifier(node, slots),
        ("TreeEnsembleClassifier", SlotsValue slots) => RowScoreOperators.TreeClassifier(node, slots, _inputs),
        _ => null,
    };

    private GraphValue? OfSlots(OnnxNode node, SlotsValue slots) => node.Operator switch
    {
        "Identity" or "Flatten" => slots,
        "Cast" => SlotOperators.Cast(node, slots),
        "Imputer" => SlotOperators.Imputer(node, slots),
        "Scaler" => SlotOperators.Scaler(node, slots),
        "OneHotEncoder" => SlotOperators.OneHot(node, slots),
        "LabelEncoder" => SlotOperators.Label(node, slots),
        "IsNaN" => SlotOperators.Each(slots, static value => float.IsNaN(value) ? 1 : 0),
        "LinearRegressor" => ScoreOperators.Linear(node, slots) ?? (GraphValue?)RowScoreOperators.LinearRegressor(node, slots),
        "TreeEnsembleRegressor" => ScoreOperators.Trees(node, slots, _inputs) ?? (GraphValue?)RowScoreOperators.TreeRegressor(node, slots, _inputs),
        "TreeEnsemble" => OfSlots(TreeEnsembleForm.AsRegressor(node), slots),
        _ => null,
    };

    private static GraphValue? OfSlotsAnd(OnnxNode node, SlotsValue slots, OnnxTensor constant) => node.Operator switch
    {
        "Reshape" => constant.Values is [_, var width] && (width == slots.Slots.Length || width == -1) ? slots : null,
        "MatMul" or "Gemm" => ScoreOperators.Gemm(node, slots, constant, bias: null) ?? (GraphValue?)RowScoreOperators.Gemm(node, slots, constant, bias: null),
        "ArrayFeatureExtractor" => SlotOperators.Chosen(slots, constant),
        "Gather" => node.Of("axis").Whole is 1 or -1 ? SlotOperators.Chosen(slots, constant) : null,
        "Add" => SlotOperators.With(slots, constant, static (value, other) => value + other),
        "Sub" => SlotOperators.With(slots, constant, static (value, other) => value - other),
        "Mul" => SlotOperators.With(slots, constant, static (value, other) => value * other),
        "Div" => SlotOperators.With(slots, constant, static (value, other) => value / other),
        _ => null,
    };
}

/// <summary>What a name in the graph stands for, as far as it was followed.</summary>
internal abstract record GraphValue;

/// <summary>A constant.</summary>
internal sealed record ConstantValue(OnnxTensor Tensor) : GraphValue;

/// <summary>Categories side by side as they come in.</summary>
/// <param name="Inputs">Of each its cell, which has the category's place.</param>
/// <param name="Categories">The same of all.</param>
internal sealed record TextsValue(int[] Inputs, IReadOnlyList<string> Categories) : GraphValue;

/// <summary>Numbers side by side, each of one input.</summary>
internal sealed record SlotsValue(Slot[] Slots) : GraphValue;

/// <summary>Scores side by side, and the numbers that are made of them.</summary>
internal sealed record ScoresValue(RowScores Of) : GraphValue;

/// <summary>A score, or the probability of which it is the log-odds; and how the graph gets there.</summary>
internal sealed record ScoreValue(ColumnScore Score, bool IsProbability, ScoreInSteps? InSteps = null) : GraphValue;
