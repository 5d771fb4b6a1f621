using Assay.Inference.Models;
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

    private GraphReader(OnnxGraph graph, ModelSchema schema)
    {
        _inputs = schema.Inputs.Count;
        foreach (var (name, constant) in graph.Constants)
            _values[name] = new ConstantValue(constant);
        for (var input = 0; input < _inputs; input++)
            _values[schema.Inputs[input].Name] = schema.Inputs[input].Type == InputType.Category
                ? new TextValue(input, schema.Inputs[input].Categories!)
                : new SlotsValue([new Slot(input, static cell => cell) { Line = SlotLine.Straight }]);
        foreach (var node in graph.Nodes.Where(node => node.Outputs.Count == 1))
        {
            if (Follow(node) is { } value)
                _values[node.Outputs[0]] = value;
        }
    }

    /// <summary>The model, or null when the graph computes something else.</summary>
    public static ReadModel? Read(ReadOnlyMemory<byte> file, ModelSchema schema)
    {
        try
        {
            var reader = new GraphReader(OnnxGraph.Read(file), schema);
            return reader._values.GetValueOrDefault(schema.Output) is ScoreValue value
                ? new(value.Score, value.IsProbability, value.InSteps)
                : null;
        }
        catch (Exception problem) when (problem is InvalidDataException or InvalidProtocolBufferException)   // what the runtime loads and we can't read is a black box, not an error
        {
            return null;
        }
    }

    private GraphValue? Follow(OnnxNode node)
    {
        var inputs = node.Inputs.Select(name => _values.GetValueOrDefault(name)).ToArray();
        if (node.Operator == "Constant")
            return node.Of("value").Tensor is { } constant ? new ConstantValue(constant) : null;
        return inputs switch
        {
            [SlotsValue, ..] when node.Operator == "Concat" => SlotOperators.Concat(node, inputs),
            [TextValue text] when node.Operator == "OneHotEncoder" => SlotOperators.OneHot(node, text),
            [SlotsValue slots] => OfSlots(node, slots),
            [SlotsValue slots, ConstantValue constant] => OfSlotsAnd(node, slots, constant.Tensor),
            [SlotsValue slots, ConstantValue weights, ConstantValue bias] when node.Operator == "Gemm" => ScoreOperators.Gemm(node, slots, weights.Tensor, bias.Tensor),
            [ScoreValue { IsProbability: false } score] => ScoreOperators.Alone(node, score),
            [ScoreValue { IsProbability: false } score, ConstantValue constant] => ScoreOperators.With(node, score, constant.Tensor, isFirst: true),
            [ConstantValue constant, ScoreValue { IsProbability: false } score] => ScoreOperators.With(node, score, constant.Tensor, isFirst: false),
            [ScoreValue score] when node.Operator is "Identity" or "Cast" or "Reshape" => score,
            _ => null,
        };
    }

    private GraphValue? OfSlots(OnnxNode node, SlotsValue slots) => node.Operator switch
    {
        "Identity" or "Flatten" => slots,
        "Cast" => SlotOperators.Cast(node, slots),
        "Imputer" => SlotOperators.Imputer(node, slots),
        "Scaler" => SlotOperators.Scaler(node, slots),
        "IsNaN" => SlotOperators.Each(slots, static value => float.IsNaN(value) ? 1 : 0),
        "LinearRegressor" => ScoreOperators.Linear(node, slots),
        "TreeEnsembleRegressor" => ScoreOperators.Trees(node, slots, _inputs),
        _ => null,
    };

    private static GraphValue? OfSlotsAnd(OnnxNode node, SlotsValue slots, OnnxTensor constant) => node.Operator switch
    {
        "Reshape" => constant.Values is [_, var width] && (width == slots.Slots.Length || width == -1) ? slots : null,
        "MatMul" or "Gemm" => ScoreOperators.Gemm(node, slots, constant, bias: null),
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

/// <summary>A category as it comes in.</summary>
internal sealed record TextValue(int Input, IReadOnlyList<string> Categories) : GraphValue;

/// <summary>Numbers side by side, each of one input.</summary>
internal sealed record SlotsValue(Slot[] Slots) : GraphValue;

/// <summary>A score, or the probability of which it is the log-odds; and how the graph gets there.</summary>
internal sealed record ScoreValue(ColumnScore Score, bool IsProbability, ScoreInSteps? InSteps = null) : GraphValue;
