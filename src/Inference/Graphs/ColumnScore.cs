using Assay.Statistics.Attribution;

namespace Assay.Inference.Graphs;

/// <summary>A place of the encoded vector, which is a function of one input of the model alone.</summary>
/// <param name="Input">Position of the input in the schema.</param>
/// <param name="Of">From the row's cell, as <c>PredictionRows</c> keeps it, to the value. For numbers that are there it is a straight line.</param>
internal sealed record Slot(int Input, Func<float, float> Of)
{
    /// <summary>A cell as it is.</summary>
    public static Slot Straight(int input) => new(input, static cell => cell) { Line = SlotLine.Straight };

    /// <summary>The same function in numbers, where it is nothing else; null otherwise.</summary>
    public SlotLine? Line { get; init; }
}

/// <summary>((missing ? fill : cell) − offset) · scale, each step in single precision.</summary>
internal sealed record SlotLine(float Fill, float Offset, float Scale)
{
    /// <summary>The cell as it is.</summary>
    public static SlotLine Straight { get; } = new(float.NaN, 0, 1);

    public SlotLine? Filled(float fill) => this == Straight ? this with { Fill = fill } : null;

    public SlotLine? Less(float offset) => Offset == 0 && Scale == 1 ? this with { Offset = offset } : null;

    public SlotLine? Times(float scale) => Scale == 1 ? this with { Scale = scale } : null;
}

/// <summary>A number that is a known function of the encoded vector.</summary>
/// <param name="Slots">How the vector comes from a row.</param>
/// <param name="Bias">Added to what the function says.</param>
internal abstract record ColumnScore(Slot[] Slots, double Bias)
{
    /// <summary>The score in double precision.</summary>
    public abstract double Of(ReadOnlySpan<float> vector);

    /// <summary>factor · score.</summary>
    public abstract ColumnScore Times(double factor);

    public void Encode(ReadOnlySpan<float> cells, Span<float> vector)
    {
        for (var slot = 0; slot < Slots.Length; slot++)
            vector[slot] = Slots[slot].Of(cells[Slots[slot].Input]);
    }
}

/// <summary>Σ weight · value + bias.</summary>
internal sealed record LinearColumnScore(Slot[] Slots, double[] Weights, double Bias) : ColumnScore(Slots, Bias)
{
    public override double Of(ReadOnlySpan<float> vector)
    {
        var sum = Bias;
        for (var slot = 0; slot < Weights.Length; slot++)
            sum += Weights[slot] * vector[slot];
        return sum;
    }

    public override ColumnScore Times(double factor) => this with { Weights = Array.ConvertAll(Weights, weight => weight * factor), Bias = Bias * factor };
}

/// <summary>The sum of a leaf per tree, and a bias.</summary>
internal sealed record ForestColumnScore(Slot[] Slots, DecisionForest Forest, double Bias) : ColumnScore(Slots, Bias)
{
    public override double Of(ReadOnlySpan<float> vector) => Bias + Forest.Of(vector);

    public override ColumnScore Times(double factor) => this with
    {
        Forest = Forest with { Trees = [.. Forest.Trees.Select(tree => tree with { Leaves = Array.ConvertAll(tree.Leaves, leaf => leaf * factor) })] },
        Bias = Bias * factor,
    };
}

/// <summary>A model that was read from its graph.</summary>
/// <param name="Score">The prediction, or its log-odds.</param>
/// <param name="IsLogOdds">Whether the prediction is 1 / (1 + exp(−score)).</param>
/// <param name="InSteps">How the graph itself gets to the prediction; null when a step isn't known to the bit.</param>
internal sealed record ReadModel(ColumnScore Score, bool IsLogOdds, ScoreInSteps? InSteps);

/// <summary>A sum of leaves or of products, and what the graph does with it.</summary>
/// <param name="Score">Slots, trees or weights, and what is added at last, as they stand in the graph.</param>
/// <param name="InDouble">Whether it is added up in double precision; the sum is rounded to single.</param>
/// <param name="Steps">In the graph's order, each in single precision.</param>
internal sealed record ScoreInSteps(ColumnScore Score, bool InDouble, IReadOnlyList<ScoreStep> Steps)
{
    public ScoreInSteps Then(StepKind kind, double operand = 0) => this with { Steps = [.. Steps, new(kind, (float)operand)] };
}

/// <summary>What is done to a score.</summary>
internal readonly record struct ScoreStep(StepKind Kind, float Operand);

/// <summary>Kinds of steps.</summary>
internal enum StepKind
{
    /// <summary>score · operand.</summary>
    Times,

    /// <summary>score + operand.</summary>
    Plus,

    /// <summary>1 / (1 + exp(−score)).</summary>
    Sigmoid,
}
