using Assay.Inference.Graphs;
using Assay.Inference.Models;
using Assay.Inference.Tensors;

namespace Assay.Inference.Explanations;

/// <summary>What an explanation from the outside knows of a model, whatever computes it.</summary>
/// <param name="Ask">Answers all outputs; to the same question always the same.</param>
/// <param name="Signature">What it says of its inputs; nothing where nobody said.</param>
internal sealed record ExplainedModel(Func<IReadOnlyList<NamedTensor>, CancellationToken, ValueTask<IReadOnlyList<NamedTensor>>> Ask, ModelSignature Signature)
{
    /// <summary>Names of the columns where the only input is a table of numbers.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>How its answer is a class or a number for each row, where that is known.</summary>
    public RowAnswer? Answer { get; init; }

    /// <summary>Whether its only number is the probability of a class.</summary>
    public bool IsProbability { get; init; }

    /// <summary>What could be read of its graph; null where it is explained from the outside alone.</summary>
    public ReadTensors? Read { get; init; }

    /// <summary>Rows that stand for the training data; null where the package has nothing of it.</summary>
    public IReadOnlyList<NamedTensor>? Background { get; init; }
}
