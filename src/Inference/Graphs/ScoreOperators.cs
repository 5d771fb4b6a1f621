namespace Assay.Inference.Graphs;

/// <summary>Operators that make a score of the encoded vector, or turn one score into another.</summary>
internal static class ScoreOperators
{
    // A · B + C, with B and C constants and one column.
    public static ScoreValue? Gemm(OnnxNode node, SlotsValue slots, OnnxTensor weights, OnnxTensor? bias)
    {
        var isPlain = (node.Of("transA").Whole ?? 0) == 0 && (node.Of("alpha").Number ?? 1) == 1 && (node.Of("beta").Number ?? 1) == 1;
        if (!isPlain || weights.Values.Count != slots.Slots.Length || (bias?.Values.Count ?? 1) != 1)
            return null;
        var score = new LinearColumnScore(slots.Slots, [.. weights.Values], bias?.Values[0] ?? 0);
        return new(score, IsProbability: false, new(score, weights.IsDouble, []));
    }

    public static ScoreValue? Linear(OnnxNode node, SlotsValue slots)
    {
        var (weights, bias) = (node.Of("coefficients").Numbers, node.Of("intercepts").Numbers);
        var isPlain = (node.Of("targets").Whole ?? 1) == 1 && (node.Of("post_transform").Text ?? "NONE") == "NONE";
        return isPlain && weights.Count == slots.Slots.Length && bias.Count <= 1
            ? new(new LinearColumnScore(slots.Slots, [.. weights], bias.Sum()), IsProbability: false)
            : null;
    }

    public static ScoreValue? Trees(OnnxNode node, SlotsValue slots, int inputs)
    {
        var transform = node.Of("post_transform").Text ?? "NONE";
        return transform is "NONE" or "LOGISTIC" && (node.Of("n_targets").Whole ?? 1) == 1
            && TreeEnsembleReader.Read(node, "target", 1, slots.Slots, inputs) is [var score]
            ? new(score, IsProbability: transform == "LOGISTIC", InSteps(node, score, transform))
            : null;
    }

    private static ScoreInSteps? InSteps(OnnxNode node, ForestColumnScore score, string transform) =>
        transform == "NONE" && (node.Of("aggregate_function").Text ?? "SUM") == "SUM"
            ? new(score, InDouble: node.Of("nodes_values_as_tensor").Tensor is { IsDouble: true }, [])
            : null;

    public static ScoreValue? Alone(OnnxNode node, ScoreValue score) => node.Operator switch
    {
        "Identity" or "Cast" => score,
        "Neg" => score with { Score = score.Score.Times(-1), InSteps = score.InSteps?.Then(StepKind.Times, -1) },
        "Sigmoid" => score with { IsProbability = true, InSteps = score.InSteps?.Then(StepKind.Sigmoid) },
        _ => null,
    };

    public static ScoreValue? With(OnnxNode node, ScoreValue score, OnnxTensor constant, bool isFirst)
    {
        if (node.Operator == "Reshape" && isFirst)
            return score;
        if (constant.Values is not [var number])
            return null;
        return (node.Operator, isFirst) switch
        {
            ("Mul", _) => score with { Score = score.Score.Times(number), InSteps = score.InSteps?.Then(StepKind.Times, number) },
            ("Div", true) => score with { Score = score.Score.Times(1 / number), InSteps = null },   // not the same bits as a product
            ("Add", _) => score with { Score = score.Score with { Bias = score.Score.Bias + number }, InSteps = score.InSteps?.Then(StepKind.Plus, number) },
            ("Sub", true) => score with { Score = score.Score with { Bias = score.Score.Bias - number }, InSteps = score.InSteps?.Then(StepKind.Plus, -number) },
            _ => null,
        };
    }
}
