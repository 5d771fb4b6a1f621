using System.Text.Json.Serialization;

namespace Assay.Inference.Explanations;

/// <summary>How attributions are computed.</summary>
public enum ExplanationMethod
{
    /// <summary>weight · (value − mean) of a linear model; the means are the baseline's.</summary>
    Linear,

    /// <summary>Exact Shapley values of trees, with the shares of the training rows that their nodes were given.</summary>
    TreeShap,

    /// <summary>Exact Shapley values of trees against background rows.</summary>
    BackgroundTreeShap,

    /// <summary>Shapley values of any model against background rows: exact for few inputs, else by weighted least squares.</summary>
    KernelShap,
}

/// <summary>In which unit attributions add up.</summary>
public enum ExplanationSpace
{
    /// <summary>ln(p / (1 − p)) of the probability of the positive class.</summary>
    LogOdds,

    /// <summary>The predicted number itself.</summary>
    Prediction,

    /// <summary>The score of a class, of which its probability is made together with those of the others.</summary>
    Score,
}

/// <summary>What is wanted of an explanation.</summary>
/// <param name="Method">Null takes the best for the model.</param>
/// <param name="Coalitions">Of KernelSHAP, which it takes for the method: coalitions of inputs to ask the model about per row; null takes 2,048 and two for each input.</param>
public sealed record ExplanationWish(ExplanationMethod? Method = null, int? Coalitions = null)
{
    /// <summary>Of a model of tensors: the output that is explained; null takes its first number.</summary>
    public string? Output { get; init; }

    /// <summary>Of a model of tensors: the place of the number in a row of that output; null takes the largest of each row.</summary>
    public int? Element { get; init; }

    /// <summary>Of a model of tensors: groups of elements that are told apart by KernelSHAP, which it takes for the method; null takes each up to 256, and 64 of more.</summary>
    public int? Groups { get; init; }

    /// <summary>Of a model of tensors: whether the rows of the request stand for the training data, rather than zeros and empty texts.</summary>
    public bool AgainstRows { get; init; }

    /// <summary>Whether KernelSHAP is wanted, be it by what is asked of it alone.</summary>
    internal bool IsForKernelShap => Method is { } method ? method == ExplanationMethod.KernelShap : (Groups ?? Coalitions) is not null;
}

/// <summary>Why a model predicted what it did, for each row of a request.</summary>
/// <param name="Method">How it was computed.</param>
/// <param name="Space">The unit of base, output and attributions.</param>
/// <param name="Background">A sentence: what a row is compared with.</param>
/// <param name="Base">What the model says on average over the background.</param>
/// <param name="BasePrediction">The same as a prediction: for a classifier the probability that belongs to the base.</param>
/// <param name="Coalitions">Of KernelSHAP: coalitions asked about per row; null for the other methods.</param>
/// <param name="Explanations">One for each row.</param>
public sealed record ExplanationAnswer(
    ExplanationMethod Method,
    ExplanationSpace Space,
    string Background,
    double Base,
    double BasePrediction,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Coalitions,
    IReadOnlyList<RowExplanation> Explanations)
{
    /// <summary>Of a model of tensors: the output of which a number is explained.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ExplainedOutput { get; init; }

    /// <summary>A sentence: which elements are taken together; null where each is told by itself.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Grouping { get; init; }
}

/// <summary>Why one row got its prediction.</summary>
/// <param name="Prediction">What the model answers to <c>predict</c>.</param>
/// <param name="Output">The same in the answer's space, as the explanation computed it in double precision.</param>
/// <param name="Attributions">One for each input, in the schema's order; with the base they add up to the output.</param>
/// <param name="AdditivityError">|base + Σ attributions − output|.</param>
/// <param name="PredictionError">|prediction − what base and attributions add up to, as a prediction|: how far the explanation is from the served model.</param>
public sealed record RowExplanation(
    float Prediction,
    double Output,
    IReadOnlyList<InputAttribution> Attributions,
    double AdditivityError,
    double PredictionError)
{
    /// <summary>The class whose number is explained, where it has a name.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Class { get; init; }

    /// <summary>The place of that number among the several that a row is answered with.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Element { get; init; }

    /// <summary>The base of this row, where that is another number of the answer than the first row's.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Base { get; init; }
}

/// <summary>What one input did to a prediction.</summary>
/// <param name="Input">Name of the input.</param>
/// <param name="Value">Its value in the row: a number, a text, or null when it was missing.</param>
/// <param name="Attribution">By how much it moved the output away from the base.</param>
public sealed record InputAttribution(string Input, object? Value, double Attribution)
{
    /// <summary>How many elements are taken together here; null for one, whose value is told.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Elements { get; init; }
}
